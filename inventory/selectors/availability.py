"""What may be handed out: the one definition everything else asks.

usable = on hand, of a released batch, not expired nor too close to it, in an open place that goods
are handed out from. reserved = the open reservations. available = usable - reserved, below zero
when promised goods have expired or been held back since.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.models import local_date
from inventory.models import (
    ALLOCATABLE_KINDS,
    BatchStatus,
    ProductStock,
    Reservation,
    ReservationStatus,
    StockLevel,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """today: the pharmacy's local day. min_days: how long goods must still be good for."""

    today: date
    min_days: int

    @property
    def last_refused(self) -> date:
        """The latest expiry date that is too early. The printed day itself is no day of sale."""
        return self.today + timedelta(days=self.min_days)


def terms_of(now: datetime) -> Terms:
    """The rules of handing out as of `now` (setting `STOCK_MIN_DAYS_TO_EXPIRY`)."""
    return Terms(today=local_date(now), min_days=settings.STOCK_MIN_DAYS_TO_EXPIRY)


def usable(now: datetime) -> Q:
    """Condition on `StockLevel`: its goods may be handed out."""
    in_date = Q(batch__expiry_date__isnull=True) | Q(
        batch__expiry_date__gt=terms_of(now).last_refused
    )
    return in_date & Q(
        quantity__gt=0,
        batch__status=BatchStatus.RELEASED,
        location__is_active=True,
        location__kind__in=ALLOCATABLE_KINDS,
    )


def open_reservations() -> QuerySet[Reservation]:
    return Reservation.objects.filter(status=ReservationStatus.OPEN)


def reserved_by_product(product_ids: Collection[int]) -> dict[int, int]:
    """Base units promised to orders, by product; products without any are absent. One query."""
    rows = (
        open_reservations()
        .filter(product_id__in=product_ids)
        .order_by()
        .values_list("product_id")
        .annotate(total=Sum(F("quantity") - F("consumed")))
    )
    return dict(rows)


def usable_expression(*, now: datetime, product: str = "pk") -> Coalesce:
    """Usable base units of the outer query's product."""
    total = (
        StockLevel.objects.filter(usable(now), batch__product=OuterRef(product))
        .order_by()
        .values("batch__product")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    return Coalesce(Subquery(total), Value(0), output_field=IntegerField())


def reserved_expression(*, product: str = "pk") -> Coalesce:
    """Reserved base units of the outer query's product."""
    total = (
        open_reservations()
        .filter(product=OuterRef(product))
        .order_by()
        .values("product")
        .annotate(total=Sum(F("quantity") - F("consumed")))
        .values("total")
    )
    return Coalesce(Subquery(total), Value(0), output_field=IntegerField())


def available_by_product(product_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """Base units that may still be promised or handed out, by product. One query.

    Products with neither goods nor reservations may be absent.
    """
    rows = (
        ProductStock.objects.filter(product_id__in=product_ids)
        .filter(Q(on_hand__gt=0) | Exists(open_reservations().filter(product=OuterRef("pk"))))
        .annotate(
            available=usable_expression(now=now, product="product_id")
            - reserved_expression(product="product_id")
        )
        .order_by()
        .values_list("product_id", "available")
    )
    return dict(rows)
