"""Which few products a line may mean, found through the inverted lists alone."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from purchases.matching.index import Hearing, MatcherIndex, Positions
from purchases.matching.lines import LineReading

__all__ = ["find_candidates"]

_MOST_CANDIDATES = 25
# Products less promising than this share of the best are looked at only to fill up the fewest.
_PROMISING, _FEWEST_CANDIDATES = 0.5, 8
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
    agreement = np.zeros(len(index.products))
    best_single = 0.0
    for word, worth in _looked_up(line):
        heard = _heard(index, line, word)
        if len(heard.positions):
            gains = heard.gains * worth
            agreement[heard.positions] += gains
            best_single = max(best_single, float(gains.max()))
    if not best_single:
        return []
    kept = np.flatnonzero(agreement > _LEAST_SHARE * best_single)
    promise = agreement[kept] + agreement.max() * _side_evidence(index, line, kept)
    order = np.argsort(-promise, kind="stable")[:_MOST_CANDIDATES]
    promising = int(np.count_nonzero(promise[order] >= _PROMISING * promise[order[0]]))
    return kept[order[: max(promising, _FEWEST_CANDIDATES)]].tolist()


def _heard(index: MatcherIndex, line: LineReading, word: str) -> Hearing:
    """The products a word speaks for by any name, the supplier's own among them."""
    heard, learnt = index.heard(word), line.history.heard(index, word)
    if not learnt:
        return heard
    loudest = np.zeros(len(index.products))
    loudest[heard.positions] = heard.gains
    positions = np.array(list(learnt))
    loudest[positions] = np.maximum(loudest[positions], list(learnt.values()))
    everywhere = np.flatnonzero(loudest)
    return Hearing(everywhere, loudest[everywhere])


def _looked_up(line: LineReading) -> Iterator[tuple[str, float]]:
    for word in line.words:
        yield word, 1.0
    for pair in line.pairs:
        yield pair, _PAIR_WORTH
    if line.said.glued:
        yield line.said.glued, _PAIR_WORTH
    for word in line.meant:
        yield word, 1.0
    for word in line.asides:
        yield word, _ASIDE_WORTH


def _side_evidence(index: MatcherIndex, line: LineReading, kept: Positions) -> NDArray[np.float64]:
    """How well numbers, form and price of the products at ``kept`` fit the line, 0 to 0.9."""
    sides, numbers = index.sides, line.said.numbers
    evidence = np.zeros(len(kept))
    if numbers:
        common = np.zeros(len(index.products))
        for number in numbers & sides.numbers.keys():
            common[sides.numbers[number]] += 1
        evidence += _NUMBERS_WORTH * common[kept] / len(numbers)
    fitting = np.zeros(len(index.products), dtype=bool)
    for form in line.said.forms:
        if form in sides.forms:
            fitting[sides.forms[form]] = True
    evidence[fitting[kept]] += _FORM_WORTH
    near_price = np.zeros(len(kept), dtype=bool)
    for asked in line.prices:
        near_price |= np.abs(asked / sides.prices[kept] - 1) < _SAME_PRICE
    evidence[near_price] += _PRICE_WORTH
    return evidence
