"""What every quantity of a source brings and costs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.money import MAX_AMOUNT
from purchases.basket.mixed import Flags, Ints
from purchases.basket.model import Basket, Candidate, Costs, Item, Money, Source
from purchases.quotes import quote_with_free

__all__ = ["Curve", "Valuation", "Ways", "value_of"]

Floats = NDArray[np.float64]

DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Curve:
    """What every considered quantity of a source brings, before money has a value.

    packs, free, units: bought and free packs and base units arriving, nothing first. own, fair: see
    `Spread`. paid: money. missed: expected units short. unit_days: units x days they lie. expired:
    units expected to expire.
    """

    source: Source
    packs: Ints
    free: Ints
    own: Flags
    fair: Flags
    units: Floats
    paid: Floats
    missed: Floats
    unit_days: Floats
    expired: Floats


def value_of(curve: Curve, *, rate: float) -> float:
    """Money of a unit that is always bought here in the best way, its holding included.

    Renewal reward: the least, over quantities, of (paid + holding) / units sold, with holding =
    rate a year x value x unit-days; solved for the value. Infinite where holding eats it all. Of a
    mix no more comes free than a fair share.
    """
    sold = (curve.units - curve.expired - rate / DAYS_OF_YEAR * curve.unit_days)[1:]
    paid, worth = curve.paid[1:], (sold > 0) & curve.fair[1:]
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

    def own_places(self) -> Ints:
        """Places whose free packs their own packs earn, fewest packs first, without nothing."""
        return 1 + np.flatnonzero(self.curve.own[1:])

    def cheapest_at(self, price: float, places: Ints) -> int:
        """Which of the places costs least where money itself costs `price`."""
        return int(places[np.argmin(self.cost[places] + price * self.curve.paid[places])])

    def candidate(self, place: int) -> Candidate | None:
        """One quantity with exact money; None where the amount is out of range."""
        source = self.curve.source
        exact = quote_with_free(
            source.price,
            packs=int(self.curve.packs[place]),
            free_packs=int(self.curve.free[place]),
            purchase_units=source.units,
        )
        if exact is None or exact.amount > MAX_AMOUNT:
            return None
        paid = int(exact.amount.scaleb(self.valuation.basket.money_places))
        costs = self.valuation.costs(self.curve, place, paid=paid)
        own = bool(self.curve.own[place])
        return Candidate(source, exact, costs, float(self.curve.missed[place]), own)
