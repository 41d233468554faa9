"""Whether products that are needed are unusually cheap, and for how long they will be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.models import local_date
from purchases.basket.usual import cheapest_unit, priced_days, usual_share
from purchases.line_prices import price_as_printed
from purchases.models import LineStatus, OfferLine
from purchases.quotes import PackPrice
from purchases.selectors.sources import Source

__all__ = ["Timing", "past_prices", "timing_of"]

_PERIOD_DAYS = 30
_PERIODS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """usual_share: what a unit usually costs, a share of today's. priced_days: see
    `purchases.basket.Item`. last_day: of today's best price, where it is about to lapse.
    """

    usual_share: float = 1.0
    priced_days: int | None = None
    last_day: date | None = None


def past_prices(
    product_ids: Collection[int], *, now: datetime
) -> dict[int, dict[int, list[PackPrice]]]:
    """Prices of packs of offers before the last 30 days, by product and period back. One query."""
    rows = OfferLine.objects.filter(
        product_id__in=product_ids,
        status=LineStatus.MATCHED,
        offer__received_at__gt=now - timedelta(days=_PERIOD_DAYS * (_PERIODS + 1)),
        offer__received_at__lte=now - timedelta(days=_PERIOD_DAYS),
    ).select_related("offer")
    found: dict[int, dict[int, list[PackPrice]]] = defaultdict(lambda: defaultdict(list))
    for line in rows:
        price = price_as_printed(line)
        if price is not None and line.product_id is not None:
            period = (now - line.offer.received_at).days // _PERIOD_DAYS
            found[line.product_id][period].append(price)
    return found


def timing_of(
    usable: Sequence[Source],
    past: Mapping[int, Sequence[PackPrice]],
    *,
    most_units: float,
    units: int,
    waits: Mapping[int, tuple[int, int]],
    now: datetime,
) -> Timing:
    """How today's prices of a product stand to the usual ones.

    usable: at least one source that counts. most_units: base units that may be bought at most;
    units: of a pack. waits: (lead, review) days by supplier.
    """

    def cost(price: PackPrice) -> float:
        return cheapest_unit(price, most_units=most_units, units=units)

    costs = {each.line.pk: cost(each.price) for each in usable if each.price is not None}
    best = min(usable, key=lambda each: (costs[each.line.pk], each.line.pk))
    last_day = best.line.offer.valid_until
    lead_days, review_days = waits[best.line.offer.supplier_id]
    days = priced_days(
        days_left=None if last_day is None else (last_day - local_date(now)).days,
        lead_days=lead_days,
        review_days=review_days,
    )
    if days is None:
        return Timing()
    staying = [costs[each.line.pk] for each in usable if each.line.offer.valid_until is None]
    share = usual_share(
        costs[best.line.pk],
        {period: [cost(price) for price in prices] for period, prices in past.items()},
        staying=min(staying, default=None),
    )
    return Timing(usual_share=share, priced_days=days, last_day=last_day)
