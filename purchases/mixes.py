"""The cheapest purchase of strengths that earn their free goods together.

Pure functions; rules in docs/decisions/mixed-strengths.md. Every line is paid by its own bought
packs. The deal counts the packs bought of all lines, and its free packs are taken in any of the
strengths that are bought.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from purchases.deals import Deal, Goods, free_table
from purchases.quantities import MOST_IN_A_TABLE, ways_of
from purchases.quotes import PackPrice, Quote, packs_needed, quote_with_free

# More bought packs than this are no longer looked at together.
MOST_PACKS = MOST_IN_A_TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is needed of one line of a mix: base units (> 0), in packs of `purchase_units`."""

    line_id: int
    price: PackPrice
    needed: int
    purchase_units: int

    @property
    def packs(self) -> int:
        return packs_needed(needed=self.needed, purchase_units=self.purchase_units)


@dataclass(frozen=True, slots=True)
class MixedLine:
    """The part of a mix that is one line's."""

    line_id: int
    price: PackPrice
    quote: Quote


@dataclass(frozen=True, slots=True)
class Mix:
    """A purchase of several lines of one deal. gifts: free goods of other products."""

    lines: tuple[MixedLine, ...]
    gifts: tuple[Goods, ...]

    @property
    def packs(self) -> int:
        return sum(line.quote.packs for line in self.lines)

    @property
    def free_packs(self) -> int:
        """What the deal gives for all packs together."""
        return sum(line.quote.free_packs for line in self.lines)

    @property
    def amount(self) -> Decimal:
        return sum((line.quote.amount for line in self.lines), Decimal(0))


def cheapest_mix(wanted: Sequence[Wanted], *, with_exceptions: bool = False) -> Mix | None:
    """The least money that brings what is wanted of every line (one at least, one deal).

    Something of every line is bought. Of equal sums the purchase that brings more. Where the deal
    offers bonus or discount, all lines take the same. None where an amount or quantity is out of
    range, or more than MOST_PACKS are needed.

    Exact: for a number of bought packs the deal gives so many free ones; the money is least where
    these stand in for the dearest packs that are needed, and what must be bought beyond is of
    the cheapest line. Every number of packs that could be cheapest is tried.
    """
    if sum(line.packs for line in wanted) > MOST_PACKS:
        return None
    needs = [line.packs for line in wanted]
    plans = []
    for prices in zip(*(ways_of(line.price) for line in wanted), strict=True):
        plan = _Planner(prices, needs, with_exceptions).best()
        if plan is not None:
            plans.append(plan)
    if not plans:
        return None
    return _mix_of(min(plans, key=_Plan.rank), wanted, with_exceptions=with_exceptions)


def share_out(free: int, bought: Sequence[int]) -> list[int]:
    """`free` packs in proportion to the packs bought (not all 0), by largest remainder.

    Of equal remainders the earlier line has it.
    """
    whole = sum(bought)
    shares = [free * packs // whole for packs in bought]
    largest = sorted(range(len(bought)), key=lambda place: -(free * bought[place] % whole))
    for place in largest[: free - sum(shares)]:
        shares[place] += 1
    return shares


@dataclass(frozen=True, slots=True)
class _Plan:
    """Packs bought together, those that come free, and the money, before any rounding."""

    prices: tuple[PackPrice, ...]
    packs: int
    free: int
    paid: Fraction

    def rank(self) -> tuple[Fraction, int, int]:
        return self.paid, -(self.packs + self.free), self.packs


class _Planner:
    """One price per line; tries numbers of packs from the fewest on."""

    def __init__(
        self, prices: tuple[PackPrice, ...], needs: Sequence[int], with_exceptions: bool
    ) -> None:
        self.prices = prices
        self.needed = sum(needs)
        self.fewest = max(len(needs), prices[0].deal.least_packs or 1)
        self.tiers = prices[0].deal.usable_tiers(with_exceptions=with_exceptions)
        self.cheapest = min(price.net for price in prices)
        self.list_sum = sum(
            (price.net * packs for price, packs in zip(prices, needs, strict=True)), Fraction(0)
        )
        # What is saved when the first, second, … free pack stands in for one that is needed.
        self.saved = list(
            accumulate(
                (
                    prices[place].net
                    for place in _dearest_first(prices)
                    for _ in range(needs[place] - 1)
                ),
                initial=Fraction(0),
            )
        )

    def best(self) -> _Plan | None:
        best: _Plan | None = None
        useful = len(self.saved) - 1
        last = self.most()
        free_of = free_table(self.tiers, last)
        for packs in range(self.fewest, last + 1):
            if best is not None and self.cheapest * packs > best.paid:
                break
            plan = self.plan(packs, free_of[packs])
            if plan is not None and (best is None or plan.rank() < best.rank()):
                best = plan
            if free_of[packs] >= useful:
                break  # from here on every pack only costs more
        return best

    def most(self) -> int:
        """Packs beyond which the cheapest of them alone cost more than buying without the deal."""
        alone = max(self.needed, self.fewest)
        paid = self.list_sum + self.cheapest * (alone - self.needed)
        return min(MOST_PACKS, max(alone, int(paid / self.cheapest)))

    def plan(self, packs: int, free: int) -> _Plan | None:
        """The least money with so many bought; None where that brings too little."""
        used = min(free, len(self.saved) - 1)
        extra = packs - (self.needed - used)
        if extra < 0:
            return None
        paid = self.list_sum - self.saved[used] + self.cheapest * extra
        return _Plan(self.prices, packs, free, paid)


def _dearest_first(prices: Sequence[PackPrice]) -> list[int]:
    return sorted(range(len(prices)), key=lambda place: (-prices[place].net, place))


def _mix_of(plan: _Plan, wanted: Sequence[Wanted], *, with_exceptions: bool) -> Mix | None:
    """The plan line by line; free packs nobody needs are shared out by what is bought."""
    bought = [line.packs for line in wanted]
    free = [0] * len(bought)
    order = _dearest_first(plan.prices)
    left = plan.free
    for place in order:
        free[place] = min(left, bought[place] - 1)
        bought[place] -= free[place]
        left -= free[place]
    bought[order[-1]] += plan.packs - sum(bought)
    lines = []
    shares = share_out(left, bought)
    for place, line in enumerate(wanted):
        found = quote_with_free(
            plan.prices[place],
            packs=bought[place],
            free_packs=free[place] + shares[place],
            purchase_units=line.purchase_units,
        )
        if found is None:
            return None
        lines.append(MixedLine(line.line_id, plan.prices[place], found))
    deal: Deal = plan.prices[0].deal
    return Mix(tuple(lines), deal.gifts(plan.packs, with_exceptions=with_exceptions))
