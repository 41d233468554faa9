"""Drawn rules of a sheet, and its print without them."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .image import TEXT_HEIGHT, Grey, Mask, Sheet

H = TEXT_HEIGHT
_FAINT_LEVEL = 222
_EVEN = 50
_MOST_STRIPS = 200
Span = tuple[int, int]


@dataclass(frozen=True)
class Rules:
    """across: pixels of horizontal rules. down: of vertical ones and of their remains.

    edges: x-range of every vertical rule long enough to part columns.
    """

    across: Mask
    down: Mask
    edges: list[Span]


def kernel(width: float, height: float) -> NDArray[Any]:
    """A rectangle for OpenCV's morphology, in pixels."""
    return np.ones((max(1, round(height)), max(1, round(width))), np.uint8)


def rows_with(mask: NDArray[Any]) -> Mask:
    """Which rows of the mask have anything in them."""
    return np.asarray(mask.any(axis=1))


def columns_with(mask: NDArray[Any]) -> Mask:
    """Which columns of the mask have anything in them."""
    return np.asarray(mask.any(axis=0))


def runs(flags: NDArray[Any], shortest: float = 1) -> list[Span]:
    """Stretches of True of at least `shortest`, as (start, end)."""
    change = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    return [(int(s), int(e)) for s, e in zip(starts, ends, strict=True) if e - s >= shortest]


def find_rules(sheet: Sheet) -> Rules:
    """Rules among the print: long, thin, straight; digits stacked above each other are not."""
    across = _across(sheet.grey)
    upright = _faint(sheet.grey, kernel(1, H * 0.3))
    whole = _opened(upright, kernel(1, H * 2.5), kernel(H, 1))
    broken = cv2.morphologyEx(upright & _alone(sheet.ink), cv2.MORPH_CLOSE, kernel(1, H * 1.1))
    broken = cv2.morphologyEx(broken, cv2.MORPH_OPEN, kernel(1, H * 2.5)) & upright
    edges = _edges(sheet, across, whole | (broken > 0))
    pieces = _opened(upright, kernel(1, H * 1.2), kernel(H, 1))
    pieces &= _columns_mask(pieces.shape, edges) & (sheet.grey < _FAINT_LEVEL)
    return Rules(across, _attached(pieces, across | sheet.pen), edges)


