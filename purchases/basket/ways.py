"""What every quantity of a source costs, and which of them are corners of the lower hull.

Only corners of the lower hull of (paid, cost) can be best where parts of quantities could be
bought, whatever the price of money and of a supplier's minimum: a bound worked out from the
corners holds for all quantities.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.money import MAX_AMOUNT
from purchases.basket.model import Basket, Candidate, Costs, Item, Money, Source
from purchases.quotes import quote

__all__ = ["Curve", "Valuation", "Ways", "hull_of", "thinned", "value_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Curve:
    """What every considered quantity of a source brings, before money has a value.

    packs, units: bought packs and base units arriving, nothing first. paid: money. missed:
    expected units short. unit_days: units x days they lie. expired: units expected to expire.
    """

    source: Source
    packs: Ints
    units: Floats
    paid: Floats
    missed: Floats
    unit_days: Floats
    expired: Floats


def value_of(curve: Curve, *, rate: float) -> float:
    """Money of a unit that is always bought here in the best way, its holding included.

    Renewal reward: the least, over quantities, of (paid + holding) / units sold, with holding =
    rate a year x value x unit-days; solved for the value. Infinite where holding eats it all.
    """
    sold = (curve.units - curve.expired - rate / DAYS_OF_YEAR * curve.unit_days)[1:]
    paid, worth = curve.paid[1:], sold > 0
    return float((paid[worth] / sold[worth]).min()) if worth.any() else float("inf")


@dataclass(frozen=True, slots=True)
class Valuation:
    """Turns what a quantity brings into money, for one item.

    value: money of a unit that is always bought in the best way. shortage_price: of a unit short.
    horizon: the most units any source might bring, the same for every choice.
    """

    basket: Basket
    item: Item
    value: float
    horizon: float

    @property
    def shortage_price(self) -> float:
        """Cost of a unit short: value x overage x level / (1 - level) (newsvendor)."""
        level = self.item.service_level
        return self.value * self.basket.overage * level / (1 - level)

    @property
    def holding_price(self) -> float:
        """Cost of a unit lying for a day."""
        return self.value * self.basket.holding_rate / DAYS_OF_YEAR

    def later(self, units: Floats) -> Floats:
        """What the demand up to the horizon will still cost, where `units` come now."""
        wanted = np.array([self.horizon])
        later: Floats = self.value * (self._worth(wanted) - self._worth(units))
        return later

    def costs(self, curve: Curve, place: int, *, paid: Money) -> Costs:
        """The parts of one quantity of the curve, in whole smallest units."""
        return Costs(
            paid=paid,
            later=round(float(self.later(curve.units[place : place + 1])[0])),
            shortage=round(self.shortage_price * float(curve.missed[place])),
            holding=round(self.holding_price * float(curve.unit_days[place])),
            expiring=round(self.value * float(curve.expired[place])),
        )

    def totals(self, curve: Curve) -> Floats:
        """The sum of the parts for every quantity, not rounded."""
        totals: Floats = (
            curve.paid
            + self.later(curve.units)
            + self.shortage_price * curve.missed
            + self.holding_price * curve.unit_days
            + self.value * curve.expired
        )
        return totals

    def _worth(self, units: Floats) -> Floats:
        """Units by what will replace them: today's best way while its prices can be had."""
        item = self.item
        if item.priced_days is None or item.per_day <= 0:
            return units
        at_present = max(0.0, item.per_day * item.priced_days - item.position)
        beyond = np.maximum(0.0, units - at_present)
        worth: Floats = np.minimum(units, at_present) + item.usual_share * beyond
        return worth


@dataclass(frozen=True, slots=True)
class Ways:
    """All quantities of one source. cost: what each comes to, money; the first is nothing."""

    curve: Curve
    valuation: Valuation
    cost: Floats = field(repr=False)

    @classmethod
    def of(cls, curve: Curve, valuation: Valuation) -> Ways:
        return cls(curve, valuation, valuation.totals(curve))

    @property
    def supplier_id(self) -> int:
        return self.curve.source.supplier_id

    def corners(self, *, within: float = 0.0) -> list[int]:
        """Places of corners of the lower hull of what is bought, fewest packs first.

        Corners are left out where the line between their neighbours is less than `within` (money)
        above them.
        """
        paid, cost = self.curve.paid[1:], self.cost[1:]
        hull = np.array(hull_of(paid, cost), dtype=np.int64)
        kept = thinned(paid[hull], cost[hull], within=within)
        return [1 + int(hull[place]) for place in kept]

    def cheapest_at(self, price: float) -> int:
        """The place that costs least where money itself costs `price`; nothing is left out."""
        return 1 + int(np.argmin((self.cost + price * self.curve.paid)[1:]))

    def candidate(self, place: int) -> Candidate | None:
        """One quantity with exact money; None where the amount is out of range."""
        source = self.curve.source
        packs = int(self.curve.packs[place])
        exact = quote(source.price, packs=packs, purchase_units=source.units)
        if exact is None or exact.amount > MAX_AMOUNT:
            return None
        paid = int(exact.amount.scaleb(self.valuation.basket.money_places))
        costs = self.valuation.costs(self.curve, place, paid=paid)
        return Candidate(source, exact, costs, float(self.curve.missed[place]))


def hull_of(across: Floats, up: Floats) -> list[int]:
    """Places of the corners of the lower hull; `across` ascends strictly (Andrew's chain)."""
    points = list(zip(across.tolist(), up.tolist(), strict=True))
    corners: list[int] = []
    for place, (x, y) in enumerate(points):
        while len(corners) > 1:
            (x0, y0), (x1, y1) = points[corners[-2]], points[corners[-1]]
            if (y1 - y0) * (x - x0) < (y - y0) * (x1 - x0):
                break
            corners.pop()
        corners.append(place)
    return corners


def thinned(across: Floats, up: Floats, *, within: float) -> list[int]:
    """Places of a convex chain that are kept, so that lines between them are near the rest.

    From each kept place the next is the furthest to which a line is at most `within` above
    everything between.
    """
    kept, last = [0], len(across) - 1
    while kept[-1] < last:
        start, end = kept[-1], kept[-1] + 1
        while end < last and _above(across, up, start, end + 1) <= within:
            end += 1
        kept.append(end)
    return kept


def _above(across: Floats, up: Floats, start: int, end: int) -> float:
    between = slice(start + 1, end)
    slope = (up[end] - up[start]) / (across[end] - across[start])
    line = up[start] + slope * (across[between] - across[start])
    return float((line - up[between]).max())
