"""Which quantity to buy under an offer line. Pure functions; docs/flows/bonus-cost.md.

Under one deal the money paid only grows with the packs bought, so the least money for a need is
its smallest purchase. The cost of a unit does not: a few packs more may reach a tier. Which is
cheapest is compared with exact fractions, before any amount is rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from purchases.deals import Goods, Tier, free_table, most_generous
from purchases.quotes import LARGEST_QUANTITY, PackPrice, Quote, packs_needed, packs_to_buy, quote

# Free packs of larger quantities are worked out one by one.
MOST_IN_A_TABLE = 20_000


@dataclass(frozen=True, slots=True)
class Purchase:
    """A quantity and what it costs.

    price: of the way chosen, where the deal offers two. gifts: free goods of other products.
    """

    price: PackPrice
    quote: Quote
    gifts: tuple[Goods, ...] = ()

    @property
    def packs(self) -> int:
        return self.quote.packs


def cheapest_purchase(
    price: PackPrice, *, needed: int, purchase_units: int, with_exceptions: bool = False
) -> Purchase | None:
    """The least money that brings `needed` base units (> 0), free goods counted.

    Of equal sums the one that brings more. None where an amount or quantity is out of range.
    """
    packs = packs_needed(needed=needed, purchase_units=purchase_units)
    if packs > LARGEST_QUANTITY:
        return None
    found = [
        _Candidate(way, _fewest(way, packs, with_exceptions), with_exceptions)
        for way in ways_of(price)
    ]
    return min(found, key=lambda each: (each.paid, -each.received)).bought(purchase_units)


def lowest_unit_cost(
    price: PackPrice, *, needed: int, most: int, purchase_units: int, with_exceptions: bool = False
) -> Purchase | None:
    """The least cost per unit that brings `needed` base units (> 0) and no more than `most`.

    The smallest purchase that covers the need is always allowed. Of equal costs the smallest
    quantity.
    """
    packs = packs_needed(needed=needed, purchase_units=purchase_units)
    if packs > LARGEST_QUANTITY:
        return None
    found = [
        candidate
        for way in ways_of(price)
        for candidate in _candidates(way, packs, most // purchase_units, with_exceptions)
    ]
    best = min(found, key=lambda each: (each.unit_cost, each.packs))
    return best.bought(purchase_units)


def sweet_spots(
    price: PackPrice, *, most: int, purchase_units: int, with_exceptions: bool = False
) -> list[Purchase]:
    """Quantities up to `most` base units at which a unit costs less than at any smaller one.

    The first is the smallest purchase there is. None is larger than the most generous tier: no
    combination of tiers earns more per unit bought.
    """
    candidates = [
        candidate
        for way in ways_of(price)
        for candidate in _candidates(way, 1, most // purchase_units, with_exceptions)
    ]
    spots: list[_Candidate] = []
    for each in sorted(candidates, key=lambda each: (each.packs, each.unit_cost)):
        if not spots or each.unit_cost < spots[-1].unit_cost:
            spots.append(each)
    found = (spot.bought(purchase_units) for spot in spots)
    return [purchase for purchase in found if purchase is not None]


def ways_of(price: PackPrice) -> tuple[PackPrice, ...]:
    """The price with the bonus, and the price with the discount in its place if there is one."""
    if not price.deal.discount_instead:
        return (price,)
    bonus, discount = price.deal.ways()
    return replace(price, deal=bonus), replace(
        price, deal=discount, discount_percent=discount.added_discount or price.discount_percent
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number of packs, compared by exact fractions."""

    way: PackPrice
    packs: int
    with_exceptions: bool

    @property
    def received(self) -> int:
        free = self.way.deal.free_units(self.packs, with_exceptions=self.with_exceptions)
        return self.packs + free

    @property
    def paid(self) -> Fraction:
        return self.way.net * self.packs

    @property
    def unit_cost(self) -> Fraction:
        return self.paid / self.received

    def bought(self, purchase_units: int) -> Purchase | None:
        found = quote(
            self.way,
            packs=self.packs,
            purchase_units=purchase_units,
            with_exceptions=self.with_exceptions,
        )
        if found is None:
            return None
        gifts = self.way.deal.gifts(self.packs, with_exceptions=self.with_exceptions)
        return Purchase(self.way, found, gifts)


@dataclass(frozen=True, slots=True)
class _Seen(_Candidate):
    """A candidate whose free packs are known from a table."""

    free: int

    @property
    def received(self) -> int:
        return self.packs + self.free


def _fewest(way: PackPrice, packs: int, with_exceptions: bool) -> int:
    return packs_to_buy(way.deal, packs=packs, with_exceptions=with_exceptions)


def _candidates(
    way: PackPrice, needed: int, most: int, with_exceptions: bool
) -> Iterator[_Candidate]:
    """The smallest purchase of `needed` packs, and larger ones that bring at most `most`.

    Only up to the next multiple of the most generous tier: there the unit costs what it costs at
    best, and every larger purchase costs as much or more.
    """
    tiers = way.deal.usable_tiers(with_exceptions=with_exceptions)
    first = _fewest(way, needed, with_exceptions)
    last = _best_multiple(tiers, first)
    free = free_table(tiers, last) if last <= MOST_IN_A_TABLE else None
    for packs in range(first, last + 1):
        each = _Candidate(way, packs, with_exceptions)
        if free is not None:
            each = _Seen(way, packs, with_exceptions, free[packs])
        if packs == first or each.received <= most:
            yield each


def _best_multiple(tiers: tuple[Tier, ...], packs: int) -> int:
    densest = most_generous(tiers)
    if densest is None:
        return packs
    return -(-packs // densest.bought) * densest.bought
