"""On which terms a supplier sells, and when what is ordered now will come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierTerms:
    """The terms of one supplier, or of one of its divisions.

    lead_days: calendar days from order to delivery. review_days: days between two orders of the
    pharmacy. delivery_weekdays: ISO (Monday 1, Sunday 7), empty: every day. cut_off: wall-clock
    time of the pharmacy, from then on an order counts as the next day's; None: midnight.

    Money: minimum_order_amount (0: none), small_order_fee (what an order below the minimum costs
    more; None: it is refused), maximum_order_amount and credit_limit (None: no limit).

    payment_days: from invoice to due (0: on delivery). early_payment_percent is taken off what is
    paid within early_payment_days; both None where there is no such discount.
    """

    lead_days: int = 1
    review_days: int = 7
    delivery_weekdays: tuple[int, ...] = ()
    cut_off: time | None = None
    minimum_order_amount: Decimal = Decimal(0)
    small_order_fee: Decimal | None = None
    maximum_order_amount: Decimal | None = None
    payment_days: int = 0
    early_payment_percent: Decimal | None = None
    early_payment_days: int | None = None
    credit_limit: Decimal | None = None

    def refuses(self, amount: Decimal) -> bool:
        """Whether an order of this amount (money) is too small, or too large, to be taken."""
        return bool(self.short_of_minimum(amount) or self.beyond_maximum(amount))

    def short_of_minimum(self, amount: Decimal) -> Decimal:
        """Money an order of this amount lacks to be taken; 0 where a fee lets it through."""
        if self.small_order_fee is not None:
            return Decimal(0)
        return max(self.minimum_order_amount - amount, Decimal(0))

    def beyond_maximum(self, amount: Decimal) -> Decimal:
        """Money by which an order of this amount is too large to be taken."""
        if self.maximum_order_amount is None:
            return Decimal(0)
        return max(amount - self.maximum_order_amount, Decimal(0))

    def fee_on(self, amount: Decimal) -> Decimal:
        """What delivering an order of this amount costs more (money, 0 from the minimum on)."""
        if amount >= self.minimum_order_amount:
            return Decimal(0)
        return self.small_order_fee or Decimal(0)


def next_delivery(terms: SupplierTerms, now: datetime) -> date:
    """The day on which what is ordered at this moment will come, in the pharmacy's time zone.

    The order counts as today's before the cut-off and as tomorrow's from it on; lead_days later
    it can come, on the first day from then on that the supplier delivers.
    """
    here = now.astimezone(ZoneInfo(settings.PHARMACY_TIME_ZONE))
    late = terms.cut_off is not None and here.time() >= terms.cut_off
    earliest = here.date() + timedelta(days=terms.lead_days + late)
    if not terms.delivery_weekdays:
        return earliest
    days = (earliest + timedelta(days=wait) for wait in range(7))
    return next(day for day in days if day.isoweekday() in terms.delivery_weekdays)
