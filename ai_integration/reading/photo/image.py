"""From the bytes of a photo to an even, upright grey picture at a known text size."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

TEXT_HEIGHT = 30
"""Height in pixels every sheet's digits are scaled to: about 11 pt at 200 dpi."""

_SURVEY_SIDE = 1600
_MAX_SCALE = 5.0
_MAX_SIDE = 7000
_SKEW_LIMIT = 6.0
_INK_LEVEL = 165


@dataclass(frozen=True)
class Sheet:
    """An upright picture of the page with its background evened out.

    grey: paper is about 255 and print dark, also where the photo shows white print on a dark fill.
    ink: the print, rules included, pen strokes excluded.
    pen: thick coloured strokes drawn by hand over the print.
    colour: the upright photo itself, BGR.
    to_photo: 2x3 matrix from a point here to a pixel of the photo.
    """

    grey: Grey
    ink: Mask
    pen: Mask
    colour: NDArray[np.uint8]
    to_photo: NDArray[np.float64]

    def photo_box(self, box: tuple[float, float, float, float]) -> tuple[float, ...]:
        """The upright box, in pixels of the photo, around a box of this sheet."""
        x0, top, x1, bottom = box
        corners = np.array([[x0, top, 1], [x1, top, 1], [x0, bottom, 1], [x1, bottom, 1]])
        points = corners @ self.to_photo.T
        low, high = points.min(axis=0), points.max(axis=0)
        return tuple(round(float(v), 1) for v in (low[0], low[1], high[0], high[1]))


def flatten(grey: Grey, text: float) -> Grey:
    """Divide out lighting, paper tint and fills; dark fills are turned to dark print on white.

    text: height of the print in pixels. Whatever is thinner than that counts as print.
    """
    fills = _dark_fills(grey, text)
    if fills.any():
        grey = np.where(fills, 255 - grey, grey).astype(np.uint8)
    size = max(5, round(text * 1.3)) | 1
    calm = cv2.GaussianBlur(grey, (0, 0), max(0.8, text * 0.08))  # noise must not lift the paper
    paper = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, _box(size, size))
    paper = cv2.blur(paper, (size // 2 | 1, size // 2 | 1))
    even = grey.astype(np.float32) * 255 / np.maximum(paper, 1)
    return np.clip(even, 0, 255).astype(np.uint8)


def _dark_fills(grey: Grey, text: float) -> Mask:
    """Cells and bands darker than half of the paper, whatever light print they carry."""
    dark = (grey < np.percentile(grey, 80) * 0.5).astype(np.uint8)
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, _box(text, text * 0.5))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, _box(text * 1.5, text * 1.2))
    return cv2.morphologyEx(solid, cv2.MORPH_OPEN, _box(text * 2, text * 1.2)).astype(bool)


def _box(width: float, height: float) -> NDArray[np.uint8]:
    return np.ones((max(1, round(height)), max(1, round(width))), np.uint8)


def text_height(ink: Mask) -> float | None:
    """The commonest height of a character, in pixels; None when there is no print."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    letters = (height >= 5) & (height <= 200) & (width >= height * 0.25) & (width <= height * 2)
    if letters.sum() < 5:
        return None
    counts = np.bincount(height[letters], minlength=210).astype(float)
    smooth = np.convolve(counts, [0.5, 1, 0.5], mode="same")
    return float(np.argmax(smooth * np.sqrt(np.arange(len(smooth)))))


def skew_angle(ink: Mask) -> float:
    """Degrees the lines of the page climb to the right, found from the sharpest row profile."""
    scale = min(1.0, 1000 / max(ink.shape))
    small = cv2.resize(ink.astype(np.uint8) * 255, None, fx=scale, fy=scale,
                       interpolation=cv2.INTER_AREA)

    def sharpness(angle: float) -> float:
        profile = _rotated(small, angle).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(profile)).sum())

    best = 0.0
    for reach, step in ((_SKEW_LIMIT, 0.5), (0.5, 0.1), (0.1, 0.025)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(max(angles, key=sharpness))
    return best


def _rotated(image: NDArray[Any], angle: float) -> NDArray[Any]:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR)


def pen_strokes(colour: NDArray[np.uint8], text: float) -> Mask:
    """Coloured strokes thicker than print but not filled areas: circles and marks made by hand."""
    hue = cv2.cvtColor(colour, cv2.COLOR_BGR2HSV)
    opaque = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY) < 160
    vivid = ((hue[..., 1] > 110) & (hue[..., 2] > 60) & opaque).astype(np.uint8)
    size = max(3, round(text * 0.45))
    thick = cv2.morphologyEx(
        vivid, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    )
    depth = cv2.distanceTransform(thick, cv2.DIST_L2, 3)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thick)
    drawn = np.zeros(count, bool)
    for label in range(1, count):
        left, top, width, height = stats[label, :4]
        part = np.s_[top : top + height, left : left + width]
        breadth = 2 * depth[part][labels[part] == label].max()
        short = min(width, height)
        drawn[label] = max(width, height) > text * 3 and (
            breadth < 0.45 * short or short < text * 1.3
        )
    near = cv2.dilate(drawn[labels].astype(np.uint8), _box(9, 9))
    return ((near > 0) & (cv2.dilate(vivid, _box(3, 3)) > 0)) | drawn[labels]


def prepare(photo: NDArray[np.uint8]) -> Sheet | None:
    """Scale, straighten and even out a colour photo; None when no print is found in it."""
    text = _survey_text(photo)
    if text is None:
        return None
    scale = min(TEXT_HEIGHT / text, _MAX_SCALE, _MAX_SIDE / max(photo.shape[:2]))
    turned, matrix = _upright(photo, scale)
    pen = pen_strokes(turned, TEXT_HEIGHT)
    grey = cv2.cvtColor(turned, cv2.COLOR_BGR2GRAY)
    grey[pen] = np.percentile(grey, 80)
    grey = flatten(grey, TEXT_HEIGHT)
    grey[pen] = 255
    inverse = cv2.invertAffineTransform(matrix)
    return Sheet(grey, grey < _INK_LEVEL, pen, turned, inverse)


def _survey_text(photo: NDArray[np.uint8]) -> float | None:
    """Height of the print in the photo's own pixels."""
    shrink = min(1.0, _SURVEY_SIDE / max(photo.shape[:2]))
    grey = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    guess = text_height(flatten(small, 20) < _INK_LEVEL)
    return None if guess is None else guess / shrink


def _upright(photo: NDArray[np.uint8], scale: float) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """The photo at `scale`, turned upright, and the 2x3 matrix that did it."""
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=kind)
    angle = skew_angle(flatten(cv2.cvtColor(scaled, cv2.COLOR_BGR2GRAY), TEXT_HEIGHT) < _INK_LEVEL)
    height, width = scaled.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    if abs(angle) >= 0.04:
        scaled = cv2.warpAffine(scaled, matrix, (width, height), flags=cv2.INTER_CUBIC,
                                borderMode=cv2.BORDER_REPLICATE)
    return scaled, matrix @ np.diag([scale, scale, 1.0])
