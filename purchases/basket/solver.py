"""The best choice and the proof of how good it is, by HiGHS.

Suppliers' minimums make the choice hard, and there are few suppliers: which of them get an order is
decided by branch and bound, best first. A pattern of suppliers is bounded by the prices it puts on
money and on minimums (`Prices`), for all quantities; a supplier not decided yet may get any order.
Where all that get an order reach their minimums the best choice is tried exactly. When no pattern
left can be better, or not by more than the gap, the best found is proven.

A quantity that costs more at a pattern's prices than the best plan is above its bound is in no
better plan, so of all quantities only a few hundred are looked at. One thread and a fixed seed: the
same basket has the same answer, unless the time limit cuts the search short.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from purchases.basket.joint import Joint, clusters_of
from purchases.basket.model import Basket, Candidate, Conditions, Options
from purchases.basket.plan import Plan, polished
from purchases.basket.prices import Near, Prices
from purchases.basket.programme import Pattern, Programme, Within, is_choosy, name_of
from purchases.basket.ways import Ways

__all__ = ["Solved", "SolverFailed", "solve"]

_SEED = 7
# So many quantities of an item, and of all, are tried first, more if there is no plan in them.
_CORES = ((5, 600), (20, 3000), (None, 20000))
# At most so many are looked at for a proof; those left out count in the bound.
_MOST = 6000
# Of the gap, by how much prices may miss the best bound.
_SHARE_OF_PRICES = 0.25
_ROUNDS = 20  # of pricing
# Of the time left, the part that deciding mixes at a pattern's prices may take.
_SHARE_OF_MIXES = 0.2


class SolverFailed(Exception):
    """HiGHS ended in a way that gives no choice."""


@dataclass(frozen=True, slots=True)
class Solved:
    """plan: None where none was found in time. bound: no plan costs less. proven: whether within
    the tolerance. shadow: cost saved for one more of budget, >= 0; supplier_prices and closed: see
    `Answer`.
    """

    plan: Plan | None
    bound: float
    proven: bool
    shadow: float
    supplier_prices: Mapping[int, float] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Found:
    """What HiGHS found: values None where no solution; bound infinite where there is none."""

    values: Sequence[float] | None
    bound: float
    duals: Sequence[float]


@dataclass(frozen=True, slots=True)
class _Done:
    """A pattern in which all is decided and that was tried. bound: money."""

    pattern: Pattern
    prices: Prices
    bound: float


def solve(
    basket: Basket,
    options: list[Options],
    *,
    start: Plan,
    seconds: float,
    gap: float,
) -> Solved:
    """The best plan, searched from `start` on. gap: relative, at which a plan counts as best.

    options: gain the quantities that were found worth a look.
    Raises ImportError where HiGHS is not installed, SolverFailed.
    """
    import highspy  # a machine without it chooses by the greedy rule

    if not any(some.candidates for some in options):
        return Solved(plan=start, bound=start.cost, proven=True, shadow=0.0)
    return _Search(highspy, basket, options, start, seconds=seconds, gap=gap).run()


class _Search:
    def __init__(
        self,
        highspy: Any,
        basket: Basket,
        options: list[Options],
        start: Plan,
        *,
        seconds: float,
        gap: float,
    ) -> None:
        self.highspy, self.basket, self.options = highspy, basket, options
        self.conditions: list[Conditions] = list(start.conditions.values())
        self.deadline = time.perf_counter() + seconds
        self.gap = gap
        self.clusters = clusters_of(options)
        self.best, self.searched = start, False
        self.prices: Prices | None = None
        self.tried: set[Pattern] = set()

    def run(self) -> Solved:
        choosy = [each for each in self.conditions if is_choosy(each)]
        # (bound, decided less, order of coming), so that ties go down first.
        heap: list[tuple[float, int, int, Pattern]] = [(-math.inf, 0, 0, Pattern())]
        done: list[_Done] = []
        count = 0
        while heap and not self._closed(heap[0][0]) and self._left() > 0:
            least, _, _, pattern = heapq.heappop(heap)
            prices, bound = self._priced(pattern)
            bound = max(least, bound)
            if prices is None or self._left() <= 0:
                if bound < math.inf:
                    heapq.heappush(heap, (bound, 0, count, pattern))
                continue
            open_ended = [each for each in choosy if not pattern.decided(each.supplier_id)]
            if not open_ended:
                self._try(pattern, prices)
                done.append(_Done(pattern, prices, bound))
                continue
            if not self.searched or not any(_misses(each, prices) for each in open_ended):
                self._try_as_it_is(pattern, open_ended, prices)
            worst = max(open_ended, key=lambda each: (_misses(each, prices), -each.supplier_id))
            for child in pattern.children(worst):
                count += 1
                depth = -len(child.opened) - len(child.closed)
                heapq.heappush(heap, (bound, depth, count, child))
        left = [bound for bound, _, _, _ in heap]
        bound = min([*left, *self._proven(done)], default=float(self.best.cost))
        searched = self.searched and math.isfinite(bound)
        return Solved(
            plan=self.best if searched else None,
            bound=bound,
            proven=self._closed(bound),
            shadow=0.0 if self.prices is None else self.prices.of_money,
            supplier_prices={} if self.prices is None else self.prices.of_supplier,
            closed=frozenset() if self.prices is None else self.prices.closed,
        )

    def _try_as_it_is(
        self, pattern: Pattern, open_ended: Iterable[Conditions], prices: Prices
    ) -> None:
        """Try the pattern with those suppliers decided as its relaxation orders from them."""
        for each in open_ended:
            order = prices.orders.get(each.supplier_id, 0.0)
            opened, closed, *_ = pattern.children(each)
            pattern = opened if order * 2 >= each.minimum else closed
        if pattern in self.tried:
            return
        found, _ = self._priced(pattern)
        if found is not None:
            self._try(pattern, found)

    def _proven(self, done: list[_Done]) -> list[float]:
        """The bounds of the patterns tried, as good as time allows, lowest first."""
        bounds = []
        for each in sorted(done, key=lambda each: each.bound):
            bound = each.bound
            if not self._closed(bound) and self._left() > 0:
                bound = max(bound, self._prove(each.pattern, each.prices))
            bounds.append(bound)
        return bounds

    def _closed(self, bound: float) -> bool:
        return self.searched and self.best.cost - bound <= self.gap * self.best.cost + 0.5

    def _left(self) -> float:
        return self.deadline - time.perf_counter()

    def _try(self, pattern: Pattern, prices: Prices) -> None:
        """Look for a better plan among the most promising quantities of the pattern."""
        if pattern in self.tried:
            return
        self.tried.add(pattern)
        if not self.searched:
            self.prices = prices
        room = self.best.cost - prices.bound
        for each, most in _CORES:
            near = prices.near(room, each=each, most=most)
            if self._left() <= 0:
                return
            if not near or math.isfinite(self._choose(pattern, near, prices)):
                break
        self.searched = True

    def _prove(self, pattern: Pattern, prices: Prices) -> float:
        """Look at every quantity that may be in a better plan; no plan costs less than returned."""
        room = self.best.cost - prices.bound
        near = prices.near(room, most=_MOST + 1)
        least = float(self.best.cost)
        if len(near) > _MOST:
            least = min(least, prices.bound + near[_MOST][0])
        found = self._choose(pattern, near[:_MOST], prices)
        # What was left out is in no plan that costs less than this.
        return min(found, least)

    def _priced(self, pattern: Pattern) -> tuple[Prices | None, float]:
        """The prices at which the pattern's bound is highest, and that bound.

        By column generation: quantities that are cheaper at the prices than what is known of their
        item are added, until none is. Infinite where even the largest quantities make no plan.
        """
        prices: Prices | None = None
        self._add(self._largest(pattern))
        for _ in range(_ROUNDS):
            within = Within(self.basket, self.options, self.conditions, pattern)
            relaxed = self._highs(within.programme, relaxed=True)
            if relaxed.values is None:
                return prices, relaxed.bound if prices is None else prices.bound
            orders = within.orders_of(relaxed.values)
            found = Prices(within, relaxed.duals, self.options, orders=orders)
            if prices is None or found.bound > prices.bound:
                prices = found
            missing = relaxed.bound * within.scale - prices.bound
            if missing <= self.gap * _SHARE_OF_PRICES * self.best.cost:
                break
            self._add(found.cheapest())
        if prices is None:
            return None, -math.inf
        self._decide_mixes(prices)
        return prices, prices.bound

    def _decide_mixes(self, prices: Prices) -> None:
        """What is mixed is decided exactly at the prices, which lifts their bound."""
        for done, cluster in enumerate(self.clusters):
            if self._left() <= 0:
                return
            seconds = self._left() * _SHARE_OF_MIXES / (len(self.clusters) - done)
            joint = Joint(prices, self.options, cluster)
            found = self._highs(joint.programme, seconds=seconds, gap=self.gap / 2)
            joint.settle(found.values, found.bound)

    def _largest(self, pattern: Pattern) -> Iterable[tuple[int, Ways, int]]:
        """The largest quantities at suppliers whose minimum must be reached."""
        for item, some in enumerate(self.options):
            for ways in some.ways:
                if ways.supplier_id in pattern.opened:
                    yield from ((item, ways, int(place)) for place in ways.own_places()[-1:])

    def _add(self, places: Iterable[tuple[int, Ways, int]]) -> None:
        added: dict[int, list[Candidate]] = {}
        for item, ways, place in places:
            if (candidate := ways.candidate(place)) is not None:
                added.setdefault(item, []).append(candidate)
        for item, found in added.items():
            some = self.options[item]
            known = {name_of(item, each) for each in some.candidates}
            new = [each for each in found if name_of(item, each) not in known]
            self.options[item] = replace(some, candidates=(*some.candidates, *new))

    def _choose(self, pattern: Pattern, near: Sequence[Near], prices: Prices) -> float:
        """Keep the best plan made of these quantities if it is better; returns their bound."""
        self._add((item, ways, place) for _, item, ways, place in near)
        looked_at = {
            (
                item,
                ways.curve.source.key,
                int(ways.curve.packs[place]),
                int(ways.curve.free[place]),
            )
            for _, item, ways, place in near
        }
        within = Within(self.basket, self.options, self.conditions, pattern, only=looked_at)
        found = self._highs(within.programme, seconds=self._left(), gap=self.gap / 2)
        if found.values is not None:
            plan = Plan.empty(self.basket, self.options)
            for (item, place), value in zip(within.places, found.values, strict=False):
                if value > 0.5:
                    plan.put(item, place)
            # A solver's tolerance is no licence to spend what is not there.
            better = polished(plan) if plan.feasible else self.best
            if better.cost < self.best.cost:
                self.best, self.prices = better, prices
        return found.bound * within.scale

    def _highs(
        self,
        programme: Programme,
        *,
        seconds: float | None = None,
        gap: float = 0.0,
        relaxed: bool = False,
    ) -> _Found:
        highspy = self.highspy
        if not programme.costs:
            return _nothing_of(programme)
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("random_seed", _SEED)
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("time_limit", max(0.0, self._left() if seconds is None else seconds))
        highs.passModel(programme.for_highs(highspy, relaxed=relaxed))
        highs.run()
        known, status = highspy.HighsModelStatus, highs.getModelStatus()
        if status in (known.kInfeasible, known.kUnboundedOrInfeasible):
            return _Found(None, math.inf, ())
        if status not in (known.kOptimal, known.kTimeLimit):
            raise SolverFailed(highs.modelStatusToString(status))
        found, solution = highs.getInfo(), highs.getSolution()
        feasible = found.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if relaxed:
            optimal = status == known.kOptimal
            bound = found.objective_function_value if optimal else -math.inf
            return _Found(solution.col_value if optimal else None, bound, solution.row_dual)
        bound = found.mip_dual_bound
        return _Found(solution.col_value if feasible else None, bound, ())


def _nothing_of(programme: Programme) -> _Found:
    """Buying nothing where there is nothing to choose."""
    if any(not lower <= 0 <= upper for lower, upper, _ in programme.rows):
        return _Found(None, math.inf, ())
    return _Found((), programme.constant, (0.0,) * len(programme.rows))


def _misses(each: Conditions, prices: Prices) -> float:
    """How far the relaxation's order is from one the supplier takes: 0 to 0.5 of the minimum."""
    order = prices.orders.get(each.supplier_id, 0.0)
    return max(0.0, min(order, each.minimum - order)) / each.minimum
