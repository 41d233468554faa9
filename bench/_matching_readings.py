"""What a reader said of lines whose label and first candidate differ, not told which is which.

Hundreds of real names are labelled with a sister product, and hundreds say nothing that tells two
products apart, so an error against the labels need not be one. `matching_readings.csv` keeps what
was answered to the sheets that `python -m bench.matching --sheet` prints: `A` or `B`, `=` where the
line says nothing to choose by, `-` where it names neither. It holds checksums, not the names.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bench._matching_names import Pair
from purchases.matching import CatalogueEntry, LineToMatch, MatcherIndex
from purchases.matching.decision import rank
from purchases.matching.history import EMPTY_HISTORY
from purchases.matching.lines import read_line

ANSWERS = Path(__file__).with_name("matching_readings.csv")


class Doubt(NamedTuple):
    """A line labelled with one product while another comes first."""

    line: LineToMatch
    labelled: int
    first: int

    @property
    def key(self) -> str:
        products = sorted((self.labelled, self.first))
        said = f"{self.line.name}|{self.line.price}|{products}"
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @property
    def shown(self) -> tuple[int, int]:
        """Products A and B; which of them is the label is left to the checksum."""
        low, high = sorted((self.labelled, self.first))
        return (low, high) if int(self.key, 16) % 2 else (high, low)

    def verdict(self, answer: str) -> str:
        """`label`, `first`, `either`, `neither`, or `not read`."""
        if answer in ("A", "B"):
            chosen = self.shown["AB".index(answer)]
            return "label" if chosen == self.labelled else "first"
        return {"=": "either", "-": "neither"}.get(answer, "not read")


def doubts_of(index: MatcherIndex, pairs: Iterable[Pair]) -> Iterator[Doubt]:
    """The lines the matcher, with nothing learnt, puts another product first for."""
    for pair in pairs:
        ranked = rank(index, read_line(index, pair.line, EMPTY_HISTORY))
        first = index.products[ranked[0].position].product_id if ranked else 0
        if first != pair.product_id:
            yield Doubt(pair.line, pair.product_id, first)


def verdicts(doubts: Iterable[Doubt]) -> Counter[str]:
    answers = _answers()
    return Counter(doubt.verdict(answers.get(doubt.key, "")) for doubt in doubts)


def sheet(doubts: Iterable[Doubt], products: Mapping[int, CatalogueEntry]) -> Iterator[str]:
    """Rows to read of what nobody has read yet."""
    for doubt in doubts:
        if doubt.key in _answers():
            continue
        yield f"{doubt.key}  {doubt.line.name}  {doubt.line.price}"
        for letter, number in zip("AB", doubt.shown, strict=True):
            entry = products.get(number)
            shown = (*entry.names, str(entry.public_price)) if entry else ("nothing",)
            yield f"    {letter}  {' | '.join(shown)}"


@cache
def _answers() -> dict[str, str]:
    with ANSWERS.open(newline="") as rows:
        return {row["line"]: row["answer"] for row in csv.DictReader(rows)}
