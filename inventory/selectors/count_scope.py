"""Which levels belong to a count: by location, category with those below, ABC class, products."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from inventory.models import (
    AbcClass,
    CountScope,
    LocationKind,
    StockCount,
    StockLevel,
)
from inventory.selectors.kept_demand import abc_by_product

_SUBTREE = """
WITH RECURSIVE tree AS (
    SELECT id FROM inventory_category WHERE id = %s
    UNION
    SELECT c.id FROM inventory_category c JOIN tree t ON c.parent_id = t.id
)
SELECT id FROM tree
"""


def levels_in_scope(count: StockCount, *, now: datetime) -> QuerySet[StockLevel]:
    """What is in stock and belongs to `count`, in the order one walks the shelves.

    Goods in transit lie on no shelf: what is missing of them shows when they arrive.
    """
    levels = StockLevel.objects.filter(quantity__gt=0).exclude(
        location__kind=LocationKind.IN_TRANSIT
    )
    if count.location_id is not None:
        levels = levels.filter(location_id=count.location_id)
    if count.scope == CountScope.CATEGORY:
        levels = levels.filter(batch__product__category_id__in=_subtree(count.category_id))
    elif count.scope == CountScope.PRODUCTS:
        levels = levels.filter(batch__product__in=count.products.values("pk"))
    elif count.scope == CountScope.ABC_CLASS:
        levels = _of_class(levels, count.abc_class, now=now)
    return levels.order_by(
        "location__code", "batch__product__shelf_location", "batch__product__name_ar",
        "batch__product__name_en", "batch__expiry_date", "batch_id",
    )  # fmt: skip


def _of_class(levels: QuerySet[StockLevel], wanted: str, *, now: datetime) -> QuerySet[StockLevel]:
    """C is whatever is neither A nor B, so that what was never sold is counted too."""
    classes = abc_by_product(now=now)

    def ids(*names: str) -> Collection[int]:
        return [product_id for product_id, name in classes.items() if name in names]

    if wanted == AbcClass.C:
        return levels.exclude(batch__product_id__in=ids(AbcClass.A, AbcClass.B))
    return levels.filter(batch__product_id__in=ids(wanted))


def _subtree(category_id: int | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_SUBTREE, [category_id])
        return [row[0] for row in cursor.fetchall()]
