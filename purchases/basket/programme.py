"""The choice as a mixed-integer programme, in rows and columns.

A binary per candidate, at most one of an item. Suppliers that refuse small orders, or charge for
them, also have binaries: `open`, whether anything is ordered there, and `pays`, whether the fee
for a small order is paid. One combination of these is a `Pattern`; within it the programme has,
beside the items' rows, only a row for the budget and one or two for a supplier.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from purchases.basket.model import Basket, Candidate, Conditions, Money, Options

__all__ = ["Master", "Pattern", "Programme", "Within", "scale_of"]

INFINITY = float("inf")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Choosy suppliers that get an order, and those of them that are paid the fee."""

    opened: frozenset[int] = frozenset()
    paying: frozenset[int] = frozenset()


@dataclass(slots=True)
class Programme:
    """costs: of the columns, all between 0 and 1. integer: which may not be split. constant: added
    to the objective. Money is divided by a scale that keeps the numbers near one.
    """

    costs: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, dict[int, float]]] = field(default_factory=list)
    constant: float = 0.0

    def column(self, cost: float, *, integer: bool) -> int:
        self.costs.append(cost)
        self.integer.append(integer)
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
        lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
        lp.row_lower_ = np.array([lower for lower, _, _ in self.rows])
        lp.row_upper_ = np.array([upper for _, upper, _ in self.rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for _, _, row in self.rows)])
        lp.a_matrix_.index_ = np.array([i for _, _, row in self.rows for i in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([v for _, _, row in self.rows for v in row.values()])
        if not relaxed:
            kinds = highspy.HighsVarType
            lp.integrality_ = [
                kinds.kInteger if each else kinds.kContinuous for each in self.integer
            ]
        return lp


def scale_of(options: Sequence[Options]) -> float:
    return max([1, *(some.nothing.total for some in options)]) / 1000


def is_choosy(each: Conditions) -> bool:
    """Whether it matters to the supplier that something is ordered at all."""
    return each.minimum > 0 and each.fee != 0


class Master:
    """All patterns at once, purchases splittable: the least any pattern may come to.

    Made of corners of the hulls of all quantities. within: a share of what buying nothing costs;
    corners that matter less are left out, and their sum, `slack`, belongs off the bound.
    """

    def __init__(
        self,
        basket: Basket,
        options: Sequence[Options],
        conditions: Iterable[Conditions],
        *,
        within: float,
    ) -> None:
        self.within = within
        self.slack = within * sum(some.nothing.total for some in options)
        self.scale = scale = scale_of(options)
        self.programme = programme = Programme(
            constant=sum(some.nothing.total for some in options) / scale
        )
        choosy = [each for each in conditions if is_choosy(each)]
        self.opens = {each.supplier_id: programme.column(0.0, integer=True) for each in choosy}
        self.pays = {
            each.supplier_id: programme.column((each.fee or 0) / scale, integer=True)
            for each in choosy
            if each.fee
        }
        paid: dict[int, dict[int, float]] = {}
        for some in options:
            for supplier_id, columns in self._item(some).items():
                paid.setdefault(supplier_id, {}).update(columns)
        for each in conditions:
            self._conditions(each, paid.get(each.supplier_id, {}))
        budget = {column: value for columns in paid.values() for column, value in columns.items()}
        fees = {column: programme.costs[column] for column in self.pays.values()}
        programme.row(-INFINITY, basket.budget / scale, {**budget, **fees})

    def _item(self, some: Options) -> dict[int, dict[int, float]]:
        """Columns of one item; returns what they pay by supplier and column."""
        programme, paid = self.programme, dict[int, dict[int, float]]()
        for ways in some.ways:
            corners = ways.corners(within=self.within * some.nothing.total)
            savings = (ways.cost[corners] - some.nothing.total) / self.scale
            spent = ways.curve.paid[corners] / self.scale
            by_column = paid.setdefault(ways.supplier_id, {})
            for saving, amount in zip(savings.tolist(), spent.tolist(), strict=True):
                by_column[programme.column(saving, integer=False)] = amount
        if paid:
            programme.row(-INFINITY, 1.0, {key: 1.0 for each in paid.values() for key in each})
        for supplier_id, columns in paid.items():
            if supplier_id in self.opens:
                opened = {self.opens[supplier_id]: -1.0}
                programme.row(-INFINITY, 0.0, {**dict.fromkeys(columns, 1.0), **opened})
        return paid

    def _conditions(self, each: Conditions, paid: dict[int, float]) -> None:
        programme, key = self.programme, each.supplier_id
        if key in self.opens:
            minimum = each.minimum / self.scale
            row = {**paid, self.opens[key]: -minimum}
            if key in self.pays:
                row[self.pays[key]] = minimum
                programme.row(-INFINITY, 0.0, {self.pays[key]: 1.0, self.opens[key]: -1.0})
            programme.row(0.0, INFINITY, row)
        if each.maximum is not None and paid:
            programme.row(-INFINITY, each.maximum / self.scale, dict(paid))

    def pattern_of(self, values: Sequence[float]) -> Pattern:
        return Pattern(
            opened=frozenset(key for key, column in self.opens.items() if values[column] > 0.5),
            paying=frozenset(key for key, column in self.pays.items() if values[column] > 0.5),
        )

    def exclude(self, pattern: Pattern) -> None:
        """Look at the other patterns only."""
        ones = {self.opens[key] for key in pattern.opened} | {self.pays[k] for k in pattern.paying}
        row = {
            column: -1.0 if column in ones else 1.0
            for column in (*self.opens.values(), *self.pays.values())
        }
        self.programme.row(1.0 - len(ones), INFINITY, row)


class Within:
    """One pattern of suppliers: which candidates to take.

    only: (item, source key, packs) of those that may be; all where not given.
    """

    def __init__(
        self,
        basket: Basket,
        options: Sequence[Options],
        conditions: Iterable[Conditions],
        pattern: Pattern,
        *,
        only: Collection[tuple[int, int, int]] | None = None,
    ) -> None:
        self.scale = scale = scale_of(options)
        rules = {each.supplier_id: each for each in conditions}
        self.closed = {
            key for key, each in rules.items() if is_choosy(each) and key not in pattern.opened
        }
        self.fees: Money = sum(rules[key].fee or 0 for key in pattern.paying)
        self.programme = programme = Programme(
            constant=(self.fees + sum(some.nothing.total for some in options)) / scale
        )
        self.places: list[tuple[int, int]] = []
        self.item_rows: dict[int, int] = {}
        paid: dict[int, dict[int, float]] = {key: {} for key in rules}
        for item, some in enumerate(options):
            columns = []
            for place, candidate in enumerate(some.candidates):
                named = (item, candidate.source.key, candidate.quote.packs)
                if candidate.supplier_id in self.closed or (only is not None and named not in only):
                    continue
                columns.append(self._column(item, place, candidate, some))
                paid[candidate.supplier_id][columns[-1]] = candidate.paid / scale
            if columns:
                self.item_rows[item] = programme.row(-INFINITY, 1.0, dict.fromkeys(columns, 1.0))
        self.supplier_rows: dict[int, int] = {}
        for key, each in rules.items():
            least = key in pattern.opened and key not in pattern.paying
            lower = each.minimum / scale if least else -INFINITY
            upper = INFINITY if each.maximum is None else each.maximum / scale
            if lower > -INFINITY or upper < INFINITY:
                self.supplier_rows[key] = programme.row(lower, upper, paid[key])
        everything = {column: value for row in paid.values() for column, value in row.items()}
        self.budget = (basket.budget - self.fees) / scale
        self.budget_row = programme.row(-INFINITY, self.budget, everything)

    def _column(self, item: int, place: int, candidate: Candidate, some: Options) -> int:
        self.places.append((item, place))
        saving = (candidate.costs.total - some.nothing.total) / self.scale
        return self.programme.column(saving, integer=True)
