"""What left for good, and the class of every product by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum

from inventory.models import MovementKind, StockMovement
from inventory.selectors.abc import AbcClass, abc_classes


def abc_by_product(*, now: datetime) -> dict[int, AbcClass]:
    """The class of every product that was consumed; the others are C. One query.

    By cost of what left in the last `INVENTORY_ABC_DAYS` days, shares of `INVENTORY_ABC_PERCENT`.
    """
    a_percent, b_percent = settings.INVENTORY_ABC_PERCENT
    since = now - timedelta(days=settings.INVENTORY_ABC_DAYS)
    return abc_classes(
        _consumption_values(since=since, until=now),
        a_share=a_percent / 100,
        b_share=b_percent / 100,
    )


def _consumption_values(*, since: datetime, until: datetime) -> dict[int, Decimal]:
    """Cost of what left for good in [since, until), by product; those without are absent."""
    rows = (
        StockMovement.objects.filter(
            kind=MovementKind.ISSUE, occurred_at__gte=since, occurred_at__lt=until
        )
        .values_list("batch__product_id")
        .annotate(total=Sum("value"))
        .order_by()
    )
    return {product_id: -total for product_id, total in rows}
