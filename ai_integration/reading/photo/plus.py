"""Is there a plus sign among the digits? Settled by the shapes of the marks themselves.

Tesseract reads the `+` of `1+5` as `4` or `1` or drops it. The sign is lower than a digit and made
of two bars that cross in its middle, which no digit is.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]


def is_plus(mark: NDArray[Any], line_height: int) -> bool:
    """True where the mark is a plus: two crossing bars, empty corners, lower than the line."""
    height, width = mark.shape
    if not (0.35 * line_height <= height <= 0.9 * line_height and 0.6 <= width / height <= 1.6):
        return False
    rows, columns = mark.mean(axis=1), mark.mean(axis=0)
    third_y, third_x = height / 3, width / 3
    bar_y, bar_x = int(np.argmax(rows)), int(np.argmax(columns))
    centred = third_y <= bar_y <= 2 * third_y and third_x <= bar_x <= 2 * third_x
    corner_y, corner_x = max(1, int(height * 0.28)), max(1, int(width * 0.28))
    corners = [
        mark[:corner_y, :corner_x],
        mark[:corner_y, -corner_x:],
        mark[-corner_y:, :corner_x],
        mark[-corner_y:, -corner_x:],
    ]
    crossed = rows.max() > 0.8 and columns.max() > 0.8
    return centred and crossed and all(corner.mean() < 0.25 for corner in corners)


@dataclass(frozen=True)
class PlusSign:
    """A plus among the marks of a line: its place from the left (0 first), and where it stands."""

    place: int
    x0: int
    x1: int


def plus_signs(text: NDArray[Any], box: Box) -> tuple[int, list[PlusSign]]:
    """How many tall marks the line in `box` has, and which of them are plus signs."""
    x0, top, x1, bottom = box
    part = text[top:bottom, x0:x1]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(part.astype(np.uint8))
    height = bottom - top
    marks = sorted((int(stats[i, 0]), i) for i in range(1, count) if stats[i, 3] >= 0.3 * height)
    found = []
    place = 0
    for left, label in marks:
        width, tall = int(stats[label, 2]), int(stats[label, 3])
        upper = int(stats[label, 1])
        mark = labels[upper : upper + tall, left : left + width] == label
        if is_plus(mark, height):
            found.append(PlusSign(place, left, left + width))
        place += 2 if width > 1.05 * height else 1  # two digits that touch are one mark
    return place, found


def with_plus(reading: str, marks: int, places: list[int]) -> tuple[str, bool]:
    """The reading with its plus signs where the shapes are, and whether the two now agree.

    marks: tall marks of the line (digits, signs, slashes; not dots and commas). places: which of
    them are plus signs. One wrong character is replaced and one dropped one put in; anything else
    is left as it was read and reported as unsure.
    """
    small = [i for i, sign in enumerate(reading) if sign in ".,"]
    tall = [sign for sign in reading if sign not in ".,"]
    read = [i for i, sign in enumerate(tall) if sign == "+"]
    if read == places and (not places or len(tall) == marks):
        return reading, True
    if small:
        return reading, False
    if len(tall) == marks and all(sign != "+" or i in places for i, sign in enumerate(tall)):
        return "".join("+" if i in places else sign for i, sign in enumerate(tall)), True
    if len(tall) == marks - len(places) and "+" not in tall:
        for place in places:
            tall.insert(place, "+")
        return "".join(tall), True
    return reading, False


@dataclass(frozen=True)
class Part:
    """A stretch of a line beside its plus signs, and how many marks stand in it."""

    x0: int
    x1: int
    marks: int


def parts_beside(signs: list[PlusSign], width: int, marks: int) -> list[Part]:
    """The stretches of a line of this width and number of marks that its plus signs part."""
    starts = [(0, 0), *((sign.x1, sign.place + 1) for sign in signs)]
    ends = [*((sign.x0, sign.place) for sign in signs), (width, marks)]
    return [
        Part(x0, x1, last - first) for (x0, first), (x1, last) in zip(starts, ends, strict=True)
    ]
