"""Drawn rules and fills of a page: where tables stand, and which cells of the grid are one."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

#: A filled rectangle up to this thick (points) is a rule, not a fill.
RULE_THICKNESS = 2.6
#: Rules closer than this (points) are the same rule.
SAME_RULE = 2.4
#: A rule this short (points) is a letter's stroke or a tick, not a rule.
SHORTEST_RULE = 5.0
#: More rules than this on one page are a drawing, not tables.
MOST_RULES = 20_000


class Rule(NamedTuple):
    """A straight rule: `at` across its direction, from `start` to `end` along it."""

    at: float
    start: float
    end: float


class Fill(NamedTuple):
    """A coloured rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float
    colour: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules and fills of one page."""

    horizontal: list[Rule]
    vertical: list[Rule]
    fills: list[Fill]


@dataclass(frozen=True, slots=True)
class Grid:
    """The lattice of one table: borders between columns and rows, and the rules really drawn."""

    xs: list[float]
    ys: list[float]
    horizontal: list[Rule]
    vertical: list[Rule]

    def column_at(self, x: float) -> int | None:
        """Index of the column that holds `x`, None outside."""
        return _slot(self.xs, x)

    def row_at(self, y: float) -> int | None:
        """Index of the row that holds `y`, None outside."""
        return _slot(self.ys, y)

    def cells(self) -> dict[tuple[int, int], int]:
        """For each (row, column) of the lattice the number of the cell it belongs to.

        Two neighbours are one cell where no rule is drawn between them.
        """
        columns, rows = len(self.xs) - 1, len(self.ys) - 1
        owner = list(range(columns * rows))

        def find(index: int) -> int:
            while owner[index] != index:
                owner[index] = owner[owner[index]]
                index = owner[index]
            return index

        below = self._drawn(self.ys, self.horizontal, self.xs)
        beside = self._drawn(self.xs, self.vertical, self.ys)
        for row in range(rows):
            for column in range(columns):
                here = row * columns + column
                if column + 1 < columns and (column + 1, row) not in beside:
                    owner[find(here + 1)] = find(here)
                if row + 1 < rows and (row + 1, column) not in below:
                    owner[find(here + columns)] = find(here)
        return {
            (row, column): find(row * columns + column)
            for row in range(rows)
            for column in range(columns)
        }

    @staticmethod
    def _drawn(
        borders: Sequence[float], rules: Iterable[Rule], across: Sequence[float]
    ) -> set[tuple[int, int]]:
        """(border, slot) pairs where a rule covers the middle of the slot along the border."""
        drawn: set[tuple[int, int]] = set()
        middles = [(a + b) / 2 for a, b in pairwise(across)]
        for rule in rules:
            border = _nearest(borders, rule.at)
            first = bisect_right(middles, rule.start)
            for slot in range(first, bisect_right(middles, rule.end)):
                drawn.add((border, slot))
        return drawn


def rules_of(page: Any) -> Rules:
    """Rules and fills of a pdfplumber page, collinear pieces joined."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    fills: list[Fill] = []
    for line in [*page.lines, *page.curves]:
        _take_line(line, horizontal, vertical)
    for rect in page.rects:
        _take_rect(rect, horizontal, vertical, fills)
    if len(horizontal) + len(vertical) > MOST_RULES:
        return Rules([], [], fills)
    return Rules(_joined(horizontal), _joined(vertical), fills)


def grids_of(rules: Rules) -> list[Grid]:
    """One grid for each group of rules that cross one another, top to bottom then right to left."""
    groups = _connected(rules.horizontal, rules.vertical)
    grids = []
    for horizontal, vertical in groups:
        xs = _borders(rule.at for rule in vertical)
        ys = _borders(rule.at for rule in horizontal)
        if len(xs) >= 3 and len(ys) >= 2:
            grids.append(Grid(xs, ys, horizontal, vertical))
    return sorted(grids, key=lambda grid: (round(grid.ys[0] / 20), -grid.xs[0]))