def _attached(down: Mask, other: Mask) -> Mask:
    """Vertical pieces that are long, or meet other rules: a letter on the edge does neither."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(down.astype(np.uint8))
    keep = stats[:, cv2.CC_STAT_HEIGHT] >= H * 2
    near = cv2.dilate(other.astype(np.uint8), kernel(1, 3)) > 0
    keep[np.unique(labels[near & down])] = True
    keep[0] = False
    return keep[labels] if count > 1 else np.zeros_like(down)


def _faint(grey: Grey, line: NDArray[Any]) -> NDArray[Any]:
    """Pale print too, averaged along the direction of the rules sought: noise does not add up."""
    return (cv2.blur(grey, line.shape[::-1]) < _FAINT_LEVEL).astype(np.uint8)


def _alone(ink: Mask) -> NDArray[Any]:
    """Where a stroke as thin as a rule would have blank paper on both sides."""
    near, far = round(H * 0.4), round(H * 0.55)
    side = np.zeros((1, 2 * far + 1), np.uint8)
    side[0, : far - near + 1] = 1
    left = cv2.dilate(ink.astype(np.uint8), side)
    right = cv2.dilate(ink.astype(np.uint8), side[:, ::-1].copy())
    return ((left == 0) & (right == 0)).astype(np.uint8)


def _opened(mask: NDArray[Any], line: NDArray[Any], block: NDArray[Any]) -> Mask:
    """What contains `line` but is nowhere as thick as `block`."""
    found = cv2.morphologyEx(mask, cv2.MORPH_OPEN, line)
    return (found > 0) & (cv2.morphologyEx(found, cv2.MORPH_OPEN, block) == 0)


def _across(grey: Grey) -> Mask:
    faint = _faint(grey, kernel(H * 0.17, 1))
    bridged = cv2.morphologyEx(faint, cv2.MORPH_CLOSE, kernel(H * 0.3, 1))
    found = _opened(bridged, kernel(H * 4, 1), kernel(1, H))
    joined = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_CLOSE, kernel(H * 1.5, 3))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    keep = np.zeros(count, bool)
    for label in range(1, count):
        left, top, width, height = stats[label, :4]
        part = np.s_[top : top + height, left : left + width]
        own = found[part] & (labels[part] == label)
        keep[label] = width >= H * 8 and _is_even(
            np.where(own, grey[part], 255).T, columns_with(own)
        )
    return found & keep[labels]


def _edges(sheet: Sheet, across: Mask, down: Mask) -> list[Span]:
    """Strips of long vertical rules, blank on both sides: a stack of digits is not."""
    lengths = {strip: int(rows_with(down[:, slice(*strip)]).sum()) for strip in _strips(down)}
    enough = max(H * 4, max(lengths.values(), default=0) * 0.1)
    edges = []
    for strip, length in lengths.items():
        between = ~rows_with(cv2.dilate(across[:, slice(*strip)].astype(np.uint8), kernel(1, 7)))
        rows = rows_with(down[:, slice(*strip)]) & between
        if length < enough or not rows.any():
            continue
        if _stands_alone(sheet.ink, rows, strip) and _is_even(sheet.grey[:, slice(*strip)], rows):
            edges.append(strip)
    return sorted(edges)


def _strips(down: Mask) -> list[Span]:
    """Narrow strips around the x where vertical strokes gather, the fullest first."""
    often = down.sum(axis=0)
    reach = round(H * 0.4)
    strips: list[Span] = []
    while len(strips) < _MOST_STRIPS and often.max(initial=0) >= H * 0.8:
        peak = int(often.argmax())
        start, end = max(0, peak - reach), peak + reach + 1
        busy = start + np.flatnonzero(often[start:end] >= often[peak] * 0.25)
        strips.append((int(busy[0]), int(busy[-1]) + 1))
        often[start:end] = 0
    return strips


def _stands_alone(ink: Mask, rows: NDArray[Any], edge: Span) -> bool:
    """True where both sides of the strip are blank at most of its heights."""
    middle, half = sum(edge) // 2, (edge[1] - edge[0]) // 2
    near = max(H // 4, half + 4)
    far = near + H // 3
    left = rows_with(ink[:, max(0, middle - far) : max(0, middle - near)])
    right = rows_with(ink[:, middle + near : middle + far])
    return float((left | right)[rows].mean()) < 0.55


def _is_even(strip: Grey, rows: NDArray[Any]) -> bool:
    """True where an upright strip is equally dark all along: no paper between marks."""
    darkest = cv2.blur(strip, (3, 1)).min(axis=1)[rows]
    usual, palest = np.percentile(darkest, (50, 88))
    return bool(palest - usual < _EVEN)


def _columns_mask(shape: tuple[int, ...], edges: list[Span]) -> Mask:
    flags = np.zeros(shape[1], bool)
    for start, end in edges:
        flags[max(0, start - 2) : end + 2] = True
    return np.broadcast_to(flags, shape)


def text_mask(sheet: Sheet, rules: Rules) -> Mask:
    """The print without rules, their remains and specks."""
    drawn = (rules.across | rules.down).astype(np.uint8)
    ink = sheet.ink & (cv2.dilate(drawn, kernel(5, 5)) == 0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    if count < 2:
        return np.zeros_like(ink)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    keep = (area >= 9) & (np.maximum(width, height) >= H * 0.12)
    keep &= ~((width > H * 1.2) & (height < H * 0.42))
    keep &= ~((height > H * 1.2) & (width < H * 0.1))
    solid = area > 0.8 * width * height
    keep &= ~(solid & (height < H * 0.42) & (np.minimum(width, height * 2) > H * 0.55))
    keep &= ~_rule_ends(labels, stats, sheet, rules)
    keep[0] = False
    return keep[labels]


def _rule_ends(
    labels: NDArray[Any], stats: NDArray[Any], sheet: Sheet, rules: Rules
) -> NDArray[Any]:
    """Which marks are ends of a vertical rule: beside its longer part or a pen, or all alone."""
    left, width, height = stats[:, 0], stats[:, 2], stats[:, 3]
    on_edge = np.zeros(len(stats), bool)
    for start, end in rules.edges:
        on_edge |= (left >= start - 4) & (left + width <= end + 4) & (height > width)
    drawn = (rules.across | rules.down | sheet.pen).astype(np.uint8)
    beside = cv2.dilate(drawn, kernel(1, H * 0.25)) > 0
    near = np.zeros(len(stats), bool)
    near[np.unique(labels[beside])] = True
    for i in np.flatnonzero(on_edge & ~near):  # a letter has other letters beside it
        x0, top, wide, tall = stats[i, :4]
        around = labels[top : top + tall, max(0, x0 - H // 2) : x0 + wide + H // 2]
        near[i] = not ((around > 0) & (around != i)).any()
    return on_edge & near
