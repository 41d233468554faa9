"""From clusters as drawn, left to right, to text as it is read.

A small bidi of our own, because what has to be undone is the layout of one table cell: the
sequence of clusters is reversed (never the characters inside one), and runs of numbers and of
Latin words keep their direction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

RIGHT_TO_LEFT = "R"
LEFT_TO_RIGHT = "L"
NUMBER = "N"
NEUTRAL = "O"

#: Signs that stay inside a number drawn left to right: 1+25, 2.5, 188,000, 5/160.
INNER_SIGNS = frozenset("+.,/:٫٬")
PERCENT_SIGNS = frozenset("%٪")
#: Latin words that follow their number, so that `IU 1000` as drawn was typed `1000 IU`.
UNIT_WORDS = frozenset(
    "mg mcg µg g gm kg ml l iu mm cm amp amps tab tabs cap caps pcs mmol meq".split()  # noqa: SIM905
)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_OPENING = {"(": ")", "[": "]", "{": "}", "«": "»"}
_CLOSING = frozenset(_OPENING.values())


def cluster_class(cluster: str) -> str:
    """The strongest direction among a cluster's characters."""
    found = NEUTRAL
    for char in cluster:
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL"):
            return RIGHT_TO_LEFT
        if direction == "L":
            found = LEFT_TO_RIGHT
        elif direction in ("EN", "AN") and found == NEUTRAL:
            found = NUMBER
    return found


def reads_right_to_left(clusters: Iterable[str]) -> bool:
    """Whether more of the text is written right to left than left to right."""
    balance = 0
    for cluster in clusters:
        strength = cluster_class(cluster)
        balance += (strength == RIGHT_TO_LEFT) - (strength == LEFT_TO_RIGHT)
    return balance > 0


def logical_text(clusters: Sequence[str], *, right_to_left: bool) -> str:
    """One line's text in reading order, single-spaced.

    clusters: visually left to right. right_to_left: the direction of the surrounding document; it
    matters only for lines that mix Arabic with Latin.
    """
    classes = [cluster_class(cluster) for cluster in clusters]
    if RIGHT_TO_LEFT not in classes:
        return _joined(clusters)
    if right_to_left or LEFT_TO_RIGHT not in classes:
        ordered = _from_right_to_left(clusters, classes)
    else:
        ordered = _from_left_to_right(clusters, classes)
    return _balanced(_joined(ordered))


def _joined(clusters: Iterable[str]) -> str:
    return " ".join("".join(clusters).split())


def _from_right_to_left(clusters: Sequence[str], classes: Sequence[str]) -> list[str]:
    ordered: list[str] = []
    end = len(clusters)
    while end > 0:
        start = _run_start(clusters, classes, end)
        ordered.extend(_run(clusters[start:end], classes[start:end]))
        end = start
    return ordered


def _from_left_to_right(clusters: Sequence[str], classes: Sequence[str]) -> list[str]:
    """Left to right, with each stretch from one Arabic cluster to the last before Latin turned."""
    ordered: list[str] = []
    start = 0
    while start < len(clusters):
        if classes[start] != RIGHT_TO_LEFT:
            ordered.append(clusters[start])
            start += 1
            continue
        end = start + 1
        for index in range(start + 1, len(clusters)):
            if classes[index] == LEFT_TO_RIGHT:
                break
            if classes[index] == RIGHT_TO_LEFT:
                end = index + 1
        ordered.extend(_from_right_to_left(clusters[start:end], classes[start:end]))
        start = end
    return ordered


def _run_start(clusters: Sequence[str], classes: Sequence[str], end: int) -> int:
    """Where the run that ends (to the right) at `end` starts."""
    last = end - 1
    if clusters[last] in PERCENT_SIGNS and last and classes[last - 1] == NUMBER:
        return _run_start(clusters, classes, last)
    if classes[last] == LEFT_TO_RIGHT:
        return _latin_start(clusters, classes, last)
    if classes[last] == NUMBER:
        start = _number_start(clusters, classes, last)
        before = _skip_neutrals(classes, start)
        if before > 0 and classes[before - 1] == LEFT_TO_RIGHT and start - before <= 2:
            return _latin_start(clusters, classes, before - 1)
        return start
    return last


def _number_start(clusters: Sequence[str], classes: Sequence[str], last: int) -> int:
    start = last
    while start > 0:
        if classes[start - 1] == NUMBER:
            start -= 1
        elif start > 1 and clusters[start - 1] in INNER_SIGNS and classes[start - 2] == NUMBER:
            start -= 2
        else:
            break
    return start


def _latin_start(clusters: Sequence[str], classes: Sequence[str], last: int) -> int:
    start = last
    index = last - 1
    while index >= 0 and classes[index] != RIGHT_TO_LEFT:
        if classes[index] == LEFT_TO_RIGHT:
            start = index
        index -= 1
    if start > 0 and classes[start - 1] == NUMBER:
        start = _number_start(clusters, classes, start - 1)
    return start


def _skip_neutrals(classes: Sequence[str], start: int) -> int:
    while start > 0 and classes[start - 1] == NEUTRAL:
        start -= 1
    return start


def _run(clusters: Sequence[str], classes: Sequence[str]) -> Sequence[str]:
    """A run in reading order; a unit drawn left of its number goes behind it."""
    if LEFT_TO_RIGHT not in classes:
        return clusters
    text = "".join(clusters)
    drawn = re.fullmatch(r"([^\W\d]+) +(\d[\d.,]*)", text)
    if drawn and drawn.group(1).casefold() in UNIT_WORDS:
        return [f"{drawn.group(2)} {drawn.group(1)}"]
    return clusters


def _balanced(text: str) -> str:
    """The text with its brackets turned where only that makes them pair.

    Some producers map a mirrored bracket to its shape, others to what was typed.
    """
    if _unpaired(text) == 0:
        return text
    mirrored = text.translate(_MIRRORED)
    return mirrored if _unpaired(mirrored) < _unpaired(text) else text


def _unpaired(text: str) -> int:
    expected: list[str] = []
    unpaired = 0
    for char in text:
        if char in _OPENING:
            expected.append(_OPENING[char])
        elif char in _CLOSING:
            if expected and expected[-1] == char:
                expected.pop()
            else:
                unpaired += 1
    return unpaired + len(expected)
