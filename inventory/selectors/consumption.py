"""What left for good, from the ledger of movements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum

from core.models import local_date
from inventory.models import MovementKind, StockMovement
from inventory.selectors.stock import day_start


def consumption_from_ledger(
    *, now: datetime, product_ids: Collection[int] | None = None
) -> dict[int, Decimal]:
    """Cost (money) of what left for good, by product; those without are absent. One query.

    Of the last `INVENTORY_ABC_DAYS` days and of today up to now. product_ids: these only.
    """
    since = day_start(local_date(now) - timedelta(days=settings.INVENTORY_ABC_DAYS))
    issues = StockMovement.objects.filter(
        kind=MovementKind.ISSUE, occurred_at__gte=since, occurred_at__lt=now
    )
    if product_ids is not None:
        issues = issues.filter(batch__product_id__in=product_ids)
    rows = issues.values_list("batch__product_id").annotate(total=Sum("value")).order_by()
    return {product_id: -total for product_id, total in rows}
