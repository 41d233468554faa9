"""Prices far from what they were, or from what others ask: marked on a line with its product.

Two questions, docs/flows/prices.md: is a pack's price, discount off, far from this supplier's
last one; is its true cost under its best deal far from the middle of the other present offers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from core.models import local_date
from purchases.deals import Deal, true_unit_cost
from purchases.line_prices import price_as_printed
from purchases.models import LineStatus, OfferLine
from purchases.quotes import HUNDRED, PackPrice
from purchases.selectors.sources import offer_age_limit

LAST_PRICE, OTHER_OFFERS = "last_price", "other_offers"
UP, DOWN = "up", "down"
_TENTH = Decimal("0.1")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCost:
    """A line's price looked at from its pack: money per pack.

    net: discount off, one pack bought (six places). best: under the tier of its deal that makes
    a pack cheapest, free goods counted. bought, free: that tier, in packs; 1 and 0 without one.
    """

    net: Decimal
    best: Decimal
    bought: int
    free: int


def line_pack_cost(line: OfferLine) -> PackCost | None:
    """What a pack costs under the line; None where it does not say."""
    price = price_as_printed(line)
    if price is None:
        return None
    best, bought, free = min(_tiers(price, price.deal))
    return PackCost(net=_cost(price, Deal(raw=""), 1), best=best, bought=bought, free=free)


def _tiers(price: PackPrice, deal: Deal) -> Iterable[tuple[Decimal, int, int]]:
    """(cost of a pack, packs bought, packs free) for one pack and at each tier of the deal."""
    for bought in {1, *(tier.bought for tier in deal.usable_tiers())}:
        yield _cost(price, deal, bought), bought, deal.free_units(bought)


def _cost(price: PackPrice, deal: Deal, bought: int) -> Decimal:
    return true_unit_cost(price.price, price.discount_percent, deal, bought)


def price_jumps_mark(lines: Sequence[OfferLine], *, supplier_id: int, now: datetime) -> None:
    """Write onto the lines, all of one supplier, where their prices are far off. Saves nothing.

    Lines without a product have no jumps. Two queries for any number of lines.
    """
    for line in lines:
        line.price_jumps = []
    priced = [
        (line, line.product_id, cost)
        for line in lines
        if line.product_id is not None and (cost := line_pack_cost(line)) is not None
    ]
    if not priced:
        return
    known = [line for line, _product, _cost in priced]
    before = _last_lines(known, supplier_id)
    others = _other_costs(known, supplier_id, now)
    for line, product_id, cost in priced:
        last = _last(before[product_id], line.offer_id)
        line.price_jumps = [
            *_jump(LAST_PRICE, cost.net, last[0] if last else None, last[1] if last else None),
            *_jump(OTHER_OFFERS, cost.best, *_middle(others[product_id])),
        ]


def _last_lines(
    lines: Sequence[OfferLine], supplier_id: int
) -> dict[int, list[tuple[int, Decimal, int]]]:
    """Per product the supplier's earlier prices: (offer, net price, line), newest first.

    For lines of one offer only the newest one before it is read.
    """
    offers = {line.offer_id for line in lines}
    rows = OfferLine.objects.filter(
        product_id__in={line.product_id for line in lines},
        status=LineStatus.MATCHED,
        offer__supplier_id=supplier_id,
        offer__withdrawn_at__isnull=True,
    )
    if offers != {None}:
        rows = rows.filter(offer_id__lt=max(offers))
    each = ("product_id",) if len(offers) == 1 else ("product_id", "offer_id")
    rows = rows.order_by("product_id", "-offer_id", "-id").distinct(*each)
    found: defaultdict[int, list[tuple[int, Decimal, int]]] = defaultdict(list)
    for row in _prices_only(rows):
        cost = line_pack_cost(row)
        if cost is not None and row.product_id is not None:
            found[row.product_id].append((row.offer_id, cost.net, row.pk))
    return found


def _last(
    earlier: Sequence[tuple[int, Decimal, int]], offer_id: int | None
) -> tuple[Decimal, int] | None:
    """Net price and line of the newest offer before this one; None: it is new itself."""
    for offer, net, line in earlier:
        if offer_id is None or offer < offer_id:
            return net, line
    return None


def _other_costs(
    lines: Sequence[OfferLine], supplier_id: int, now: datetime
) -> dict[int, list[Decimal]]:
    """Per product the true pack cost at every other supplier's newest present offer."""
    rows = (
        OfferLine.objects.filter(
            Q(offer__valid_until__isnull=True) | Q(offer__valid_until__gte=local_date(now)),
            product_id__in={line.product_id for line in lines},
            status=LineStatus.MATCHED,
            offer__supplier__is_active=True,
            offer__withdrawn_at__isnull=True,
            offer__received_at__gte=offer_age_limit(now),
        )
        .exclude(offer__supplier_id=supplier_id)
        .order_by("product_id", "offer__supplier_id", "-offer_id", "-id")
        .distinct("product_id", "offer__supplier_id")
    )
    found: defaultdict[int, list[Decimal]] = defaultdict(list)
    for row in _prices_only(rows):
        cost = line_pack_cost(row)
        if cost is not None and row.product_id is not None:
            found[row.product_id].append(cost.best)
    return found


def _prices_only(rows: QuerySet[OfferLine]) -> QuerySet[OfferLine]:
    return rows.only(
        "pk", "offer_id", "product_id", "list_price", "public_price", "discount_percent", "deal"
    )


def _middle(costs: Sequence[Decimal]) -> tuple[Decimal | None, None, int]:
    return (median(costs) if costs else None), None, len(costs)


def _jump(
    against: str,
    price: Decimal,
    reference: Decimal | None,
    offer_line_id: int | None = None,
    offers: int = 1,
) -> Iterable[dict[str, Any]]:
    """The mark, where the price is farther from the reference than the setting allows."""
    if not reference:
        return
    percent = (price / reference - 1) * HUNDRED
    if abs(percent) < _LIMITS[against]():
        return
    yield {
        "against": against,
        "direction": UP if percent > 0 else DOWN,
        "percent": str(abs(percent).quantize(_TENTH, rounding=ROUND_HALF_UP)),
        "price": str(price.quantize(_CENT, rounding=ROUND_HALF_UP)),
        "reference": str(reference.quantize(_CENT, rounding=ROUND_HALF_UP)),
        "offer_line_id": offer_line_id,
        "offers": offers,
    }


_LIMITS = {
    LAST_PRICE: lambda: settings.PURCHASES_PRICE_JUMP_PERCENT,
    OTHER_OFFERS: lambda: settings.PURCHASES_PRICE_GAP_PERCENT,
}
