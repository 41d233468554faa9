"""Deciding which product a line means, or that a person must.

A wrong match buys the wrong goods at a believed price, an unsure one costs a person a glance:
so a line is matched without a person only when the evidence is strong, nothing contradicts it
and no other product would fit as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from operator import mul

from core.text import search_key
from purchases.matching.candidates import find_candidates
from purchases.matching.evidence import EVIDENCE, weigh
from purchases.matching.explanation import explain
from purchases.matching.garbage import collection_paused
from purchases.matching.index import IndexedProduct, MatcherIndex
from purchases.matching.lines import LineReading, read_line
from purchases.matching.records import Candidate, LineToMatch, MatchDecision, Reason
from purchases.matching.weights import MIDDLE_SCORE, SCORE_SPREAD, WEIGHTS

__all__ = ["alias_key", "match", "match_many"]

_WEIGHTS = tuple(WEIGHTS[name] for name in EVIDENCE)
_AT = {name: position for position, name in enumerate(EVIDENCE)}
_MOST_SHOWN = 5

# What a product must be free of to be accepted without a person.
_CONTRADICTIONS = tuple(
    _AT[name]
    for name in (
        "form_differs",
        "form_family",
        "dose_differs",
        "percent_differs",
        "size_differs",
        "pack_differs",
        "description_differs",
        "loose_differs",
    )
)
_LEAST_SCORE = 0.55
_LEAST_MARGIN = 2.0
_LEAST_MARGIN_CONTRADICTED = 0.5  # over one that the line itself rules out
_LEAST_COVERED = 0.9
_LEAST_FIRST_WORD = 0.9
_LARGEST_PRICE_GAP = (
    0.4  # as |log ratio|: from two thirds of the public price to half as much again
)
# Another product fits as well when the line's words are in its name, too, and it has not many
# more words of its own; or when it sounds the same in the other script.
_RIVAL_COVERED = 0.8
_RIVAL_UNCOVERED = 0.25
_RIVAL_SOUND, _RIVAL_SOUND_LOSS = 0.6, 0.03
# Less likely than this, not even the best candidate is the product.
_LEAST_LIKELY = 0.05


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A candidate with its evidence."""

    product: IndexedProduct
    evidence: list[float]
    total: float

    def __getitem__(self, name: str) -> float:
        return self.evidence[_AT[name]]

    @property
    def is_contradicted(self) -> bool:
        return any(self.evidence[position] for position in _CONTRADICTIONS)


def alias_key(name: str, company: str = "") -> str:
    """The key under which a person's decision on a line is remembered.

    Folded, so that another spelling of the same letters finds it; the company belongs to it,
    because two warehouses may mean different products by one short name.
    """
    return f"{search_key(name)}|{search_key(company)}"


def match(
    index: MatcherIndex, line: LineToMatch, *, aliases: Mapping[str, int] | None = None
) -> MatchDecision:
    """Decide on one line.

    aliases: product ids by `alias_key(name, company)`, as people decided before; such a line is
    matched at once, and an alias remembered without company counts for any company.
    """
    known = _known(line, aliases or {})
    if known is not None:
        remembered = Candidate(known, 1.0, (Reason("remembered"),))
        return MatchDecision("matched", (remembered,), known)
    reading = read_line(index, line)
    weighed = sorted(
        (_weigh(index, reading, position) for position in find_candidates(index, reading)),
        key=lambda candidate: -candidate.total,
    )
    decision = _decide(reading, weighed)
    if decision.status == "needs_review" and weighed[0]["price_gap"] <= _LARGEST_PRICE_GAP:
        return _settled_by_name(decision, index.named_exactly(line.name, line.company))
    return decision


def match_many(
    index: MatcherIndex,
    lines: Iterable[LineToMatch],
    *,
    aliases: Mapping[str, int] | None = None,
) -> list[MatchDecision]:
    """Decide on many lines, in their order; about a millisecond each."""
    with collection_paused():
        return [match(index, line, aliases=aliases) for line in lines]


def _settled_by_name(decision: MatchDecision, bearer: int | None) -> MatchDecision:
    """A best candidate that alone bears the line's very name needs no further likeness."""
    best = decision.candidates[0]
    if bearer is None or best.product_id != bearer:
        return decision
    sure = Candidate(bearer, best.score, (Reason("name_same"), *best.reasons))
    return MatchDecision("matched", (sure, *decision.candidates[1:]), bearer)


def _known(line: LineToMatch, aliases: Mapping[str, int]) -> int | None:
    if not aliases or not search_key(line.name):
        return None
    exact = aliases.get(alias_key(line.name, line.company))
    return exact if exact is not None else aliases.get(alias_key(line.name))


def _weigh(index: MatcherIndex, line: LineReading, position: int) -> _Weighed:
    product = index.products[position]
    evidence = weigh(index, line, product)
    return _Weighed(product, evidence, sum(map(mul, evidence, _WEIGHTS)))


def _decide(line: LineReading, weighed: list[_Weighed]) -> MatchDecision:
    if not weighed:
        return MatchDecision("unmatched")
    likely = 1 / (1 + exp(-(weighed[0].total - MIDDLE_SCORE) / SCORE_SPREAD))
    shares = [exp(candidate.total - weighed[0].total) for candidate in weighed]
    whole = sum(shares)
    rivals = sum(_is_rival(weighed[0], other) for other in weighed[1:])
    shown = tuple(
        Candidate(
            candidate.product.product_id,
            round(likely * share / whole, 4),
            explain(line, candidate.product, joined=candidate["joined"]),
        )
        for candidate, share in zip(weighed[:_MOST_SHOWN], shares, strict=False)
    )
    if likely < _LEAST_LIKELY:
        return MatchDecision("unmatched", shown)
    if rivals or shown[0].score < _LEAST_SCORE or not _is_sure(weighed):
        return MatchDecision("needs_review", shown)
    return MatchDecision("matched", shown, shown[0].product_id)


def _is_sure(weighed: list[_Weighed]) -> bool:
    best = weighed[0]
    return (
        not best.is_contradicted
        and best["line_covered_anywhere"] >= _LEAST_COVERED
        and best["first_word"] >= _LEAST_FIRST_WORD
        and best["price_gap"] <= _LARGEST_PRICE_GAP
        and all(
            best.total - other.total
            >= (_LEAST_MARGIN_CONTRADICTED if other.is_contradicted else _LEAST_MARGIN)
            for other in weighed[1:]
        )
    )


def _is_rival(best: _Weighed, other: _Weighed) -> bool:
    """Whether the line could mean the other product just as well, whatever the scores say."""
    alike = (
        other["line_covered_anywhere"] >= _RIVAL_COVERED
        and other["product_covered"] >= best["product_covered"] - _RIVAL_UNCOVERED
    )
    sounds_alike = (
        other["sound"] >= _RIVAL_SOUND and other["sound"] >= best["sound"] - _RIVAL_SOUND_LOSS
    )
    if not (alike or sounds_alike) or other.is_contradicted:
        return False
    numbers_tell = best["numbers_found"] == 1.0 > other["numbers_found"]
    dose_tells = best["dose_same"] > other["dose_same"]
    return not (numbers_tell or dose_tells)
