"""The rule that chooses where there is no solver: the money goes where it saves most.

Per item the candidates on the lower hull of (paid, cost) are steps; the steps of all items are
taken by saving per money, largest first, while the budget lasts (the greedy rule of the
multiple-choice knapsack: H. Kellerer, U. Pferschy, D. Pisinger, "Knapsack Problems", Springer
2004, chapter 11). A supplier whose minimum is not reached is then either brought up to it or left
out, whichever costs less, and single changes that save are made at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from purchases.basket.model import Basket, Candidate, Money, Options
from purchases.basket.plan import Plan, polished

__all__ = ["greedy_plan"]


def greedy_plan(basket: Basket, options: Sequence[Options]) -> Plan:
    """A feasible plan; how far from the best is not known."""
    plan = _filled(basket, options)
    while refusing := plan.refusing():
        # Either way one supplier less refuses, and no other begins to.
        plan = min(
            (way for way in (_raised(plan, refusing[0]), _without(plan, refusing[0])) if way),
            key=lambda way: way.cost,
        )
    return polished(plan)


def _without(plan: Plan, supplier_id: int) -> Plan:
    """The plan with nothing from one supplier, its products bought elsewhere where that saves."""
    plan = plan.copy()
    for item in range(len(plan.options)):
        candidate = plan.candidate(item)
        if candidate is not None and candidate.supplier_id == supplier_id:
            plan.put(item, None)
    return polished(plan)


def _filled(basket: Basket, options: Sequence[Options]) -> Plan:
    plan = Plan.empty(basket, options)
    steps = []
    for item, some in enumerate(options):
        for (paid, cost, _), (next_paid, next_cost, place) in pairwise(_hull(some)):
            saving = (cost - next_cost) / max(1, next_paid - paid)
            steps.append((-saving, item, next_paid, place))
    for _, item, _, place in sorted(steps):
        _, spent, _ = plan.effect(item, place)
        if plan.spent + spent <= plan.budget and _below_maximum(plan, item, place):
            plan.put(item, place)
    return plan


def _hull(some: Options) -> list[tuple[Money, Money, int]]:
    """Corners of the lower hull of (paid, cost), from nothing on, while cost falls."""
    points = [
        (candidate.paid, candidate.costs.total, place)
        for place, candidate in enumerate(some.candidates)
    ]
    hull = [(0, some.nothing.total, -1)]
    for point in sorted(points):
        if point[1] >= hull[-1][1]:
            continue
        while len(hull) > 1 and _turns_up(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    return hull


def _turns_up(
    first: tuple[Money, Money, int],
    middle: tuple[Money, Money, int],
    last: tuple[Money, Money, int],
) -> bool:
    """Whether the middle point lies on or above the line from the first to the last."""
    return (middle[1] - first[1]) * (last[0] - first[0]) >= (last[1] - first[1]) * (
        middle[0] - first[0]
    )


def _below_maximum(plan: Plan, item: int, place: int) -> bool:
    candidate = plan.options[item].candidates[place]
    maximum = plan.conditions[candidate.supplier_id].maximum
    old = plan.candidate(item)
    same = old.paid if old is not None and old.supplier_id == candidate.supplier_id else 0
    return maximum is None or plan.amounts[candidate.supplier_id] - same + candidate.paid <= maximum


def _raised(plan: Plan, supplier_id: int) -> Plan | None:
    """The plan with more bought from one supplier until it takes the order, or None."""
    plan = plan.copy()
    ways = [
        (item, place, candidate)
        for item, some in enumerate(plan.options)
        for place, candidate in enumerate(some.candidates)
        if candidate.supplier_id == supplier_id
    ]
    while not plan.conditions[supplier_id].takes(plan.amounts[supplier_id]):
        best: tuple[float, int, int] | None = None
        left = plan.budget - plan.spent
        for item, place, candidate in ways:
            gain = _gain(plan, item, candidate)
            if gain <= 0:
                continue
            cost, spent, _ = plan.effect(item, place)
            if spent <= left and _below_maximum(plan, item, place):
                best = min(best or (cost / gain, item, place), (cost / gain, item, place))
        if best is None:
            return None
        plan.put(best[1], best[2])
    return plan


def _gain(plan: Plan, item: int, candidate: Candidate) -> Money:
    """How much an order grows by it; nothing is taken from another supplier's order."""
    old = plan.candidate(item)
    if old is None:
        return candidate.paid
    return candidate.paid - old.paid if old.supplier_id == candidate.supplier_id else 0
