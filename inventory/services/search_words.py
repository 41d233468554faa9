"""The words a product is found by: its own fields, its generics, and what else it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from inventory.models import Product, ProductAlias, ProductIngredient
from inventory.services.product_fields import product_derive

BATCH_SIZE = 1000


def other_names(product_ids: Collection[int]) -> dict[int, list[str]]:
    """Aliases and generics, by product. Two queries, for any number of products."""
    names: dict[int, list[str]] = defaultdict(list)
    for product_id, text in (
        ProductAlias.objects.filter(product_id__in=product_ids)
        .order_by("pk")
        .values_list("product_id", "text")
    ):
        names[product_id].append(text)
    for product_id, arabic, english in (
        ProductIngredient.objects.filter(product_id__in=product_ids)
        .order_by("product_id", "position")
        .values_list("product_id", "ingredient__name_ar", "ingredient__name_en")
    ):
        names[product_id] += [arabic, english]
    return names


def search_words_write(products: Iterable[Product]) -> None:
    """Write the search text anew, after aliases or generics have changed. Three queries."""
    rows = list(products)
    names = other_names([row.pk for row in rows])
    for row in rows:
        product_derive(row, names.get(row.pk, ()))
    Product.objects.bulk_update(rows, ["search_text"], batch_size=BATCH_SIZE)
