"""Alerts mirror a condition: opened once when it begins, closed once when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from core.db import lock
from core.models import local_date
from core.outbox import Event, publish, publish_all
from inventory.alert_events import event_of_begin, event_of_end
from inventory.conditions import Condition
from inventory.events import ExpiryDigested, IdleStockDigested
from inventory.models import (
    EXPIRY_KINDS,
    AlertKind,
    Product,
    ProductStock,
    StockAlert,
)
from inventory.selectors.alerts import (
    Key,
    alert_differences,
    conditions_hold,
    product_states,
)

BATCH_SIZE = 2000
PRODUCTS_AT_ONCE = 500
# Kinds nobody has to run for; a digest tells of them once a day.
_DIGESTS: dict[Callable[..., Event], tuple[AlertKind, ...]] = {
    ExpiryDigested: EXPIRY_KINDS,
    IdleStockDigested: (AlertKind.OVERSTOCK, AlertKind.DEAD_STOCK),
}
DIGESTED_KINDS = tuple(kind for kinds in _DIGESTS.values() for kind in kinds)


def alerts_refresh(*, products: Sequence[Product], now: datetime, announce: bool = True) -> int:
    """Open and close the alerts of these products; returns how many were opened.

    The caller holds the lock of their stock. announce: False opens and closes without events,
    for products that were so from the start and did not cross anything. A constant number of
    queries.
    """
    states = {state.product_id: state for state in product_states(products, now=now)}
    holding = conditions_hold(states.values(), now=now)
    open_alerts = _open_alerts(states)
    begun = [condition for key, condition in holding.items() if key not in open_alerts]
    ended = [alert for key, alert in open_alerts.items() if key not in holding]
    _close(ended, now)
    _open(begun, now)
    if announce:
        by_id = {product.pk: product for product in products}
        # A batch that went from one band into another was not cleared.
        still_in_a_band = {condition.batch_id for condition in holding.values()} - {None}
        publish_all(
            [event_of_begin(condition, by_id[condition.product_id]) for condition in begun]
            + [
                event_of_end(alert, by_id[alert.product_id], states[alert.product_id])
                for alert in ended
                if alert.batch_id not in still_in_a_band
            ]
        )
    return len(begun)


def alerts_refresh_all(*, now: datetime) -> int:
    """Bring all alerts up to date, as batches expire and goods grow idle without any movement.

    Returns how many were opened. Only products whose alerts disagree with their stock are locked,
    some hundreds per transaction.
    """
    astray = sorted(alert_differences(now=now))
    opened = 0
    for start in range(0, len(astray), PRODUCTS_AT_ONCE):
        with transaction.atomic():
            ids = astray[start : start + PRODUCTS_AT_ONCE]
            held = lock(ProductStock.objects.filter(product_id__in=ids))
            products = Product.objects.filter(pk__in=[row.product_id for row in held])
            opened += alerts_refresh(products=list(products.order_by("pk")), now=now)
    return opened


@transaction.atomic
def alerts_digest(*, now: datetime) -> int:
    """Tell once of what began since the last digest and still holds; returns how many alerts.

    Nothing is told when nothing began. Running it twice tells nothing twice.
    """
    untold = list(
        StockAlert.objects.filter(
            closed_at__isnull=True, told_on__isnull=True, kind__in=DIGESTED_KINDS
        ).select_for_update(skip_locked=True)  # those are just being closed
    )
    if not untold:
        return 0
    today = local_date(now)
    StockAlert.objects.filter(pk__in=[alert.pk for alert in untold]).update(told_on=today)
    for event, kinds in _DIGESTS.items():
        counts = {str(kind): sum(alert.kind == kind for alert in untold) for kind in kinds}
        if any(counts.values()):
            publish(event(day=today, **counts))
    return len(untold)


def _open_alerts(product_ids: Iterable[int]) -> dict[Key, StockAlert]:
    rows = StockAlert.objects.filter(
        product_id__in=list(product_ids), closed_at__isnull=True
    ).select_related("batch")
    return {(alert.product_id, alert.kind, alert.batch_id): alert for alert in rows}


def _open(conditions: Sequence[Condition], now: datetime) -> None:
    StockAlert.objects.bulk_create(
        [
            StockAlert(
                product_id=condition.product_id,
                batch_id=condition.batch_id,
                kind=condition.kind,
                available=condition.available,
                threshold=condition.threshold,
                unit_cost=condition.unit_cost,
                price=condition.price,
                opened_at=now,
            )
            for condition in conditions
        ],
        batch_size=BATCH_SIZE,
    )


def _close(alerts: Sequence[StockAlert], now: datetime) -> None:
    for alert in alerts:
        # A request that began earlier may commit later; an alert never closes before it opened.
        alert.closed_at = max(now, alert.opened_at)
    if alerts:
        StockAlert.objects.bulk_update(alerts, ["closed_at"], batch_size=BATCH_SIZE)
