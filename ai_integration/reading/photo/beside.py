"""What is printed above and below the tables of a photo: an offer's terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ai_integration.reading.terms import says_terms

from .image import TEXT_HEIGHT
from .readings import Reading
from .tables import Table

# A misread amount would bind an order, so a text is told where every word of it was read well.
_LEAST_CONFIDENCE = 0.7
_ARABIC = re.compile(r"[\u0621-\u064a]")


def terms_beside(tables: Sequence[Table], readings: Iterable[Reading]) -> list[str]:
    """The texts outside all rows that tell a term, from the top, each as one line."""
    rows = [reading for table in tables for row in table.rows for reading in row.readings()]
    if not rows:
        return []
    first, last = min(r.line.box[1] for r in rows), max(r.line.box[3] for r in rows)
    outside = [
        reading
        for reading in readings
        if reading.text and (reading.line.box[3] <= first or reading.line.box[1] >= last)
    ]
    return [
        text
        for line in _lines(outside)
        if min(reading.confidence for reading in line) >= _LEAST_CONFIDENCE
        and says_terms(text := _in_reading_order(line))
    ]


def _lines(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Readings that stand level with the one before, from the top."""
    line: list[Reading] = []
    for reading in sorted(readings, key=lambda reading: reading.line.middle):
        if line and reading.line.middle - line[0].line.middle > TEXT_HEIGHT * 0.6:
            yield line
            line = []
        line.append(reading)
    if line:
        yield line


def _in_reading_order(line: list[Reading]) -> str:
    right_to_left = any(_ARABIC.search(reading.text) for reading in line)
    ordered = sorted(line, key=lambda reading: reading.line.box[0], reverse=right_to_left)
    return " ".join(reading.text for reading in ordered)
