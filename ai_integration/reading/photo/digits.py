"""Runs of digits inside Arabic lines, found by the shapes of their marks.

The Arabic model of Tesseract swallows digits that are glued to a word (`1200حبة` becomes `0حبة`).
Digits are single marks of one height on one baseline, so they can be cut out and read alone.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .image import TEXT_HEIGHT
from .plus import is_plus

PRINT_LEVEL = 120
_FEWEST_MARKS = 3
_SURE = 0.93
_DIGITS_IN_TEXT = re.compile(r"\d[\d+.,/%]*|%")


@dataclass(frozen=True)
class Mark:
    """A connected mark, or several above each other: where in the line, and what sign it may be."""

    x0: int
    x1: int
    sign: str


@dataclass(frozen=True)
class Run:
    """Marks that may be a number: where they stand in the line, how many, with a plus or not."""

    x0: int
    x1: int
    marks: int
    plus: bool = False


def find_runs(line: NDArray[Any], digit: float) -> list[Run]:
    """Runs of marks in a line of print that look like digits `digit` pixels high, left to right."""
    runs: list[Run] = []
    current: list[Mark] = []
    for mark in [*_marks(line, digit), Mark(10**6, 10**6, "")]:
        apart = current and mark.x0 - current[-1].x1 > digit * 0.45
        if mark.sign and not apart:
            current.append(mark)
            continue
        runs += _as_run(current, digit)
        current = [mark] if mark.sign else []
    return runs


def _as_run(marks: list[Mark], digit: float) -> list[Run]:
    while marks and marks[0].sign in ".+":
        marks = marks[1:]
    while marks and marks[-1].sign in ".+":
        marks = marks[:-1]
    broad = [mark for mark in marks if mark.sign == "%" or mark.x1 - mark.x0 >= digit * 0.38]
    if not broad:  # alefs and lams are as narrow as a 1
        return []
    plus = any(mark.sign == "+" for mark in marks)
    return [Run(marks[0].x0, marks[-1].x1, len(marks), plus)]


def _marks(line: NDArray[Any], digit: float) -> list[Mark]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(line.astype(np.uint8))
    groups: list[list[int]] = []
    for i in sorted(range(1, count), key=lambda i: int(stats[i, 0])):
        left, width = int(stats[i, 0]), int(stats[i, 2])
        if groups:
            right = max(int(stats[j, 0] + stats[j, 2]) for j in groups[-1])
            if right - left >= 0.5 * min(width, right - int(stats[groups[-1][0], 0])):
                groups[-1].append(i)
                continue
        groups.append([i])
    base = _baseline(stats[1:], digit)
    return [_mark(labels, stats, group, digit, base) for group in groups]


def _baseline(stats: NDArray[Any], digit: float) -> float:
    """Where marks of a digit's height end; the line's bottom where there is none."""
    tall = stats[(stats[:, 3] >= digit * 0.8) & (stats[:, 3] <= digit * 1.2)]
    ends = tall[:, 1] + tall[:, 3]
    return float(np.median(ends)) if len(ends) else float((stats[:, 1] + stats[:, 3]).max())


def _mark(
    labels: NDArray[Any],
    stats: NDArray[Any],
    group: Sequence[int],
    digit: float,
    base: float,
) -> Mark:
    x0 = min(int(stats[i, 0]) for i in group)
    x1 = max(int(stats[i, 0] + stats[i, 2]) for i in group)
    top = min(int(stats[i, 1]) for i in group)
    bottom = max(int(stats[i, 1] + stats[i, 3]) for i in group)
    width, height = x1 - x0, bottom - top
    on_base = abs(bottom - base) <= digit * 0.2
    as_tall = 0.78 * digit <= height <= 1.22 * digit
    sign = ""
    if len(group) == 1 and is_plus(labels[top:bottom, x0:x1] == group[0], round(digit)):
        sign = "+"
    elif len(group) == 1 and on_base and as_tall and 0.15 * digit <= width <= 0.95 * digit:
        sign = "0"
    elif len(group) == 3 and on_base and as_tall and 0.6 * digit <= width <= 1.4 * digit:
        sign = "%"
    elif on_base and height <= 0.35 * digit and width <= 0.35 * digit:
        sign = "."
    return Mark(x0, x1, sign)


def reveal_numbers(
    crops: Sequence[NDArray[Any]],
    texts: Sequence[str],
    read_digits: Callable[[Sequence[NDArray[Any]]], list[tuple[str, float]]],
) -> list[str]:
    """The texts with swallowed digits put back where a run of the print clearly shows them."""
    runs = [
        (i, run)
        for i, crop in enumerate(crops)
        for run in find_runs(crop < PRINT_LEVEL, TEXT_HEIGHT)
        if run.marks >= _FEWEST_MARKS
    ]
    read = read_digits([crops[i][:, max(0, run.x0 - 2) : run.x1 + 2] for i, run in runs])
    revealed = list(texts)
    for (i, run), (number, confidence) in zip(runs, read, strict=True):
        if len(number) == run.marks and confidence >= _SURE:
            whole = put_back(revealed[i], number)
            if _touches(crops[i] < PRINT_LEVEL, run):
                whole = whole.replace(f"{number} ", number)
            revealed[i] = whole
    return revealed


def _touches(line: NDArray[Any], run: Run) -> bool:
    """True where the next mark to the left is nearer than a space is wide."""
    gap = round(TEXT_HEIGHT * 0.33)
    return bool(line[:, max(0, run.x0 - gap) : run.x0].any())


def put_back(text: str, number: str) -> str:
    """`text` with the part of `number` it holds made whole; unchanged where that is not clear."""
    held = _DIGITS_IN_TEXT.findall(text)
    if number in held:
        return text
    parts = [part for part in held if part != number and part in number]
    if len(parts) != 1 or held.count(parts[0]) != 1:
        return text
    return re.sub(rf"(?<!\d){re.escape(parts[0])}(?!\d)", number, text, count=1)
