"""Deciding which product a line means, or that a person must.

A wrong match buys the wrong goods at a believed price, an unsure one costs a person a glance:
so a line is matched without a person only when the evidence is strong, nothing contradicts it
and no other product would fit as well.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import exp
from operator import mul

from core.text import search_key
from purchases.matching.acceptance import ABOUT, AT, Weighed, about, certainty, is_ruled_out
from purchases.matching.candidates import find_candidates
from purchases.matching.evidence import EVIDENCE, weigh
from purchases.matching.explanation import explain
from purchases.matching.garbage import collection_paused
from purchases.matching.history import EMPTY_HISTORY, SupplierHistory
from purchases.matching.index import IndexedProduct, MatcherIndex
from purchases.matching.lines import LineReading, read_line
from purchases.matching.prices import MOST_VOTERS, price_factor
from purchases.matching.records import Candidate, LineToMatch, MatchDecision, Reason
from purchases.matching.spelling import likeness
from purchases.matching.weights import (
    ACCEPTANCE,
    ACCEPTANCE_BASE,
    LEAST_CERTAINTY,
    MIDDLE_SCORE,
    SCORE_SPREAD,
    WEIGHTS,
)

__all__ = ["alias_key", "document_factor", "match", "match_many"]

_WEIGHTS = tuple(WEIGHTS[name] for name in EVIDENCE)
_ACCEPTANCE = tuple(ACCEPTANCE[name] for name in ABOUT)
_MOST_SHOWN = 5
# Less likely than this, not even the best candidate is the product.
_LEAST_LIKELY = 0.05
# A name a person decided on is told of where it is as alike as this.
_NEARLY_THE_SAME = 0.85
# Names of firms as alike as this are spellings of one.
_SAME_COMPANY = 0.7
# As |log ratio|, for a line whose very name one product alone bears: from two thirds of the
# public price to half as much again.
_LARGEST_PRICE_GAP = 0.4


def alias_key(name: str, company: str = "") -> str:
    """The key under which a person's decision on a line is remembered.

    Folded, so that another spelling of the same letters finds it; the company belongs to it,
    because two warehouses may mean different products by one short name.
    """
    return f"{search_key(name)}|{search_key(company)}"


def match(
    index: MatcherIndex,
    line: LineToMatch,
    *,
    aliases: Mapping[str, int] | None = None,
    factor: float = 1.0,
    history: SupplierHistory = EMPTY_HISTORY,
) -> MatchDecision:
    """Decide on one line.

    aliases: product ids by `alias_key(name, company)`, as people decided before; such a line is
    matched at once, and an alias remembered without company counts for any company. factor: what
    its list price is multiplied by to be a public price (`document_factor`). history: the
    supplier's past.
    """
    known = _known(line, aliases or {})
    if known is not None:
        remembered = Candidate(known, 1.0, (Reason("remembered"),))
        return MatchDecision("matched", (remembered,), known)
    decision = _by_evidence(index, line, factor, history)
    if decision.product_id is None:
        return decision
    behind = history.alias_behind(index, line.name, decision.product_id)
    if behind is None:
        return decision
    unaided = _by_evidence(index, line, factor, EMPTY_HISTORY)
    rests_on_it = unaided.product_id != decision.product_id
    return replace(decision, alias_id=behind) if rests_on_it else decision


def _by_evidence(
    index: MatcherIndex, line: LineToMatch, factor: float, history: SupplierHistory
) -> MatchDecision:
    reading = read_line(index, line, history, factor=factor)
    ranked = rank(index, reading)
    decision = _decide(index, reading, ranked)
    if decision.status == "needs_review" and _gap(ranked[0]) <= _LARGEST_PRICE_GAP:
        return _settled_by_name(decision, index.named_exactly(line.name, line.company))
    return decision


def match_many(
    index: MatcherIndex,
    lines: Iterable[LineToMatch],
    *,
    aliases: Mapping[str, int] | None = None,
    factor: float | None = None,
    history: SupplierHistory = EMPTY_HISTORY,
) -> list[MatchDecision]:
    """Decide on the lines of one document, in their order; about a millisecond each.

    factor: of the whole document, when these lines are only a part of it.
    """
    with collection_paused():
        lines = list(lines)
        factor = document_factor(index, lines) if factor is None else factor
        return [
            match(index, line, aliases=aliases, factor=factor, history=history) for line in lines
        ]


def document_factor(index: MatcherIndex, lines: Sequence[LineToMatch]) -> float:
    """What a document's list prices are multiplied by to be public prices; 1.0 if it says nothing.

    At most two hundred lines, spread over the document, are matched without their prices; those
    that are sure even so vote.
    """
    step = max(1, len(lines) // MOST_VOTERS)
    voters, products = [], []
    for line in lines[::step]:
        if line.price is None or line.public_price is not None:
            continue
        ranked = rank(index, read_line(index, replace(line, price=None)))
        if ranked and _is_sure(ranked):
            voters.append(line)
            products.append(ranked[0].position)
    return price_factor(index, voters, products)


def rank(index: MatcherIndex, line: LineReading) -> list[Weighed]:
    """The candidates of a line with their evidence, best first."""
    weighed = []
    for position in find_candidates(index, line):
        evidence = weigh(index, line, line.history.product_at(index, position))
        weighed.append(Weighed(position, evidence, sum(map(mul, evidence, _WEIGHTS))))
    weighed.sort(key=lambda candidate: -candidate.total)
    return weighed


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


def _decide(index: MatcherIndex, line: LineReading, ranked: list[Weighed]) -> MatchDecision:
    if not ranked:
        return MatchDecision("unmatched")
    likely = 1 / (1 + exp(-(ranked[0].total - MIDDLE_SCORE) / SCORE_SPREAD))
    shares = [exp(candidate.total - ranked[0].total) for candidate in ranked]
    whole = sum(shares)
    shown = tuple(
        _shown(index, line, candidate, score=likely * share / whole)
        for candidate, share in zip(ranked[:_MOST_SHOWN], shares, strict=False)
    )
    if likely < _LEAST_LIKELY:
        return MatchDecision("unmatched", shown)
    if not _is_sure(ranked) or _is_of_another_company(line, index.products[ranked[0].position]):
        return MatchDecision("needs_review", shown)
    return MatchDecision("matched", shown, shown[0].product_id)


def _shown(
    index: MatcherIndex, line: LineReading, candidate: Weighed, *, score: float
) -> Candidate:
    product = line.history.product_at(index, candidate.position)
    reasons = explain(line, product, joined=candidate.evidence[AT["joined"]])
    return Candidate(product.product_id, round(score, 4), (*reasons, *_remembered(line, product)))


def _is_of_another_company(line: LineReading, product: IndexedProduct) -> bool:
    """Whether the line names a maker unlike the product's.

    Two firms may sell one name. Firms written in other letters (`فايزر`, Pfizer) are not compared.
    """
    in_same_letters = [
        (said, has)
        for said in line.company
        for has in product.company
        if said.isascii() is has.isascii()
    ]
    return bool(in_same_letters) and not any(
        said.startswith(has) or has.startswith(said) or likeness(said, has) >= _SAME_COMPANY
        for said, has in in_same_letters
    )


def _remembered(line: LineReading, product: IndexedProduct) -> Iterator[Reason]:
    """What the supplier's past says for the product."""
    history = line.history
    nearest = history.nearest_name(line.said, product.product_id, least=_NEARLY_THE_SAME)
    if nearest is not None:
        yield Reason("supplier_history", nearest.name)
    for word, meaning in history.words_used(line.words, product):
        yield Reason("supplier_word", word, meaning.word)
    if product.product_id in history.offered:
        yield Reason("offered_before")


def _is_sure(ranked: Sequence[Weighed]) -> bool:
    if is_ruled_out(ranked):
        return False
    return certainty(about(ranked), _ACCEPTANCE, ACCEPTANCE_BASE) >= LEAST_CERTAINTY


def _gap(candidate: Weighed) -> float:
    return candidate.evidence[AT["price_gap"]]
