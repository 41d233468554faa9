"""What money and suppliers' minimums are worth, and the bound that follows for all quantities.

Lagrangian relaxation (M. L. Fisher, "The Lagrangian Relaxation Method for Solving Integer
Programming Problems", Management Science 27, 1981): with a price on the budget and on each
supplier's minimum and maximum every item can be decided alone. The sum of the cheapest ways at
these prices, less what the prices grant, is a bound. A plan with a way that is dearer than the
cheapest of its item is above the bound by the difference at least. A mix of strengths puts two
more prices on its members: on a free pack taken, and, below zero, on a pack bought that helps to
earn it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from purchases.basket.mixed import Mixed
from purchases.basket.model import Options
from purchases.basket.programme import Within
from purchases.basket.ways import Ways

__all__ = ["Near", "Prices"]

# Money; more than rounding can make of a difference.
_ROUNDING = 3.0


# (how much above the bound, item, ways of a source, place); money.
Near = tuple[float, int, Ways, int]


class Prices:
    """Of one pattern of suppliers.

    of_money: saved for one more of budget. orders: of the relaxation, by supplier, money. bound:
    no plan within the pattern costs less; money.
    """

    def __init__(
        self,
        within: Within,
        duals: Sequence[float],
        options: Sequence[Options],
        *,
        orders: Mapping[int, float],
    ) -> None:
        self.orders = orders
        self.closed = frozenset(within.closed)
        self.of_money = max(0.0, -float(duals[within.budget_row]))
        self.of_supplier: dict[int, float] = {}
        bound = within.programme.constant - self.of_money * within.budget
        for key, row in within.supplier_rows.items():
            lower, upper, _ = within.programme.rows[row]
            dual = float(duals[row])
            end = lower if dual > 0 else upper
            if np.isfinite(end):
                self.of_supplier[key] = -dual
                bound += dual * end
        self._of_mix = {
            key: (
                max(0.0, float(duals[earn])) * within.scale,
                max(0.0, -float(duals[free])) * within.scale,
            )
            for key, (earn, free) in within.mix_rows.items()
        }
        self._excesses = [self._of(some) for some in options]
        least = [
            min([0.0, *(float(each[1:].min()) for each in of_item)])
            for of_item in ([found for _, found in item] for item in self._excesses)
        ]
        self._least = least
        earned = sum(self._steps(key, mix) for key, mix in within.mixes.items())
        self.bound = bound * within.scale + sum(least) + earned - _ROUNDING * len(options)

    def _of(self, some: Options) -> list[tuple[Ways, Any]]:
        """The ways of an item at open suppliers with what each costs more than nothing here."""
        return [
            (
                ways,
                ways.cost
                - some.nothing.total
                + self._price(ways.supplier_id) * ways.curve.paid
                + self._mixed(ways),
            )
            for ways in some.ways
            if ways.supplier_id not in self.closed
        ]

    def _price(self, supplier_id: int) -> float:
        return self.of_money + self.of_supplier.get(supplier_id, 0.0)

    def _mixed(self, ways: Ways) -> Any:
        """What the quantities of a mixed source cost and earn within its mix; money."""
        if (key := ways.curve.source.mix) is None:
            return 0.0
        of_bought, of_free = self._of_mix[key]
        return of_free * ways.curve.free - of_bought * ways.curve.packs

    def _steps(self, key: int, mix: Mixed) -> float:
        """What the steps of a mix's tiers come to at these prices, 0 at the best of them."""
        of_bought, of_free = self._of_mix[key]
        return sum(
            min(0.0, of_bought * tier.bought - of_free * tier.free) * (mix.most // tier.bought)
            for tier in mix.tiers
        )

    def cheapest(self) -> list[tuple[int, Ways, int]]:
        """(item, source's ways, place) of what costs least of every source at these prices."""
        return [
            (item, ways, 1 + int(costs[1:].argmin()))
            for item, of_item in enumerate(self._excesses)
            for ways, costs in of_item
        ]

    def near(self, room: float, *, each: int | None = None) -> list[Near]:
        """Ways at most `room` above the bound, nearest first; not more than `each` of an item."""
        found: list[tuple[float, int, int, int]] = []
        for item, of_item in enumerate(self._excesses):
            own = sorted(
                (above, item, number, place)
                for number, (_, costs) in enumerate(of_item)
                for place, above in _within(costs - self._least[item], room + _ROUNDING)
            )
            found += own[:each]
        found.sort()
        return [
            (above, item, self._excesses[item][number][0], place)
            for above, item, number, place in found
        ]


def _within(above: Any, room: float) -> list[tuple[int, float]]:
    """Places, nothing left out, that are at most `room` above the bound, with how much."""
    places = 1 + np.flatnonzero(above[1:] <= room)
    return list(zip(places.tolist(), above[places].tolist(), strict=True))
