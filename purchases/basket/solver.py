"""The choice as a mixed-integer programme, solved by HiGHS.

One binary per candidate, at most one of them per item; one binary per supplier with a minimum or
a fee that says whether anything is ordered there, one more for paying its fee. One thread and a
fixed seed: the same basket has the same answer, unless the time limit cuts the search short.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from purchases.basket.model import Basket, Conditions, Options
from purchases.basket.plan import Plan

__all__ = ["Solved", "SolverFailed", "solve"]

_SEED = 7


class SolverFailed(Exception):
    """HiGHS ended in a way that gives no choice."""


@dataclass(frozen=True, slots=True)
class Solved:
    """plan: None where none was found in time. bound: no plan costs less. proven: whether within
    the tolerance. shadow: cost saved for one more of budget, >= 0.
    """

    plan: Plan | None
    bound: float
    proven: bool
    shadow: float


def solve(
    basket: Basket, options: Sequence[Options], *, start: Plan, seconds: float, gap: float
) -> Solved:
    """The best plan, searched from `start` on. gap: relative, at which a plan counts as best.

    Raises ImportError where HiGHS is not installed, SolverFailed.
    """
    import highspy  # a machine without it chooses by the greedy rule

    if not any(some.candidates for some in options):
        return Solved(plan=start, bound=start.cost, proven=True, shadow=0.0)
    model = _Model(basket, options, start)
    programme = model.programme(highspy)
    shadow = model.shadow(highspy, programme)
    highs = _quiet(highspy)
    highs.setOptionValue("time_limit", max(0.0, seconds))
    highs.setOptionValue("mip_rel_gap", gap)
    programme.integrality_ = [highspy.HighsVarType.kInteger] * len(model.costs)
    highs.passModel(programme)
    solution = highspy.HighsSolution()
    solution.col_value = model.values_of(start)
    highs.setSolution(solution)
    highs.run()
    status = highs.getModelStatus()
    known = highspy.HighsModelStatus
    if status not in (known.kOptimal, known.kTimeLimit):
        raise SolverFailed(highs.modelStatusToString(status))
    found = highs.getInfo()
    feasible = found.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    # Without a bound all it has is the plan it was given to start from.
    searched = feasible and math.isfinite(found.mip_dual_bound)
    return Solved(
        plan=model.plan_of(highs.getSolution().col_value) if searched else None,
        bound=found.mip_dual_bound * model.scale,
        proven=status == known.kOptimal,
        shadow=shadow,
    )


def _quiet(highspy: Any) -> Any:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", _SEED)
    return highs


class _Model:
    """Columns and rows, money divided by `scale` to keep the numbers near one."""

    def __init__(self, basket: Basket, options: Sequence[Options], start: Plan) -> None:
        self.options, self.empty = options, Plan.empty(basket, options)
        self.places = [
            (item, place)
            for item, some in enumerate(options)
            for place in range(len(some.candidates))
        ]
        self.scale = max([1, *(some.nothing.total for some in options)]) / 1000
        self.choosy = [each for each in start.conditions.values() if not each.indifferent]
        first = len(self.places)
        self.opens = {each.supplier_id: first + i for i, each in enumerate(self.choosy)}
        first += len(self.choosy)
        charging = [each for each in self.choosy if each.fee and each.minimum > 0]
        self.pays = {each.supplier_id: first + i for i, each in enumerate(charging)}
        self.costs = [
            (options[item].candidates[place].costs.total - options[item].nothing.total) / self.scale
            for item, place in self.places
        ]
        self.costs += [0.0] * len(self.choosy)
        self.costs += [(each.fee or 0) / self.scale for each in charging]
        self.constant = sum(some.nothing.total for some in options) / self.scale
        self.rows: list[tuple[float, float, dict[int, float]]] = []
        self._rows(basket)

    def _rows(self, basket: Basket) -> None:
        infinity = float("inf")
        by_item: dict[int, dict[int, float]] = {}
        by_supplier: dict[int, dict[int, float]] = {key: {} for key in self.opens}
        together: dict[tuple[int, int], dict[int, float]] = {}
        budget: dict[int, float] = {}
        for column, (item, place) in enumerate(self.places):
            candidate = self.options[item].candidates[place]
            paid = candidate.paid / self.scale
            budget[column] = paid
            by_item.setdefault(item, {})[column] = 1.0
            if candidate.supplier_id in self.opens:
                by_supplier[candidate.supplier_id][column] = paid
                together.setdefault((item, candidate.supplier_id), {})[column] = 1.0
        for key, column in self.pays.items():
            budget[column] = self.costs[column]
            self.rows.append((-infinity, 0.0, {column: 1.0, self.opens[key]: -1.0}))
        self.rows += [(-infinity, 1.0, columns) for columns in by_item.values()]
        for (_, key), columns in together.items():
            self.rows.append((-infinity, 0.0, {**columns, self.opens[key]: -1.0}))
        for each in self.choosy:
            self._conditions(each, by_supplier[each.supplier_id])
        self.rows.append((-infinity, basket.budget / self.scale, budget))

    def _conditions(self, each: Conditions, paid: dict[int, float]) -> None:
        infinity, opened = float("inf"), self.opens[each.supplier_id]
        minimum = each.minimum / self.scale
        if each.minimum > 0 and each.fee != 0:
            row = {**paid, opened: -minimum}
            if each.supplier_id in self.pays:
                row[self.pays[each.supplier_id]] = minimum
            self.rows.append((0.0, infinity, row))
        if each.maximum is not None:
            self.rows.append((-infinity, each.maximum / self.scale, dict(paid)))

    def programme(self, highspy: Any) -> Any:
        columns = len(self.costs)
        lp = highspy.HighsLp()
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
        return lp

    def shadow(self, highspy: Any, programme: Any) -> float:
        """The budget's price where parts of candidates could be bought (the relaxation)."""
        highs = _quiet(highspy)
        highs.passModel(programme)
        highs.run()
        duals = highs.getSolution().row_dual
        return max(0.0, -float(duals[-1])) if len(duals) else 0.0

    def values_of(self, plan: Plan) -> list[float]:
        values = [0.0] * len(self.costs)
        for column, (item, place) in enumerate(self.places):
            values[column] = float(plan.picked[item] == place)
        for key, column in self.opens.items():
            values[column] = float(plan.amounts[key] > 0)
        for key, column in self.pays.items():
            values[column] = float(plan.conditions[key].fee_on(plan.amounts[key]) > 0)
        return values

    def plan_of(self, values: Sequence[float]) -> Plan:
        plan = self.empty.copy()
        for column, (item, place) in enumerate(self.places):
            if values[column] > 0.5:
                plan.put(item, place)
        return plan
