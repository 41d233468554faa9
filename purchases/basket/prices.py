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

from collections.abc import Iterable, Mapping, Sequence
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
        self._mixes = within.mixes
        self._lifted: dict[int, float] = {}
        self._first: dict[tuple[int, int], list[int]] = {}
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

    def _mixed(self, ways: Ways, place: int | slice = slice(None)) -> Any:
        """What quantities of a mixed source cost and earn within its mix; money."""
        if (key := ways.curve.source.mix) is None:
            return 0.0
        of_bought, of_free = self._of_mix[key]
        return of_free * ways.curve.free[place] - of_bought * ways.curve.packs[place]

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

    def near(self, room: float, *, each: int | None = None, most: int | None = None) -> list[Near]:
        """Ways at most `room` above the bound, nearest first, `most` of them.

        Not more than `each` of an item.
        """
        rows = [self._near_of(item, room, each) for item in range(len(self._excesses))]
        if not rows:
            return []
        above, items, numbers, places = (
            np.concatenate(column) for column in zip(*rows, strict=True)
        )
        first = np.lexsort((places, numbers, items, above))[:most]
        found = (column[first].tolist() for column in (above, items, numbers, places))
        return [
            (much, item, self._excesses[item][number][0], place)
            for much, item, number, place in zip(*found, strict=True)
        ]

    def least_of(self, items: Iterable[int]) -> float:
        """Less than that no choice of items that are mixed costs here, by the prices alone."""
        items = list(items)
        steps = sum(self._steps(key, mix) for key, mix in self.mixes_of(items).items())
        return sum(self._least[item] for item in items) + steps

    def alone_of(self, items: Iterable[int]) -> float:
        """What the cheapest choice costs here in which every source earns its own free packs."""
        return sum(
            min(
                [
                    0.0,
                    *(
                        float((costs - self._mixed(ways))[ways.own_places()].min())
                        for ways, costs in self._excesses[item]
                        if len(ways.own_places())
                    ),
                ]
            )
            for item in items
        )

    def costs_of(self, item: int) -> list[tuple[Ways, Any]]:
        """Ways with what each costs more than nothing, and to a mix, at these prices; money."""
        return self._excesses[item]

    def cheapest_of(self, item: int) -> float:
        return self._least[item]

    def of_a_pack(self, ways: Ways) -> float:
        """What a bought pack costs where money and the supplier's conditions have their prices."""
        one = 1 + int(np.argmax(ways.curve.packs[1:]))
        paid = float(ways.curve.paid[one]) / int(ways.curve.packs[one])
        return paid * (1.0 + self._price(ways.supplier_id))

    def mixes_of(self, items: Iterable[int]) -> dict[int, Mixed]:
        keys = {ways.curve.source.mix for item in items for ways, _ in self._excesses[item]}
        return {key: mix for key, mix in self._mixes.items() if key in keys}

    def plain(self, ways: Ways, item: int, place: int) -> float:
        """What a way costs more than nothing, not counting what it is to a mix; money."""
        costs = next(costs for each, costs in self._excesses[item] if each is ways)
        return float(costs[place] - self._mixed(ways, place))

    def lift(
        self, items: Iterable[int], money: float, first: Iterable[tuple[int, Ways, int]]
    ) -> None:
        """Items that are mixed cost so much more together than by the prices alone.

        first: what to look at before anything else of them.
        """
        self.bound += money
        self._lifted.update(dict.fromkeys(items, money))
        for item, ways, place in first:
            self._first.setdefault((item, ways.curve.source.key), []).append(place)

    def _near_of(self, item: int, room: float, each: int | None) -> tuple[Any, Any, Any, Any]:
        """How much above the bound (-1 is looked at first), item, number of the source, place."""
        lifted = self._lifted.get(item, 0.0)
        parts = [(np.empty(0), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))]
        for number, (ways, costs) in enumerate(self._excesses[item]):
            above = np.maximum(0.0, costs - self._least[item] - lifted)
            for place in self._first.get((item, ways.curve.source.key), ()):
                above[place] = -1.0
            places = 1 + np.flatnonzero(above[1:] <= room + _ROUNDING)
            parts.append((above[places], np.full(len(places), number), places))
        above, numbers, places = (np.concatenate(column) for column in zip(*parts, strict=True))
        kept = np.lexsort((places, numbers, above))[:each] if each else slice(None)
        above, numbers, places = above[kept], numbers[kept], places[kept]
        return above, np.full(len(above), item), numbers, places
