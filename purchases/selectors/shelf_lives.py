"""How long what suppliers deliver can be sold, as it was the last times."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DurationField, ExpressionWrapper, F, Min
from django.db.models.functions import TruncDate

from purchases.models import GoodsReceiptLine

REMEMBERED = timedelta(days=365)


def shelf_lives(product_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """Days from receipt to expiry, the shortest of the last year, by product. One query.

    A product whose expiry dates nobody noted is absent: not known is not unlimited, but it is no
    reason to buy less either.
    """
    received_on = TruncDate("receipt__received_at", tzinfo=ZoneInfo(settings.PHARMACY_TIME_ZONE))
    rows = (
        GoodsReceiptLine.objects.filter(
            product_id__in=product_ids,
            expiry_date__isnull=False,
            receipt__received_at__gte=now - REMEMBERED,
        )
        .order_by()
        .values("product_id")
        .annotate(
            shortest=Min(
                ExpressionWrapper(F("expiry_date") - received_on, output_field=DurationField())
            )
        )
        .values_list("product_id", "shortest")
    )
    return {product_id: max(0, shortest.days) for product_id, shortest in rows}
