"""Reads of what should be looked at: alerts, and the conditions they mirror."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from core.models import local_date
from inventory.conditions import (
    Condition,
    Limits,
    ProductState,
    ShelfBatch,
    conditions_of,
    limits_of,
)
from inventory.models import Product, ProductStock, StockAlert, StockLevel
from inventory.selectors.availability import available_by_product

Key = tuple[int, str, int | None]


def alerts_list(
    *, kind: str = "", product_id: int | None = None, open_only: bool = True
) -> QuerySet[StockAlert]:
    """Alerts with their product and batch, newest first."""
    rows = StockAlert.objects.select_related("product", "batch")
    if kind:
        rows = rows.filter(kind=kind)
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    if open_only:
        rows = rows.filter(closed_at__isnull=True)
    return rows.order_by("-pk")


def limits() -> Limits:
    """The pharmacy's own limits, from its settings."""
    return limits_of(
        band_days=settings.INVENTORY_EXPIRY_BANDS_DAYS, dead_days=settings.INVENTORY_DEAD_STOCK_DAYS
    )


def product_states(products: Collection[Product], *, now: datetime) -> Iterator[ProductState]:
    """The stock of these products, by what decides their alerts. Three queries."""
    ids = [product.pk for product in products]
    totals = ProductStock.objects.in_bulk(ids)
    available = available_by_product(ids, now=now)
    shelves = _shelves(ids)
    for product in products:
        total = totals.get(product.pk) or ProductStock(product=product)
        issued_at = total.last_issued_at
        yield ProductState(
            product_id=product.pk,
            lifecycle=product.lifecycle,
            min_stock=product.min_stock,
            max_stock=product.max_stock,
            public_price=product.public_price,
            on_hand=total.on_hand,
            value=total.value,
            available=max(0, available.get(product.pk, 0)),
            last_issued_on=local_date(issued_at) if issued_at else None,
            batches=shelves[product.pk],
        )


def conditions_hold(states: Iterable[ProductState], *, now: datetime) -> dict[Key, Condition]:
    """All that holds of `states` on the pharmacy's local day, by what an alert is opened for."""
    today, within = local_date(now), limits()
    return {
        condition.key: condition
        for state in states
        for condition in conditions_of(state, today=today, limits=within)
    }


def alert_differences(*, now: datetime) -> dict[int, list[str]]:
    """Products whose open alerts are not what holds today, with one sentence per difference."""
    states = product_states(list(Product.objects.order_by("pk")), now=now)
    holding = conditions_hold(states, now=now)
    open_keys = {
        (product, kind, batch)
        for product, kind, batch in StockAlert.objects.filter(closed_at__isnull=True).values_list(
            "product_id", "kind", "batch_id"
        )
    }
    found: dict[int, list[str]] = defaultdict(list)
    for key in sorted(holding.keys() ^ open_keys, key=str):
        found[key[0]].append(_sentence(key, is_open=key in open_keys))
    return dict(found)


def _sentence(key: Key, *, is_open: bool) -> str:
    product, kind, batch = key
    text = (
        _("Alert %(kind)s of product %(product)s, batch %(batch)s: open, but it does not hold")
        if is_open
        else _("Alert %(kind)s of product %(product)s, batch %(batch)s: holds, but is not open")
    )
    return text % {"kind": kind, "product": product, "batch": batch or "-"}


def _shelves(product_ids: Collection[int]) -> dict[int, list[ShelfBatch]]:
    rows = (
        StockLevel.objects.filter(batch__product_id__in=product_ids, quantity__gt=0)
        .order_by()
        .values_list(
            "batch__product_id",
            "batch_id",
            "batch__number",
            "batch__expiry_date",
            "batch__received_at",
        )
        .annotate(total=Sum("quantity"))
    )
    shelves: dict[int, list[ShelfBatch]] = defaultdict(list)
    for product_id, batch_id, number, expiry_date, received_at, quantity in rows:
        shelves[product_id].append(
            ShelfBatch(
                batch_id=batch_id,
                number=number,
                expiry_date=expiry_date,
                received_on=local_date(received_at),
                quantity=quantity,
            )
        )
    return shelves
