"""What may be handed out: the one definition everything else asks.

usable = on hand, of a released batch, not expired nor too close to it, in an open place that goods
are handed out from. reserved = the open reservations. available = usable - reserved, below zero
when promised goods have expired or been held back since.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from core.models import local_date
from inventory.models import (
    ALLOCATABLE_KINDS,
    BatchStatus,
    Product,
    ProductStock,
    Reservation,
    ReservationStatus,
    StockLevel,
)

FEW = 1000  # products
PROMISED = F("quantity") - F("consumed")  # base units, of an open reservation


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
    return _good(now) & Q(
        quantity__gt=0, location__is_active=True, location__kind__in=ALLOCATABLE_KINDS
    )


def _good(now: datetime) -> Q:
    """Condition on `StockLevel`: its batch may be handed out."""
    in_date = Q(batch__expiry_date__isnull=True) | Q(
        batch__expiry_date__gt=terms_of(now).last_refused
    )
    return in_date & Q(batch__status=BatchStatus.RELEASED)


def low_stock(*, now: datetime) -> Q:
    """Condition on products with `on_hand`: less is available than their minimum. Five queries.

    What is available differs from what is on hand for few products: those with goods held back or
    promised. They are worked out here, so that the list need not ask for each of all products.
    """
    apart = _held_back_by_product(now=now)
    for product_id, promised in totals_by_product(open_reservations(), PROMISED):
        apart[product_id] = apart.get(product_id, 0) + promised
    rows = Product.objects.filter(pk__in=apart).values_list("pk", "stock__on_hand", "min_stock")
    low = {pk for pk, on_hand, minimum in rows if (on_hand or 0) - apart[pk] < minimum}
    too_little = Q(on_hand__lt=F("min_stock"))
    few = list(
        Product.objects.annotate(on_hand=Coalesce(F("stock__on_hand"), 0))
        .filter(too_little)
        .order_by()
        .values_list("pk", flat=True)[: FEW + 1]
    )
    # Few are looked up one by one; many are met soon on the way through all.
    return Q(pk__in=low.union(few)) if len(few) <= FEW else too_little | Q(pk__in=low)


def _held_back_by_product(*, now: datetime) -> dict[int, int]:
    """Base units on hand that may not be handed out, by product; see `usable`."""
    its_batch = Q(batch__expiry_date__lte=terms_of(now).last_refused) | ~Q(
        batch__status=BatchStatus.RELEASED
    )
    its_place = Q(location__is_active=False) | ~Q(location__kind__in=ALLOCATABLE_KINDS)
    levels = StockLevel.objects.filter(quantity__gt=0)
    # Apart from each other the database finds both by index; together it reads everything.
    held = dict(
        totals_by_product(levels.filter(its_batch), F("quantity"), product="batch__product")
    )
    elsewhere = levels.filter(its_place & _good(now))
    for product_id, quantity in totals_by_product(
        elsewhere, F("quantity"), product="batch__product"
    ):
        held[product_id] = held.get(product_id, 0) + quantity
    return held


def _goods_by_product(levels: QuerySet[StockLevel]) -> QuerySet[Any, tuple[int, int]]:
    return totals_by_product(levels, F("quantity"), product="batch__product")


def totals_by_product(
    rows: QuerySet[Any], amount: Combinable, *, product: str = "product"
) -> QuerySet[Any, tuple[int, int]]:
    """(product id, sum of `amount`) of every product that has such rows. One query."""
    return rows.order_by().values_list(product).annotate(total=Sum(amount))


def open_reservations() -> QuerySet[Reservation]:
    return Reservation.objects.filter(status=ReservationStatus.OPEN)


def reserved_by_product(product_ids: Collection[int]) -> dict[int, int]:
    """Base units promised to orders, by product; products without any are absent. One query."""
    of_them = open_reservations().filter(product_id__in=product_ids)
    return dict(totals_by_product(of_them, PROMISED))


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
        .annotate(total=Sum(PROMISED))
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
