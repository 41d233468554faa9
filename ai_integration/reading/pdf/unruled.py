"""Tables without rules between rows: columns from vertical rules, headings or empty gutters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ai_integration.reading.headings import heading_roles
from ai_integration.reading.numbers import parse_price
from ai_integration.reading.tables import Table, TableRow

from .bidi import logical_text
from .glyphs import Glyph, spaced_clusters, text_lines

#: A gap of this many font sizes parts two cells of a line; smaller ones part words.
CELL_GAP = 0.75
#: Gutters narrower than this many font sizes are spaces that happen to stand under one another.
GUTTER_WIDTH = 0.7
#: Share of priced lines that may reach into a gutter.
GUTTER_TOLERANCES = (0.0, 0.01, 0.03, 0.06, 0.1)
#: A line this much nearer to the one above than priced lines are is its second line.
CONTINUATION_SHARE = 0.72


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words of one line that stand together: one cell, or a part of one."""

    glyphs: tuple[Glyph, ...]
    text: str

    @property
    def x0(self) -> float:
        return min(glyph.x0 for glyph in self.glyphs)

    @property
    def x1(self) -> float:
        return max(glyph.right for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of text on a page as chunks, left to right."""

    page: int
    baseline: float
    size: float
    chunks: tuple[Chunk, ...]

    @property
    def priced(self) -> bool:
        """Whether it may be a product: a number, and words beside it."""
        numbers = [chunk for chunk in self.chunks if parse_price(chunk.text) is not None]
        return bool(numbers) and len(numbers) < len(self.chunks)


def printed_lines(page: int, glyphs: Sequence[Glyph], *, right_to_left: bool) -> list[PrintedLine]:
    """The lines of a page, each cut into chunks at wide gaps."""
    lines = []
    for line in text_lines([glyph for glyph in glyphs if glyph.text.strip()]):
        size = median(glyph.size for glyph in line)
        chunks = tuple(_chunk(part, right_to_left) for part in _cut(line, size))
        baseline = median(glyph.baseline for glyph in line)
        lines.append(PrintedLine(page, baseline, size, chunks))
    return lines


def _cut(line: Sequence[Glyph], size: float) -> list[list[Glyph]]:
    parts: list[list[Glyph]] = [[line[0]]]
    reach = line[0].right
    for glyph in line[1:]:
        if glyph.x0 - reach > CELL_GAP * size:
            parts.append([])
        parts[-1].append(glyph)
        reach = max(reach, glyph.right)
    return parts


def _chunk(glyphs: Sequence[Glyph], right_to_left: bool) -> Chunk:
    text = logical_text(spaced_clusters(glyphs), right_to_left=right_to_left)
    return Chunk(tuple(glyphs), text)


def unruled_tables(lines: Sequence[PrintedLine], *, right_to_left: bool) -> list[Table]:
    """One table per page from lines without rules; [] where no columns can be made out.

    The columns are learnt over all pages together.
    """
    heading = next((line for line in lines if _heading_columns(line)), None)
    body = _below_heading(lines, heading)
    priced = [line for line in body if line.priced]
    if len(priced) < 2:
        return []
    borders = _borders(priced, _heading_columns(heading) if heading else 0)
    if len(borders) < 3:
        return []
    tables: dict[int, list[TableRow]] = {}
    pitch = _pitch(priced)
    rows_by_page: dict[int, list[PrintedLine]] = {}
    for line in ([heading] if heading else []) + body:
        rows_by_page.setdefault(line.page, []).append(line)
    for page, its_lines in rows_by_page.items():
        tables[page] = _rows(its_lines, borders, pitch, right_to_left)
    return [Table(page, rows, tuple(borders)) for page, rows in tables.items()]


def rows_between_borders(
    glyphs: Sequence[Glyph], borders: Sequence[float], *, right_to_left: bool
) -> list[TableRow]:
    """Rows of an area whose columns are drawn and whose rows are not."""
    lines = printed_lines(0, glyphs, right_to_left=right_to_left)
    priced = [line for line in lines if line.priced]
    return _rows(lines, borders, _pitch(priced), right_to_left)


def _heading_columns(line: PrintedLine | None) -> int:
    if line is None or heading_roles([chunk.text for chunk in line.chunks]) is None:
        return 0
    return len(line.chunks)


def _below_heading(lines: Sequence[PrintedLine], heading: PrintedLine | None) -> list[PrintedLine]:
    if heading is None:
        return list(lines)
    return list(lines[lines.index(heading) + 1 :])


def _pitch(priced: Sequence[PrintedLine]) -> float:
    """The usual distance between priced lines, points."""
    steps = [
        below.baseline - above.baseline
        for above, below in pairwise(priced)
        if above.page == below.page and below.baseline > above.baseline
    ]
    return median(steps) if steps else 0.0


def _borders(priced: Sequence[PrintedLine], expected: int) -> list[float]:
    """Column borders in the middle of the gutters that priced lines leave empty.

    expected: the number of headings, 0 where there is none; the tolerance whose number of
    columns is nearest to it wins, the strictest among equals.
    """
    best: list[float] = []
    for tolerance in GUTTER_TOLERANCES:
        borders = _borders_at(priced, tolerance)
        if not best or _distance(borders, expected) < _distance(best, expected):
            best = borders
    return best


def _distance(borders: Sequence[float], expected: int) -> int:
    columns = len(borders) - 1
    if expected:
        return abs(columns - expected)
    return 0 if columns >= 2 else 1


def _borders_at(priced: Sequence[PrintedLine], tolerance: float) -> list[float]:
    right = int(max(chunk.x1 for line in priced for chunk in line.chunks)) + 2
    covered = [0] * (right + 1)
    for line in priced:
        for chunk in line.chunks:
            for x in range(max(0, int(chunk.x0)), min(right, int(chunk.x1) + 1)):
                covered[x] += 1
    allowed = int(tolerance * len(priced))
    size = median(line.size for line in priced)
    gutters: list[tuple[int, int]] = []
    start: int | None = None
    for x, count in enumerate(covered):
        if count <= allowed and start is None:
            start = x
        elif count > allowed and start is not None:
            gutters.append((start, x))
            start = None
    inner = [(a, b) for a, b in gutters if a > 0 and b - a >= GUTTER_WIDTH * size]
    left = gutters[0][1] if gutters and gutters[0][0] == 0 else 0
    return [float(left) - 1, *((a + b) / 2 for a, b in inner), float(right)]


def _rows(
    lines: Sequence[PrintedLine], borders: Sequence[float], pitch: float, right_to_left: bool
) -> list[TableRow]:
    rows: list[TableRow] = []
    last_baseline = 0.0
    for line in lines:
        row = _row(line, borders, right_to_left)
        gap = line.baseline - last_baseline
        if rows and not line.priced and _continues(rows[-1], row, gap, pitch):
            rows[-1] = _continued(rows[-1], row)
        else:
            rows.append(row)
        last_baseline = line.baseline
    return rows


def _row(line: PrintedLine, borders: Sequence[float], right_to_left: bool) -> TableRow:
    columns = len(borders) - 1
    by_column: list[list[Glyph]] = [[] for _ in range(columns)]
    crosses = False
    for chunk in line.chunks:
        first, last = _column(borders, chunk.x0 + 1), _column(borders, chunk.x1 - 1)
        crosses = crosses or (last - first >= 1 and len(line.chunks) == 1)
        if parse_price(chunk.text) is not None or first == last:
            by_column[_column(borders, (chunk.x0 + chunk.x1) / 2)].extend(chunk.glyphs)
            continue
        for word in _words(chunk.glyphs):
            middle = (word[0].x0 + word[-1].right) / 2
            by_column[_column(borders, middle)].extend(word)
    cells = tuple(
        " ".join(
            logical_text(spaced_clusters(part), right_to_left=right_to_left)
            for part in text_lines(glyphs)
        )
        for glyphs in by_column
    )
    if crosses:
        cells = (line.chunks[0].text, *[""] * (columns - 1))
    box = (
        min(chunk.x0 for chunk in line.chunks),
        line.baseline - line.size,
        max(chunk.x1 for chunk in line.chunks),
        line.baseline + 0.25 * line.size,
    )
    return TableRow(cells=cells, box=box, spanning=crosses)


def _words(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    words: list[list[Glyph]] = [[glyphs[0]]]
    for before, glyph in pairwise(glyphs):
        if glyph.x0 - before.right > 0.12 * glyph.size:
            words.append([])
        words[-1].append(glyph)
    return words


def _column(borders: Sequence[float], x: float) -> int:
    return min(max(bisect_right(borders, x) - 1, 0), len(borders) - 2)


def _continues(above: TableRow, row: TableRow, gap: float, pitch: float) -> bool:
    """Whether a line without a price is the second line of the row above."""
    filled = {column for column, cell in enumerate(row.cells) if cell}
    under = all(above.cells[column] for column in filled)
    return bool(pitch) and under and not row.spanning and gap < CONTINUATION_SHARE * pitch


def _continued(above: TableRow, row: TableRow) -> TableRow:
    cells = tuple(" ".join(f"{a} {b}".split()) for a, b in zip(above.cells, row.cells, strict=True))
    return TableRow(cells=cells, box=above.box)