def _take_line(line: Mapping[str, Any], horizontal: list[Rule], vertical: list[Rule]) -> None:
    width, height = line["x1"] - line["x0"], line["bottom"] - line["top"]
    if height <= RULE_THICKNESS and width >= SHORTEST_RULE:
        horizontal.append(Rule((line["top"] + line["bottom"]) / 2, line["x0"], line["x1"]))
    elif width <= RULE_THICKNESS and height >= SHORTEST_RULE:
        vertical.append(Rule((line["x0"] + line["x1"]) / 2, line["top"], line["bottom"]))


def _take_rect(
    rect: Mapping[str, Any],
    horizontal: list[Rule],
    vertical: list[Rule],
    fills: list[Fill],
) -> None:
    x0, x1, top, bottom = rect["x0"], rect["x1"], rect["top"], rect["bottom"]
    if min(x1 - x0, bottom - top) <= RULE_THICKNESS:
        if rect["stroke"] or not _is_white(rect["non_stroking_color"]):
            _take_line(rect, horizontal, vertical)
        return
    if rect["stroke"]:
        horizontal += [Rule(top, x0, x1), Rule(bottom, x0, x1)]
        vertical += [Rule(x0, top, bottom), Rule(x1, top, bottom)]
    if rect["fill"] and not _is_white(rect["non_stroking_color"]):
        fills.append(Fill(x0, top, x1, bottom, _colour(rect["non_stroking_color"])))


def _colour(colour: object) -> tuple[float, ...]:
    if isinstance(colour, int | float):
        return (round(float(colour), 2),)
    if isinstance(colour, tuple | list):
        return tuple(round(float(c), 2) for c in colour if isinstance(c, int | float))
    return ()


def _is_white(colour: object) -> bool:
    channels = _colour(colour)
    if len(channels) == 4:
        return max(channels) <= 0.02
    return bool(channels) and min(channels) >= 0.98


def _joined(rules: list[Rule]) -> list[Rule]:
    """Rules on one line that touch or overlap, made one."""
    by_place: dict[int, list[Rule]] = defaultdict(list)
    borders = _borders(rule.at for rule in rules)
    for rule in rules:
        by_place[_nearest(borders, rule.at)].append(rule)
    joined: list[Rule] = []
    for place, pieces in by_place.items():
        pieces.sort(key=lambda rule: rule.start)
        start, end = pieces[0].start, pieces[0].end
        for piece in pieces[1:]:
            if piece.start > end + SAME_RULE:
                joined.append(Rule(borders[place], start, end))
                start, end = piece.start, piece.end
            end = max(end, piece.end)
        joined.append(Rule(borders[place], start, end))
    return joined


def _borders(places: Iterable[float]) -> list[float]:
    """Distinct places, those closer than SAME_RULE averaged."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and place - groups[-1][-1] <= SAME_RULE:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [sum(group) / len(group) for group in groups]


def _connected(horizontal: list[Rule], vertical: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that cross or touch."""
    group_of = list(range(len(horizontal) + len(vertical)))

    def find(index: int) -> int:
        while group_of[index] != index:
            group_of[index] = group_of[group_of[index]]
            index = group_of[index]
        return index

    for i, across in enumerate(horizontal):
        for j, down in enumerate(vertical, start=len(horizontal)):
            if _crosses(across, down):
                group_of[find(j)] = find(i)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(horizontal):
        groups.setdefault(find(i), ([], []))[0].append(rule)
    for j, rule in enumerate(vertical, start=len(horizontal)):
        groups.setdefault(find(j), ([], []))[1].append(rule)
    return [group for group in groups.values() if group[0] and group[1]]


def _crosses(across: Rule, down: Rule) -> bool:
    return (
        across.start - SAME_RULE <= down.at <= across.end + SAME_RULE
        and down.start - SAME_RULE <= across.at <= down.end + SAME_RULE
    )


def _nearest(borders: Sequence[float], place: float) -> int:
    index = bisect_right(borders, place)
    if index == 0:
        return 0
    if index == len(borders):
        return index - 1
    return index if borders[index] - place < place - borders[index - 1] else index - 1


def _slot(borders: Sequence[float], place: float) -> int | None:
    index = bisect_right(borders, place) - 1
    return index if 0 <= index < len(borders) - 1 else None
