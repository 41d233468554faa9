"""What there is of every product that may be ordered, what is promised, and what comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, Sum

from inventory.lifecycle import PURCHASABLE
from inventory.models import Incoming, Product, StockLevel
from inventory.models.incoming import OUTSTANDING, STILL_TO_COME
from inventory.records import ProductPosition
from inventory.selectors.availability import (
    PROMISED,
    open_reservations,
    terms_of,
    totals_by_product,
    usable,
)


def product_positions(
    *, now: datetime, lots_within: int, product_ids: Collection[int] | None = None
) -> list[ProductPosition]:
    """Every product that may be ordered, by id. Five queries for any number of products.

    lots_within: lots that may be sold for more days than that are not listed.
    """

    def of(rows: QuerySet[Any], product: str) -> QuerySet[Any]:
        return rows if product_ids is None else rows.filter(**{f"{product}__in": product_ids})

    levels = of(StockLevel.objects.filter(usable(now)), "batch__product_id").order_by()
    sellable = dict(totals_by_product(levels, F("quantity"), product="batch__product_id"))
    lots = _lots(levels, now=now, within=lots_within)
    reserved = dict(totals_by_product(of(open_reservations(), "product_id"), PROMISED))
    to_come = of(Incoming.objects.filter(STILL_TO_COME), "product_id")
    incoming = dict(totals_by_product(to_come, OUTSTANDING))
    products = (
        of(Product.objects.filter(lifecycle__in=PURCHASABLE), "pk")
        .order_by("pk")
        .values_list("pk", "stock__on_hand", "min_stock", "reorder_point", "max_stock")
    )
    return [
        ProductPosition(
            product_id=pk,
            on_hand=on_hand or 0,
            sellable=sellable.get(pk, 0),
            reserved=reserved.get(pk, 0),
            incoming=incoming.get(pk, 0),
            min_stock=min_stock,
            reorder_point=reorder_point,
            max_stock=max_stock,
            lots=tuple(lots.get(pk, ())),
        )
        for pk, on_hand, min_stock, reorder_point, max_stock in products
    ]


def _lots(levels: QuerySet[Any], *, now: datetime, within: int) -> dict[int, list[tuple[int, int]]]:
    """Product -> (days it may still be sold, units), first expiring first."""
    last_refused = terms_of(now).last_refused
    rows = (
        levels.filter(batch__expiry_date__lte=last_refused + timedelta(days=within))
        .values_list("batch__product_id", "batch__expiry_date")
        .annotate(total=Sum("quantity"))
        .order_by("batch__expiry_date")
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for product_id, expiry_date, units in rows:
        found[product_id].append(((expiry_date - last_refused).days, units))
    return found
