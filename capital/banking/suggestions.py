"""Which lines of the journal a line of the bank may be. Pure: no database, no settings.

The amount must agree exactly; the day may differ by a window, as money takes time to arrive. What
decides between several is how near the days are and how alike the texts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from rapidfuzz import fuzz

from core.text import fold

DEFAULT_WINDOW_DAYS = 7
MOST_SUGGESTIONS = 5
# Sums of several journal lines: of so many at most, out of the so many nearest in time.
MOST_SUMMED = 4
SUMMED_CANDIDATES = 14
SUMMED_CHECKED = 2_000
# Of a score of 100: nearness of days, likeness of texts, and a reference found word for word.
_DAYS_WEIGHT, _TEXT_WEIGHT, _REFERENCE_WEIGHT = 50, 30, 20
_SUM_PENALTY = 10
_SHORTEST_REFERENCE = 4


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the bank or of the journal. text: everything that may name it; reference: ditto."""

    id: int
    date: date
    amount: Decimal
    text: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """score: 0 to 100; journal_line_ids: one, or several that add up to the bank's line."""

    bank_line_id: int
    journal_line_ids: tuple[int, ...]
    score: int
    days_apart: int


def suggest(
    bank: Iterable[Movement],
    journal: Sequence[Movement],
    *,
    rejected: Set[tuple[int, int]] = frozenset(),
    window_days: int = DEFAULT_WINDOW_DAYS,
) -> dict[int, list[Suggestion]]:
    """For each line of the bank what it may be, the likeliest first; by the line's id.

    rejected: pairs (bank line, journal line) a person has refused. Sums are tried only where no
    single line agrees.
    """
    by_amount: Mapping[Decimal, list[Movement]] = _by_amount(journal)
    found: dict[int, list[Suggestion]] = {}
    for line in bank:
        single = [
            _suggestion(line, (other,), window_days)
            for other in by_amount.get(line.amount, ())
            if _near(line, other, window_days) and (line.id, other.id) not in rejected
        ]
        suggestions = single or _sums(line, journal, rejected, window_days)
        suggestions.sort(key=lambda one: (-one.score, one.days_apart, one.journal_line_ids))
        found[line.id] = suggestions[:MOST_SUGGESTIONS]
    return found


def _by_amount(journal: Iterable[Movement]) -> dict[Decimal, list[Movement]]:
    grouped: dict[Decimal, list[Movement]] = defaultdict(list)
    for movement in journal:
        grouped[movement.amount].append(movement)
    return grouped


def _near(line: Movement, other: Movement, window_days: int) -> bool:
    return abs((line.date - other.date).days) <= window_days


def _sums(
    line: Movement, journal: Sequence[Movement], rejected: Set[tuple[int, int]], window_days: int
) -> list[Suggestion]:
    """Two to MOST_SUMMED lines of the same sign that add up to `line`."""
    candidates = [
        other
        for other in journal
        if (other.amount > 0) == (line.amount > 0)
        and abs(other.amount) < abs(line.amount)
        and _near(line, other, window_days)
        and (line.id, other.id) not in rejected
    ]
    candidates.sort(key=lambda other: (abs((line.date - other.date).days), other.id))
    nearest = candidates[:SUMMED_CANDIDATES]
    found: list[Suggestion] = []
    checked = 0
    for size in range(2, MOST_SUMMED + 1):
        for chosen in combinations(nearest, size):
            checked += 1
            if checked > SUMMED_CHECKED or len(found) >= MOST_SUGGESTIONS:
                return found
            if sum((other.amount for other in chosen), Decimal(0)) == line.amount:
                found.append(_suggestion(line, chosen, window_days))
    return found


def _suggestion(line: Movement, others: Sequence[Movement], window_days: int) -> Suggestion:
    apart = max(abs((line.date - other.date).days) for other in others)
    scores = [_likeness(line, other) for other in others]
    nearness = _DAYS_WEIGHT * (window_days + 1 - apart) / (window_days + 1)
    score = nearness + sum(scores) / len(scores) - (_SUM_PENALTY if len(others) > 1 else 0)
    return Suggestion(
        bank_line_id=line.id,
        journal_line_ids=tuple(sorted(other.id for other in others)),
        score=max(0, min(100, round(score))),
        days_apart=apart,
    )


def _likeness(line: Movement, other: Movement) -> float:
    theirs, ours = fold(f"{line.text} {line.reference}"), fold(f"{other.text} {other.reference}")
    alike = _TEXT_WEIGHT * fuzz.token_set_ratio(theirs, ours) / 100 if theirs and ours else 0.0
    return alike + (_REFERENCE_WEIGHT if _shares_reference(line, other, theirs, ours) else 0)


def _shares_reference(line: Movement, other: Movement, theirs: str, ours: str) -> bool:
    mine, yours = fold(other.reference), fold(line.reference)
    return (len(yours) >= _SHORTEST_REFERENCE and yours in ours) or (
        len(mine) >= _SHORTEST_REFERENCE and mine in theirs
    )
