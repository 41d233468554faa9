"""Choosing the basket: by the solver, or by the greedy rule where the solver cannot."""

from __future__ import annotations

import time
from collections.abc import Sequence

from purchases.basket.candidates import options_of
from purchases.basket.greedy import greedy_plan
from purchases.basket.model import (
    Answer,
    Basket,
    Costs,
    Fallback,
    Method,
    Options,
    Status,
    Unbought,
)
from purchases.basket.plan import Plan, polished
from purchases.basket.solver import Solved, SolverFailed, solve

__all__ = ["compose"]

DEFAULT_SECONDS = 8.0
DEFAULT_GAP = 0.0001


def compose(
    basket: Basket,
    *,
    seconds: float = DEFAULT_SECONDS,
    gap: float = DEFAULT_GAP,
    greedy: bool = False,
) -> Answer:
    """The basket that costs least: money paid now and later, shortage, holding and expiring.

    seconds: time limit of all of it; the greedy rule alone may take longer on a large basket.
    gap: relative, at which a choice counts as proven.
    greedy: do not even ask the solver.
    """
    started = time.perf_counter()
    basket = _in_order(basket)
    options = options_of(basket)
    start = greedy_plan(basket, options)
    solved, reason = None, Fallback.ASKED
    if not greedy:
        left = seconds - (time.perf_counter() - started)
        solved, reason = _solved(basket, options, start, seconds=left, gap=gap)
    plan = start
    if solved is not None and solved.plan is not None:
        plan = polished(solved.plan)
    return _answer(
        plan,
        options,
        solved=solved,
        reason=None if solved is not None and solved.plan is not None else reason,
        seconds=time.perf_counter() - started,
    )


def _in_order(basket: Basket) -> Basket:
    """The same basket, its parts in one order: the answer does not depend on the caller's."""
    return Basket(
        items=tuple(sorted(basket.items, key=lambda item: item.product_id)),
        sources=tuple(sorted(basket.sources, key=lambda source: source.key)),
        conditions=tuple(sorted(basket.conditions, key=lambda each: each.supplier_id)),
        budget=max(0, basket.budget),
        holding_rate=basket.holding_rate,
        overage=basket.overage,
        money_places=basket.money_places,
    )


def _solved(
    basket: Basket, options: list[Options], start: Plan, *, seconds: float, gap: float
) -> tuple[Solved | None, Fallback]:
    try:
        solved = solve(basket, options, start=start, seconds=seconds, gap=gap)
    except ImportError:
        return None, Fallback.MISSING
    except SolverFailed:
        return None, Fallback.FAILED
    return solved, Fallback.NO_SOLUTION


def _answer(
    plan: Plan,
    options: Sequence[Options],
    *,
    solved: Solved | None,
    reason: Fallback | None,
    seconds: float,
) -> Answer:
    cost = plan.cost
    bound = gap = None
    if solved is not None and reason is None:
        bound = min(cost, max(0, round(solved.bound)))
        gap = (cost - bound) / cost if cost else 0.0
    return Answer(
        chosen={
            some.item.product_id: candidate
            for item, some in enumerate(options)
            if (candidate := plan.candidate(item)) is not None
        },
        unbought={
            some.item.product_id: _why_not(plan, item)
            for item, some in enumerate(options)
            if plan.picked[item] is None
        },
        options=options,
        costs=_costs(plan),
        fees=plan.fees,
        units_short=_units_short(plan),
        method=Method.GREEDY if reason else Method.SOLVER,
        status=_status(solved, reason),
        reason=reason,
        bound=bound,
        gap=gap,
        shadow=solved.shadow if solved is not None else 0.0,
        seconds=seconds,
        supplier_prices=solved.supplier_prices if solved is not None else {},
        closed=solved.closed if solved is not None else frozenset(),
    )


def _status(solved: Solved | None, reason: Fallback | None) -> Status:
    if reason is not None or solved is None:
        return Status.UNPROVEN
    return Status.OPTIMAL if solved.proven else Status.TIME_LIMIT


def _costs(plan: Plan) -> Costs:
    costs = Costs(paid=plan.fees)
    for item, some in enumerate(plan.options):
        candidate = plan.candidate(item)
        costs += some.nothing if candidate is None else candidate.costs
    return costs


def _units_short(plan: Plan) -> float:
    return sum(
        some.nothing_short if (candidate := plan.candidate(item)) is None else candidate.units_short
        for item, some in enumerate(plan.options)
    )


def _why_not(plan: Plan, item: int) -> Unbought:
    """Why nothing is bought of an item; no single purchase that saves was possible."""
    some = plan.options[item]
    if some.reason is not None:
        return some.reason
    saving = [
        (candidate, plan.effect(item, place))
        for place, candidate in enumerate(some.candidates)
        if candidate.own and candidate.costs.total < some.nothing.total
    ]
    if not saving:
        return Unbought.NOT_WORTH_IT
    taken = [spent for _, (cost, spent, taken) in saving if taken and cost <= 0]
    if taken:
        return Unbought.OVER_BUDGET
    if any(
        plan.amounts[candidate.supplier_id] + candidate.paid
        < plan.conditions[candidate.supplier_id].minimum
        for candidate, _ in saving
    ):
        return Unbought.BELOW_MINIMUM
    return Unbought.ABOVE_MAXIMUM
