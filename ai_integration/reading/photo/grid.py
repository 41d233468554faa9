"""Columns of a sheet and the lines of print in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from .image import TEXT_HEIGHT, Mask, Sheet
from .rules import Rules, Span, columns_with, find_rules, kernel, rows_with, runs, text_mask

H = TEXT_HEIGHT
Box = tuple[int, int, int, int]
"""x0, top, x1, bottom in pixels of the sheet."""


@dataclass(frozen=True)
class PrintLine:
    """One line of print in one cell.

    column: the column most of it stands in. span: first and last column of its cell.
    cell: top and bottom of its cell. penned: share of the line that a pen stroke covers.
    cut: the edge of the photo cuts it. framed: it stands between vertical rules (titles and
    notes beside a ruled table do not); True throughout where nothing is ruled.
    """

    column: int
    span: Span
    cell: Span
    box: Box
    penned: float = 0.0
    cut: bool = False
    framed: bool = True

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True)
class Grid:
    """Columns from left to right as (left, right), and the print in them."""

    columns: list[Span]
    lines: list[PrintLine]
    text: Mask


@dataclass(frozen=True)
class _Drawing:
    sheet: Sheet
    rules: Rules
    text: Mask
    columns: list[Span]
    cells: list[list[Span]]


def find_grid(sheet: Sheet) -> Grid:
    """Columns by drawn rules where there are any, by blank strips elsewhere; lines inside them."""
    rules = find_rules(sheet)
    text = text_mask(sheet, rules)
    columns = _find_columns(rules, text)
    cells = [_column_cells(rules.across | sheet.pen, column) for column in columns]
    drawing = _Drawing(sheet, rules, text, columns, cells)
    return Grid(columns, _rejoined(drawing, list(_find_lines(drawing))), text)


def _find_columns(rules: Rules, text: Mask) -> list[Span]:
    edges = _with_outer_edges([(start + end) // 2 for start, end in rules.edges], text)
    split: list[Span] = []
    for left, right in pairwise(edges):
        if right - left > H * 0.8:
            cuts = [left, *(left + cut for cut in _blank_strips(text[:, left:right])), right]
            split.extend(pairwise(cuts))
    return [pair for pair in split if text[:, pair[0] : pair[1]].sum() > H * 3]


def _with_outer_edges(edges: list[int], text: Mask) -> list[int]:
    """Add the sides of the print where it goes on beyond the outermost rules, or has none."""
    busy = np.flatnonzero(columns_with(text))
    if not len(busy):
        return []
    left, right = max(0, int(busy[0]) - 4), int(busy[-1]) + 5
    if not edges:
        return [left, right]
    before = [left] if text[:, : edges[0]].sum() > H * H else []
    after = [right] if text[:, edges[-1] :].sum() > H * H else []
    return [*before, *edges, *after]


def _blank_strips(text: Mask) -> list[int]:
    """Where a column is really several: x of upright blank strips with print on both sides.

    A strip counts when hardly any line of print crosses it and most lines have something on
    both of its sides; the gaps between words, never above each other, do not.
    """
    words = cv2.morphologyEx(text.astype(np.uint8), cv2.MORPH_CLOSE, kernel(H * 0.7, H * 0.3))
    bands = runs(rows_with(words), H * 0.4)
    if len(bands) < 4:
        return []
    filled = np.array([columns_with(words[top:bottom]) for top, bottom in bands])
    strips = []
    for start, end in runs(filled.mean(axis=0) <= 0.12, H * 0.9):
        before, after = rows_with(filled[:, :start]), rows_with(filled[:, end:])
        if (before & after).mean() >= 0.5:
            strips.append((start + end) // 2)
    return strips


def _column_cells(across: Mask, column: Span) -> list[Span]:
    """Spans between the rules that cross most of this column."""
    inside = across[:, column[0] + 4 : column[1] - 4].astype(np.uint8)
    cover = cv2.dilate(inside, kernel(1, 5)).mean(axis=1)
    rules = [(start + end) // 2 for start, end in runs(cover >= 0.55)]
    edges = [0, *rules, across.shape[0]]
    return [pair for pair in pairwise(edges) if pair[1] - pair[0] > H * 0.5]


def _find_lines(drawing: _Drawing) -> Iterator[PrintLine]:
    taken: set[tuple[int, Span]] = set()
    for index, own in enumerate(drawing.cells):
        for cell in own:
            if (index, cell) not in taken:
                span = _merged_span(drawing, index, cell, taken)
                yield from _cell_lines(drawing, span, cell)


def _merged_span(drawing: _Drawing, index: int, cell: Span, taken: set[tuple[int, Span]]) -> Span:
    """First and last column of a cell: columns join while no rule parts them in this row."""
    last = index
    top, bottom = cell
    for following in range(index + 1, len(drawing.columns)):
        near = next((c for c in drawing.cells[following] if _same(c, cell)), None)
        if near is None:
            break
        edge = (drawing.columns[last][1] + drawing.columns[following][0]) // 2
        beside = np.s_[top + 4 : bottom - 4, max(0, edge - H // 4) : edge + H // 4]
        parting = drawing.rules.down[beside] | drawing.sheet.pen[beside]
        if rows_with(parting).mean() > 0.7:
            break
        taken.add((following, near))
        last = following
    return index, last


def _same(one: Span, other: Span) -> bool:
    return abs(one[0] - other[0]) < H * 0.4 and abs(one[1] - other[1]) < H * 0.4


def _cell_lines(drawing: _Drawing, span: Span, cell: Span) -> Iterator[PrintLine]:
    left, right = drawing.columns[span[0]][0], drawing.columns[span[1]][1]
    part = drawing.text[cell[0] : cell[1], left:right]
    closed = cv2.morphologyEx(part.astype(np.uint8), cv2.MORPH_CLOSE, kernel(1, H * 0.35))
    for start, end in runs(rows_with(closed), H * 0.35):
        busy = columns_with(part[start:end])
        pieces = _pieces(
            busy, [drawing.columns[i][0] - left for i in range(span[0] + 1, span[1] + 1)]
        )
        for x0, x1 in pieces:
            if x1 - x0 < H * 0.2:
                continue
            box = _tight(drawing.text, (left + x0, cell[0] + start, left + x1, cell[0] + end))
            yield _print_line(drawing, span if len(pieces) == 1 else None, cell, box)


def _rejoined(drawing: _Drawing, lines: list[PrintLine]) -> list[PrintLine]:
    """Put together again what the edge between two columns cut although no rule stands there."""
    whole: list[PrintLine] = []
    for line in sorted(lines, key=lambda line: line.box[0]):
        before = next((b for b in whole if _is_cut(drawing, b, line)), None)
        if before is None:
            whole.append(line)
            continue
        whole.remove(before)
        one, other = before.box, line.box
        box = (one[0], min(one[1], other[1]), other[2], max(one[3], other[3]))
        whole.append(_print_line(drawing, (before.span[0], line.span[1]), before.cell, box))
    return whole


def _is_cut(drawing: _Drawing, before: PrintLine, line: PrintLine) -> bool:
    edge = drawing.columns[line.span[0]][0]
    if line.span[0] != before.span[1] + 1 or before.box[2] < edge - 3 or line.box[0] > edge + 3:
        return False
    top, bottom = max(before.box[1], line.box[1]), min(before.box[3], line.box[3])
    if bottom - top < 0.5 * min(before.box[3] - before.box[1], line.box[3] - line.box[1]):
        return False
    beside = drawing.rules.down[top:bottom, max(0, edge - H // 4) : edge + H // 4]
    return bool(rows_with(beside).mean() < 0.3)


def _pieces(busy: Mask, edges: list[int]) -> list[Span]:
    """Cut a line across several columns where a wide gap lies on the edge between two of them."""
    found = np.flatnonzero(busy)
    start, end = int(found[0]), int(found[-1]) + 1
    gaps = runs(~busy[start:end], H * 0.9)
    cuts = [
        (start + before, start + after)
        for before, after in gaps
        if any(start + before <= edge <= start + after for edge in edges)
    ]
    starts = [start, *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), end]
    return list(zip(starts, ends, strict=True))


def _tight(text: Mask, box: Box) -> Box:
    rows = np.flatnonzero(text[box[1] : box[3], box[0] : box[2]].any(axis=1))
    return box[0], box[1] + int(rows[0]), box[2], box[1] + int(rows[-1]) + 1


def _print_line(drawing: _Drawing, span: Span | None, cell: Span, box: Box) -> PrintLine:
    overlaps = [min(box[2], right) - max(box[0], left) for left, right in drawing.columns]
    column = int(np.argmax(overlaps))
    touched = [i for i, overlap in enumerate(overlaps) if overlap > 0]
    return PrintLine(
        column=column,
        span=span or (touched[0], touched[-1]),
        cell=cell,
        box=box,
        penned=float(drawing.sheet.pen[box[1] : box[3], box[0] : box[2]].mean()),
        cut=box[1] <= 1 or box[3] >= drawing.text.shape[0] - 1,
        framed=_framed(drawing, box, cell),
    )


def _framed(drawing: _Drawing, box: Box, cell: Span) -> bool:
    """True where vertical rules stand on both sides at this height, if the sheet has any there."""
    left = [x for start, end in drawing.rules.edges if (x := (start + end) // 2) <= box[0]]
    right = [x for start, end in drawing.rules.edges if (x := (start + end) // 2) >= box[2]]
    return all(not side or any(_stands(drawing, x, cell) for x in side) for side in (left, right))


def _stands(drawing: _Drawing, x: int, cell: Span) -> bool:
    beside = drawing.rules.down[cell[0] : cell[1], max(0, x - H // 4) : x + H // 4]
    return bool(rows_with(beside).mean() > 0.3)
