"""The choice as a mixed-integer programme, in rows and columns.

A binary per candidate, at most one of an item. Whether anything is ordered at a supplier that
refuses small orders, or charges for them, is decided outside, in a `Pattern`; within it the
programme has, beside the items' rows, only a row for the budget and one for a supplier.

For every mix of strengths a whole number per tier of its deal says how often it is earned: its
steps need no more packs than are bought of all strengths, and no more free packs are taken than
they give.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from purchases.basket.mixed import Mixed, mixes_of
from purchases.basket.model import Basket, Candidate, Conditions, Money, Options

__all__ = ["Named", "Pattern", "Programme", "Within", "is_choosy", "name_of", "steps_of"]

INFINITY = float("inf")

# Item, source key, packs and free packs: what tells one candidate from another.
Named = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is decided of choosy suppliers: opened ones get an order, closed ones none, and paying
    ones (of those opened) the fee for a small one. The others may get any order, for no fee.
    """

    opened: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    paying: frozenset[int] = frozenset()

    def decided(self, supplier_id: int) -> bool:
        return supplier_id in self.opened or supplier_id in self.closed

    def children(self, each: Conditions) -> list[Pattern]:
        """The ways to decide one supplier more; together they are this pattern."""
        one = frozenset((each.supplier_id,))
        found = [
            replace(self, opened=self.opened | one),
            replace(self, closed=self.closed | one),
        ]
        if each.fee:
            found.append(replace(self, opened=self.opened | one, paying=self.paying | one))
        return found


@dataclass(slots=True)
class Programme:
    """costs: of the columns, each a whole number from 0 to its `upper`. constant: added to the
    objective. Money is divided by a scale that keeps the numbers near one.
    """

    costs: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    rows: list[tuple[float, float, dict[int, float]]] = field(default_factory=list)
    constant: float = 0.0

    def column(self, cost: float, *, upper: float = 1.0) -> int:
        self.costs.append(cost)
        self.uppers.append(upper)
        return len(self.costs) - 1

    def row(self, lower: float, upper: float, values: dict[int, float]) -> int:
        self.rows.append((lower, upper, values))
        return len(self.rows) - 1

    def for_highs(self, highspy: Any, *, relaxed: bool = False) -> Any:
        lp = highspy.HighsLp()
        columns = len(self.costs)
        lp.num_col_, lp.num_row_ = columns, len(self.rows)
        lp.offset_ = self.constant
        lp.col_cost_ = np.array(self.costs)
        lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.array(self.uppers)
        lp.row_lower_ = np.array([lower for lower, _, _ in self.rows])
        lp.row_upper_ = np.array([upper for _, upper, _ in self.rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for _, _, row in self.rows)])
        lp.a_matrix_.index_ = np.array([i for _, _, row in self.rows for i in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([v for _, _, row in self.rows for v in row.values()])
        if not relaxed:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
        return lp


def _scale_of(options: Sequence[Options]) -> float:
    return max([1, *(some.nothing.total for some in options)]) / 1000


def is_choosy(each: Conditions) -> bool:
    """Whether it matters to the supplier that something is ordered at all."""
    return each.minimum > 0 and each.fee != 0


def steps_of(
    programme: Programme, mix: Mixed, bought: dict[int, float], free: dict[int, float]
) -> tuple[int, int]:
    """The steps of a mix's tiers, and its rows.

    bought, free: by column, the packs bought and the free packs taken.
    """
    for tier in mix.tiers:
        steps = programme.column(0.0, upper=mix.most // tier.bought)
        bought[steps], free[steps] = -tier.bought, -tier.free
    earn = programme.row(0.0, INFINITY, bought)
    return earn, programme.row(-INFINITY, 0.0, free)


def name_of(item: int, candidate: Candidate) -> Named:
    return item, candidate.source.key, candidate.quote.packs, candidate.quote.free_packs


class Within:
    """One pattern of suppliers: which candidates to take.

    only: (item, source key, packs, free packs) of those that may be; all where not given.
    """

    def __init__(
        self,
        basket: Basket,
        options: Sequence[Options],
        conditions: Iterable[Conditions],
        pattern: Pattern,
        *,
        only: Collection[Named] | None = None,
    ) -> None:
        self.scale = scale = _scale_of(options)
        rules = {each.supplier_id: each for each in conditions}
        self.closed = pattern.closed
        self.fees: Money = sum(rules[key].fee or 0 for key in pattern.paying)
        self.programme = programme = Programme(
            constant=(self.fees + sum(some.nothing.total for some in options)) / scale
        )
        self.places: list[tuple[int, int]] = []
        self._paid: list[tuple[int, Money]] = []
        paid: dict[int, dict[int, float]] = {key: {} for key in rules}
        for item, some in enumerate(options):
            columns = []
            for place, candidate in enumerate(some.candidates):
                named = name_of(item, candidate)
                if candidate.supplier_id in self.closed or (only is not None and named not in only):
                    continue
                columns.append(self._column(item, place, candidate, some))
                paid[candidate.supplier_id][columns[-1]] = candidate.paid / scale
            if columns:
                programme.row(-INFINITY, 1.0, dict.fromkeys(columns, 1.0))
        self.supplier_rows: dict[int, int] = {}
        for key, each in rules.items():
            least = key in pattern.opened and key not in pattern.paying
            lower = each.minimum / scale if least else -INFINITY
            upper = INFINITY if each.maximum is None else each.maximum / scale
            if lower > -INFINITY or upper < INFINITY:
                self.supplier_rows[key] = programme.row(lower, upper, paid[key])
        self.mixes = mixes_of(options)
        bought, free = self._counted(options)
        self.mix_rows = {
            key: steps_of(programme, mix, bought[key], free[key]) for key, mix in self.mixes.items()
        }
        everything = {column: value for row in paid.values() for column, value in row.items()}
        self.budget = (basket.budget - self.fees) / scale
        self.budget_row = programme.row(-INFINITY, self.budget, everything)

    def _counted(
        self, options: Sequence[Options]
    ) -> tuple[dict[int, dict[int, float]], dict[int, dict[int, float]]]:
        """By mix and column, the packs bought and the free packs taken."""
        bought: dict[int, dict[int, float]] = {key: {} for key in self.mixes}
        free: dict[int, dict[int, float]] = {key: {} for key in self.mixes}
        for column, (item, place) in enumerate(self.places):
            candidate = options[item].candidates[place]
            if (key := candidate.source.mix) is not None:
                bought[key][column] = candidate.quote.packs
                free[key][column] = candidate.quote.free_packs
        return bought, free

    def orders_of(self, values: Sequence[float]) -> dict[int, float]:
        """What the suppliers' orders come to, where parts of candidates are taken; money."""
        orders: dict[int, float] = {}
        for (supplier_id, paid), value in zip(self._paid, values, strict=False):
            orders[supplier_id] = orders.get(supplier_id, 0.0) + paid * value
        return orders

    def _column(self, item: int, place: int, candidate: Candidate, some: Options) -> int:
        self.places.append((item, place))
        self._paid.append((candidate.supplier_id, candidate.paid))
        saving = (candidate.costs.total - some.nothing.total) / self.scale
        return self.programme.column(saving)
