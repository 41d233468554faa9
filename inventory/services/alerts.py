"""Alerts mirror a condition: opened once when it begins, closed once when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from core.db import lock
from core.outbox import Event, publish_all
from inventory.events import LowStockCrossed, LowStockRecovered
from inventory.lifecycle import WATCHED
from inventory.models import AlertKind, Product, ProductStock, StockAlert
from inventory.selectors.availability import available_by_product

BATCH_SIZE = 2000


def alerts_refresh(*, products: Sequence[Product], now: datetime, announce: bool = True) -> int:
    """Open and close the low-stock alerts of these products; returns how many were opened.

    The caller holds the lock of their stock. announce: False opens and closes without events,
    for products that were low from the start and did not cross anything.
    """
    ids = [product.pk for product in products]
    available = available_by_product(ids, now=now)
    open_alerts = {
        alert.product_id: alert
        for alert in StockAlert.objects.filter(
            product_id__in=ids, kind=AlertKind.LOW_STOCK, closed_at__isnull=True
        )
    }
    fallen, recovered = [], []
    for product in products:
        low = product.lifecycle in WATCHED and available.get(product.pk, 0) < product.min_stock
        if low and product.pk not in open_alerts:
            fallen.append(product)
        elif not low and product.pk in open_alerts:
            recovered.append(product)
    _open(fallen, available, now)
    _close([open_alerts[product.pk] for product in recovered], now)
    if announce:
        publish_all(
            [_event(LowStockCrossed, product, available) for product in fallen]
            + [_event(LowStockRecovered, product, available) for product in recovered]
        )
    return len(fallen)


def _open(products: Sequence[Product], available: dict[int, int], now: datetime) -> None:
    StockAlert.objects.bulk_create(
        [
            StockAlert(
                product=product,
                kind=AlertKind.LOW_STOCK,
                available=available.get(product.pk, 0),
                threshold=product.min_stock,
                opened_at=now,
            )
            for product in products
        ],
        batch_size=BATCH_SIZE,
    )


def _close(alerts: Sequence[StockAlert], now: datetime) -> None:
    for alert in alerts:
        # A request that began earlier may commit later; an alert never closes before it opened.
        alert.closed_at = max(now, alert.opened_at)
    if alerts:
        StockAlert.objects.bulk_update(alerts, ["closed_at"], batch_size=BATCH_SIZE)


def _event(
    kind: type[LowStockCrossed] | type[LowStockRecovered],
    product: Product,
    available: dict[int, int],
) -> Event:
    return kind(
        product_id=product.pk,
        product_name=str(product),
        available=available.get(product.pk, 0),
        min_stock=product.min_stock,
    )


@transaction.atomic
def alerts_refresh_all(*, now: datetime) -> int:
    """Bring all alerts up to date, as batches also expire without any movement.

    Returns how many were opened. Only products whose alert disagrees with their stock are locked.
    """
    watched = Product.objects.filter(lifecycle__in=WATCHED, min_stock__gt=0)
    available = available_by_product(list(watched.values_list("pk", flat=True)), now=now)
    low = {
        pk for pk, least in watched.values_list("pk", "min_stock") if available.get(pk, 0) < least
    }
    alerted = set(
        StockAlert.objects.filter(kind=AlertKind.LOW_STOCK, closed_at__isnull=True).values_list(
            "product_id", flat=True
        )
    )
    ids = {row.pk for row in lock(ProductStock.objects.filter(pk__in=low ^ alerted))}
    return alerts_refresh(products=list(Product.objects.filter(pk__in=ids)), now=now)
