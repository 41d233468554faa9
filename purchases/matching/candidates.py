"""Which few products a line may mean, found through the inverted lists alone."""

from collections.abc import Iterator, Mapping
from heapq import nlargest

from purchases.matching.index import MatcherIndex
from purchases.matching.lines import LineReading

__all__ = ["find_candidates"]

_MOST_CANDIDATES = 25
# Words held by more products than this are too common to look products up by.
_COMMON = 400
# Products whose names agree less than this share of the best single word are left out.
_LEAST_SHARE = 0.45
# Worth of a joined pair and of a word in brackets, next to a plain word.
_PAIR_WORTH, _ASIDE_WORTH = 1.2, 0.3
# What agreeing numbers, price and form add, as shares of the best name agreement: only to choose
# among many products of one family whom to look at closely.
_NUMBERS_WORTH, _PRICE_WORTH, _FORM_WORTH = 0.3, 0.35, 0.25
_SAME_PRICE = 0.02


def find_candidates(index: MatcherIndex, line: LineReading) -> list[int]:
    """Positions in `index.products` of at most 25 products, most promising first."""
    agreement: dict[int, float] = {}
    best_single = 0.0
    for near, worth in _looked_up(line):
        gains = _gains(index, near, worth)
        best_single = max(best_single, max(gains.values(), default=0.0))
        for position, gain in gains.items():
            agreement[position] = agreement.get(position, 0.0) + gain
    if not agreement:
        return []
    best = max(agreement.values())
    least = _LEAST_SHARE * best_single
    promise = {
        position: gain + best * _side_evidence(index, line, position)
        for position, gain in agreement.items()
        if gain > least
    }
    return nlargest(_MOST_CANDIDATES, promise, key=promise.__getitem__)


def _looked_up(line: LineReading) -> Iterator[tuple[Mapping[str, float], float]]:
    for near in line.near:
        yield near, 1.0
    for near in (*line.near_pairs, line.near_glued):
        yield near, _PAIR_WORTH
    for near in line.near_asides:
        yield near, _ASIDE_WORTH


def _gains(index: MatcherIndex, near: Mapping[str, float], worth: float) -> dict[int, float]:
    """What one word of the line speaks for each product: likeness squared times rarity."""
    gains: dict[int, float] = {}
    for word, alike in near.items():
        holders = index.holders[word]
        if len(holders) > _COMMON:
            continue
        gain = alike * alike * index.rarity(word) * worth
        for position in holders:
            if gain > gains.get(position, 0.0):
                gains[position] = gain
    return gains


def _side_evidence(index: MatcherIndex, line: LineReading, position: int) -> float:
    product = index.products[position]
    numbers, price = line.said.numbers, product.price
    evidence = 0.0
    if numbers and product.numbers:
        evidence += _NUMBERS_WORTH * len(numbers & product.numbers) / len(numbers)
    if product.forms and not product.forms.isdisjoint(line.said.forms):
        evidence += _FORM_WORTH
    if price is not None:
        for asked in line.prices:
            if -_SAME_PRICE < asked / price - 1 < _SAME_PRICE:
                return evidence + _PRICE_WORTH
    return evidence
