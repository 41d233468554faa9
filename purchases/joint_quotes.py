"""What lines come to whose packs count together under one deal, their bought packs given.

Pure functions; rules in docs/decisions/mixed-strengths.md. `purchases.mixes` chooses the packs,
here somebody has chosen them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from purchases.mixes import share_out
from purchases.quotes import PackPrice, Quote, quote_with_free

__all__ = ["Bought", "joint_quotes", "resplit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """One of the lines. packs: bought, > 0; free_packs: what it had of the free ones so far."""

    price: PackPrice
    packs: int
    free_packs: int
    purchase_units: int


def joint_quotes(
    lines: Sequence[Bought], *, keep_split: bool = False, first_takes: int | None = None
) -> list[Quote] | None:
    """A quotation for each line (one at least, of one deal); None where one is out of range.

    All the deal gives is taken, and split anew as `resplit` says. keep_split: what the lines have
    stays as it is where the deal gives as much: of a purchase that was made so. first_takes: of
    what is given (at most that), as the buyer wants it; the others share the rest.
    """
    deal, packs = lines[0].price.deal, sum(line.packs for line in lines)
    if packs < (deal.least_packs or 1):
        return None
    given = deal.free_units(packs)
    free = [line.free_packs for line in lines]
    bought = [line.packs for line in lines]
    if first_takes is not None and len(lines) > 1:
        rest = resplit(given - first_takes, have=free[1:], bought=bought[1:])
        free = [first_takes, *rest]
    elif not (keep_split and sum(free) <= given):
        free = resplit(given, have=free, bought=bought)
    quotes = [
        quote_with_free(
            line.price, packs=line.packs, free_packs=share, purchase_units=line.purchase_units
        )
        for line, share in zip(lines, free, strict=True)
    ]
    found = [quote for quote in quotes if quote is not None]
    return found if len(found) == len(lines) else None


def resplit(given: int, *, have: Sequence[int], bought: Sequence[int]) -> list[int]:
    """`given` free packs (>= 0) over lines that have some of them and buy so many packs (> 0).

    What comes on top is shared out by the packs bought, what falls away is taken by the free packs
    that were had; by largest remainder, so a line alone has all of them.
    """
    more = given - sum(have)
    if more < 0:
        return share_out(given, have)
    return [had + share for had, share in zip(have, share_out(more, bought), strict=True)]
