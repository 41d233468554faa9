"""By how much a document's prices are shifted against the catalogue's, as a whole.

A warehouse prints what the pharmacist pays, a catalogue knows what the patient pays: the ratio
is much the same for a whole document. The lines whose product is plain vote on it.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import exp, log
from statistics import median

from purchases.matching.index import MatcherIndex, telling_price
from purchases.matching.records import LineToMatch

__all__ = ["price_factor", "rescaled"]

MOST_VOTERS = 200
FEWEST_VOTERS = 8
# Half of the voters lie within this of their median (as |log ratio|), else there is no one factor.
LARGEST_SPREAD = 0.06
# A smaller shift than this is no shift.
SMALLEST_SHIFT = 0.02
LARGEST_SHIFT = 1.0


def price_factor(
    index: MatcherIndex, lines: Sequence[LineToMatch], products: Sequence[int]
) -> float:
    """What the document's list prices are multiplied by to be public prices; 1.0 without a say.

    lines and products: the voters, and the place in `index.products` of what each surely is.
    """
    votes = []
    for line, position in zip(lines, products, strict=True):
        asked, public = telling_price(line.price), index.products[position].price
        if asked is not None and public is not None and line.public_price is None:
            votes.append(log(public / asked))
    if len(votes) < FEWEST_VOTERS:
        return 1.0
    shift = median(votes)
    spread = median(abs(vote - shift) for vote in votes)
    if spread > LARGEST_SPREAD or not SMALLEST_SHIFT < abs(shift) < LARGEST_SHIFT:
        return 1.0
    return exp(shift)


def rescaled(price: Decimal | None, factor: float) -> Decimal | None:
    """The price as the catalogue would print it."""
    return price if price is None or factor == 1.0 else price * Decimal(str(factor))
