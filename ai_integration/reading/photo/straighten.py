"""Turning a photo upright: its skew, then the keystone of a camera held at an angle."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_SKEW_LIMIT = 6.0
_STEEPEST = 0.12
_FEWEST_RULES = 6
_OUTLIER = 0.015
_WORTH_PIXELS = 3.0


def upright_matrix(ink: NDArray[Any], text: float) -> NDArray[Any]:
    """The 3x3 matrix that takes points of the picture to points of it upright.

    ink: its print and rules. text: height of a character in pixels. Lines of text give the skew;
    drawn rules, where there are enough, the keystone.
    """
    height, width = ink.shape
    turn = np.eye(3)
    turn[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), -skew_angle(ink), 1.0)
    return _unkeystone(ink, turn, text) @ turn


def skew_angle(ink: NDArray[Any]) -> float:
    """Degrees the lines of the page climb to the right, found from the sharpest row profile."""
    scale = min(1.0, 1000 / max(ink.shape))
    small = cv2.resize(
        ink.astype(np.uint8) * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )

    def sharpness(angle: float) -> float:
        profile = _rotated(small, angle).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(profile)).sum())

    best = 0.0
    for reach, step in ((_SKEW_LIMIT, 0.5), (0.5, 0.1), (0.1, 0.025)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(max(angles, key=sharpness))
    return best if abs(best) >= 0.04 else 0.0


def _rotated(image: NDArray[Any], angle: float) -> NDArray[Any]:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR)


@dataclass(frozen=True)
class Slope:
    """Slope of one family of rules: at the middle of the page, and its change across the page."""

    middle: float = 0.0
    change: float = 0.0

    def at(self, place: float) -> float:
        """The slope at a place from -0.5 (top or left side) to 0.5."""
        return self.middle + self.change * place


def _unkeystone(ink: NDArray[Any], turn: NDArray[Any], text: float) -> NDArray[Any]:
    """What still makes the rules of the turned page level and plumb; identity where they are."""
    height, width = ink.shape
    starts, ends = _segments(ink, turn)
    run, rise = (ends - starts).T
    length = np.hypot(run, rise)
    middle = (starts + ends) / 2
    level = (np.abs(rise) < _STEEPEST * np.abs(run)) & (length > text * 4)
    plumb = (np.abs(run) < _STEEPEST * np.abs(rise)) & (length > text * 2)
    if level.sum() < _FEWEST_RULES or plumb.sum() < _FEWEST_RULES:
        return np.eye(3)
    across = fit_slope(middle[level, 1] / height - 0.5, rise[level] / run[level], length[level])
    down = fit_slope(middle[plumb, 0] / width - 0.5, run[plumb] / rise[plumb], length[plumb])
    return keystone_matrix(across, down, width, height)


def _segments(ink: NDArray[Any], turn: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(
        np.where(ink, 0, 255).astype(np.uint8)
    )[0]
    if found is None:
        return np.zeros((0, 2)), np.zeros((0, 2))
    points = cv2.perspectiveTransform(found.reshape(-1, 1, 2).astype(np.float64), turn)
    pairs = points.reshape(-1, 2, 2)
    return pairs[:, 0], pairs[:, 1]


def fit_slope(places: NDArray[Any], slopes: NDArray[Any], weights: NDArray[Any]) -> Slope:
    """A straight line through slopes at places (-0.5..0.5), without the outliers; constant where
    the places are too near each other to tell a change."""
    kept = np.abs(slopes - np.median(slopes)) < _STEEPEST / 2
    for _ in range(3):
        if kept.sum() < _FEWEST_RULES:
            return Slope()
        spread = np.ptp(np.percentile(places[kept], (10, 90)))
        degree = 1 if spread > 0.3 else 0
        factors = np.polyfit(places[kept], slopes[kept], degree, w=np.sqrt(weights[kept]))
        kept = np.abs(slopes - np.polyval(factors, places)) < _OUTLIER
    return Slope(float(factors[-1]), float(factors[0]) if degree else 0.0)


def keystone_matrix(across: Slope, down: Slope, width: int, height: int) -> NDArray[Any]:
    """The 3x3 matrix that makes rules of these slopes level and plumb; identity below 3 pixels."""
    corners = [
        _crossing(across, down, width, height, x, y)
        for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
    ]
    source = np.array(corners, np.float32)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    if np.abs(source - target).max() < _WORTH_PIXELS:
        return np.eye(3)
    return np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)


def _crossing(
    across: Slope, down: Slope, width: int, height: int, x: float, y: float
) -> tuple[float, float]:
    """Where the page's own side at x (±0.5) and its own top or bottom at y (±0.5) meet."""
    side, edge = down.at(x), across.at(y)
    x0, y0 = (x + 0.5) * width, (y + 0.5) * height
    # side: X = x0 + side * (Y - height / 2); edge: Y = y0 + edge * (X - width / 2)
    across_x = (x0 + side * (y0 - edge * width / 2 - height / 2)) / (1 - side * edge)
    return across_x, y0 + edge * (across_x - width / 2)
