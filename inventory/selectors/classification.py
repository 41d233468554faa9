"""Reads of categories, tax categories, generics, and what hangs on a product."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count, Q, QuerySet

from core.text import search_key
from inventory.errors import ProductNotFound
from inventory.models import (
    Category,
    Ingredient,
    Product,
    ProductAlias,
    ProductAttachment,
    TaxCategory,
)


def categories_list() -> QuerySet[Category]:
    """All categories with the number of products directly in each, by name."""
    return Category.objects.annotate(product_count=Count("products")).order_by(
        "name_ar", "name_en", "pk"
    )


def category_with_descendants(category_id: int) -> list[int]:
    """A category's id and those of all below it; empty where there is none. One query."""
    children = defaultdict(list)
    known = set()
    for pk, parent in Category.objects.values_list("pk", "parent_id"):
        children[parent].append(pk)
        known.add(pk)
    found = [category_id] if category_id in known else []
    for pk in found:  # grows while it is walked; the database holds no cycles
        found += children[pk]
    return found


def category_paths() -> dict[int, frozenset[int]]:
    """Every category's id -> itself and all above it. One query."""
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    paths: dict[int, frozenset[int]] = {}
    for pk in parents:
        path, above = [pk], parents[pk]
        while above is not None:  # the database holds no cycles
            path.append(above)
            above = parents[above]
        paths[pk] = frozenset(path)
    return paths


def category_exists(category_id: int) -> bool:
    return Category.objects.filter(pk=category_id).exists()


def tax_categories_list() -> QuerySet[TaxCategory]:
    """Tax categories by code, closed ones too."""
    return TaxCategory.objects.order_by("code")


def ingredients_list(*, search: str = "") -> QuerySet[Ingredient]:
    """Generics by English, then Arabic name; search: the beginning of a name in any spelling."""
    rows = Ingredient.objects.annotate(product_count=Count("uses"))
    if search:
        key = search_key(search)
        rows = rows.filter(Q(key_ar__startswith=key) | Q(key_en__startswith=key))
    return rows.order_by("key_en", "key_ar", "pk")


def aliases_of(product_id: int) -> QuerySet[ProductAlias]:
    """The other names of a product, oldest first. Raises ProductNotFound."""
    _refuse_unknown(product_id)
    return ProductAlias.objects.filter(product_id=product_id).order_by("pk")


def attachments_of(product_id: int) -> QuerySet[ProductAttachment]:
    """The files of a product, the picture shown first before all. Raises ProductNotFound."""
    _refuse_unknown(product_id)
    return (
        ProductAttachment.objects.filter(product_id=product_id)
        .select_related("file")
        .order_by("-is_primary", "pk")
    )


def _refuse_unknown(product_id: int) -> None:
    if not Product.objects.filter(pk=product_id).exists():
        raise ProductNotFound
