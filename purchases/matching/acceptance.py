"""Whether a line may be given its best candidate without a person.

A logistic curve over named evidence about the best candidate and its distance from the next one.
Its weights and the least certainty come from `python -m bench.matching --fit`: the certainty is
the smallest at which, on names held out while fitting, the least sure line is right 99 times in
100.
"""

from collections.abc import Sequence
from math import exp, log
from operator import mul
from typing import NamedTuple

from purchases.matching.evidence import EVIDENCE

__all__ = [
    "ABOUT",
    "AT",
    "Weighed",
    "about",
    "certainty",
    "contradictions",
    "is_ruled_out",
]

AT = {name: position for position, name in enumerate(EVIDENCE)}

# What the line says and the product has otherwise.
_CONTRADICTIONS = tuple(
    AT[name]
    for name in (
        "form_differs",
        "dose_differs",
        "percent_differs",
        "size_differs",
        "pack_differs",
        "description_differs",
        "loose_differs",
        "form_family",
    )
)
# A tablet for a capsule is a slip of the pen; anything else is another product.
_RULING_OUT = (*_CONTRADICTIONS[:-1], AT["description_lacking"])
# Less of the line's words in any name of the product: one of them may name another product.
_LEAST_COVERED = 0.8
# As |log ratio|: below half or above twice the public price no likeness is enough.
_LARGEST_PRICE_GAP = 0.7
# How far the best must be ahead; less over one that the line itself rules out.
_LEAST_MARGIN, _LEAST_MARGIN_CONTRADICTED = 2.0, 0.5
# A rival is at most this far behind, and neither a number, a form or a description of the line
# nor its price nor its words tell it from the best.
_RIVAL_MARGIN = 4.0
_TELLING = tuple(
    AT[name]
    for name in (
        "dose_same", "dose_found", "size_same", "pack_same", "strips_fit", "strips_may_fit",
        "numbers_found", "loose_found", "loose_strength", "form_same", "description_same",
        "known_words_same", "offered_before", "price_as_before",
    )
)  # fmt: skip
_ANY = 1e-6
_TELLING_PRICE, _TELLING_NAME = 0.03, 0.15

_OF_BEST = (
    "line_covered", "line_covered_anywhere", "product_covered", "first_word", "first_word_exact",
    "first_word_anywhere", "part", "joined", "joined_close", "sound", "price_known", "price_same",
    "price_near", "price_gap", "price_gap_large", "price_below", "dose_same", "dose_found",
    "dose_unsaid", "percent_unsaid", "form_same", "form_family", "pack_same", "pack_unsaid",
    "size_same", "size_unsaid", "numbers_found", "loose_found", "loose_strength",
    "description_same", "description_unsaid", "description_lacking", "known_words_same",
    "known_numbers_same", "price_as_before",
)  # fmt: skip
_OF_NEXT = (
    "line_covered_anywhere", "product_covered", "first_word", "first_word_anywhere", "part",
    "joined", "sound", "price_same", "price_gap", "numbers_found", "loose_strength", "dose_same",
    "form_same", "pack_unsaid", "size_unsaid", "description_unsaid", "known_words_same",
    "known_numbers_same", "price_as_before",
)  # fmt: skip
_BEST_AT = tuple(AT[name] for name in _OF_BEST)
_NEXT_AT = tuple(AT[name] for name in _OF_NEXT)
# The order in which `about` gives its numbers.
ABOUT = (
    "total",
    "margin",  # over the next candidate, at most 8
    "share",  # logarithm of its part in the odds of all candidates
    "others",  # … and of what is left for the others
    "contradicted",  # how much the line says otherwise than the best; ruled out, but fitted on too
    "next_contradicted",
    "close",  # candidates less than 1 behind
    "near",  # … less than 3 behind
    *(f"best_{name}" for name in _OF_BEST),
    *(f"next_{name}" for name in _OF_NEXT),  # the next candidate's less the best one's
)
_LARGEST_MARGIN = 8.0
_LEAST_LEFT = 1e-6


class Weighed(NamedTuple):
    """A candidate: its place in the index, its evidence in the order of EVIDENCE, their sum."""

    position: int
    evidence: Sequence[float]
    total: float


def contradictions(evidence: Sequence[float]) -> int:
    """How many things the line says otherwise than the product."""
    return sum(evidence[position] > 0 for position in _CONTRADICTIONS)


def is_ruled_out(ranked: Sequence[Weighed]) -> bool:
    """Whether no likeness is enough for the best of the ranked candidates (at least one).

    The line itself says that it is another product, or the price does, or a second product fits
    it as well, whatever the scores say (two packs of one tablet, and the line names none).
    """
    best = ranked[0].evidence
    return (
        any(best[position] for position in _RULING_OUT)
        or best[AT["price_gap"]] > _LARGEST_PRICE_GAP
        or best[AT["line_covered_anywhere"]] < _LEAST_COVERED
        or any(_is_close(ranked[0], other) for other in ranked[1:])
        or any(_is_rival(ranked[0], other) for other in ranked[1:])
    )


def _is_close(best: Weighed, other: Weighed) -> bool:
    least = _LEAST_MARGIN_CONTRADICTED if contradictions(other.evidence) else _LEAST_MARGIN
    return best.total - other.total < least


def _is_rival(best: Weighed, other: Weighed) -> bool:
    one, two = best.evidence, other.evidence
    if best.total - other.total > _RIVAL_MARGIN or contradictions(two):
        return False
    return not (
        any(one[place] > two[place] + _ANY for place in _TELLING)
        or two[AT["price_gap"]] - one[AT["price_gap"]] > _TELLING_PRICE
        or one[AT["first_word_anywhere"]] - two[AT["first_word_anywhere"]] > _TELLING_NAME
        or one[AT["line_covered_anywhere"]] - two[AT["line_covered_anywhere"]] > _TELLING_NAME
    )


def about(ranked: Sequence[Weighed]) -> list[float]:
    """The numbers of `ABOUT` for candidates ranked best first (at least one)."""
    best = ranked[0]
    behind = [best.total - other.total for other in ranked[1:]]
    share = 1 / (1 + sum(exp(-lost) for lost in behind))
    following = ranked[1].evidence if behind else None
    return [
        best.total,
        min(behind[0], _LARGEST_MARGIN) if behind else _LARGEST_MARGIN,
        log(share),
        log(1 - share + _LEAST_LEFT),
        float(contradictions(best.evidence)),
        float(contradictions(following)) if following is not None else 1.0,
        float(sum(lost < 1 for lost in behind)),
        float(sum(lost < 3 for lost in behind)),
        *(best.evidence[place] for place in _BEST_AT),
        *(
            (following[place] - best.evidence[place] for place in _NEXT_AT)
            if following is not None
            else [0.0] * len(_NEXT_AT)
        ),
    ]


def certainty(numbers: Sequence[float], weights: Sequence[float], base: float) -> float:
    """The logistic of the weighed sum, 0 to 1."""
    return 1 / (1 + exp(-max(-60.0, base + sum(map(mul, numbers, weights)))))
