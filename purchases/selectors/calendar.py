"""Which deliveries are expected on which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Coalesce

from purchases.models import WAITING_STATES, PurchaseOrder, PurchaseOrderLine

ZERO = Decimal(0)


@dataclass(slots=True)
class ExpectedOrder:
    """What of one order should come on one day. quantity: base units; amount: as ordered.

    promised: the supplier said so; otherwise it is what its terms lead one to expect.
    """

    order: PurchaseOrder
    promised: bool
    lines: int = 0
    quantity: int = 0
    amount: Decimal = ZERO


@dataclass(slots=True)
class DeliveryDay:
    """One day. overdue: it is over and the goods are not there."""

    day: date
    overdue: bool
    orders: list[ExpectedOrder] = field(default_factory=list)

    @property
    def quantity(self) -> int:
        return sum(expected.quantity for expected in self.orders)

    @property
    def amount(self) -> Decimal:
        return sum((expected.amount for expected in self.orders), ZERO)


def deliveries_calendar(*, first: date, last: date, today: date) -> list[DeliveryDay]:
    """Per day from ``first`` to ``last`` what is still to come, days without anything left out.

    A line is expected when it was promised for, else when its order is. One query.
    """
    lines = (
        PurchaseOrderLine.objects.filter(order__state__in=WAITING_STATES)
        .annotate(day=Coalesce("promised_date", "order__expected_date"))
        .filter(
            day__range=(first, last),
            received_quantity__lt=F("bought_quantity")
            + F("free_quantity")
            - F("cancelled_quantity"),
        )
        .select_related("order__supplier", "order__division")
        .order_by("day", "order_id", "position")
    )
    return _by_day(lines, today=today)


def _by_day(lines: Iterable[PurchaseOrderLine], *, today: date) -> list[DeliveryDay]:
    days: dict[date, DeliveryDay] = {}
    expected: dict[tuple[date, int], ExpectedOrder] = {}
    for line in lines:
        day = line.promised_date or line.order.expected_date
        shown = days.setdefault(day, DeliveryDay(day, overdue=day < today))
        found = expected.get((day, line.order_id))
        if found is None:
            promised = line.promised_date is not None or line.order.promised_date is not None
            found = expected[day, line.order_id] = ExpectedOrder(line.order, promised)
            shown.orders.append(found)
        found.lines += 1
        found.quantity += line.outstanding_quantity
        found.amount += line.outstanding_amount
    return list(days.values())
