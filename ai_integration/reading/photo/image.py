"""From the bytes of a photo to an even, upright grey picture at a known text size."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .straighten import upright_matrix

# OpenCV's stubs do not say what its functions return, so the aliases cannot either.
Grey = NDArray[Any]
"""Brightness, uint8: 0 is black."""
Mask = NDArray[Any]
"""One bool per pixel."""

TEXT_HEIGHT = 30
"""Height in pixels every sheet's digits are scaled to: about 11 pt at 200 dpi."""

_SURVEY_SIDE = 1600
_MAX_SCALE = 5.0
_MAX_SIDE = 7000
_INK_LEVEL = 165
_PEN_SHARE = 0.65


@dataclass(frozen=True)
class Sheet:
    """An upright picture of the page with its background evened out.

    grey: paper is about 255 and print dark, also where the photo shows white print on a dark fill.
    ink: the print, rules included, pen strokes excluded.
    pen: thick strokes drawn by hand over the print.
    colour: the upright photo itself, BGR.
    to_photo: 3x3 matrix from a point here to a pixel of the photo.
    """

    grey: Grey
    ink: Mask
    pen: Mask
    colour: NDArray[Any]
    to_photo: NDArray[Any]

    def photo_box(
        self, box: tuple[float, float, float, float]
    ) -> tuple[float, float, float, float]:
        """The upright box, in pixels of the photo, around a box of this sheet."""
        x0, top, x1, bottom = box
        corners = np.array([[[x0, top]], [[x1, top]], [[x0, bottom]], [[x1, bottom]]], np.float64)
        points = cv2.perspectiveTransform(corners, self.to_photo).reshape(-1, 2)
        low, high = points.min(axis=0), points.max(axis=0)
        x0, top, x1, bottom = (round(float(edge), 1) for edge in (*low, *high))
        return x0, top, x1, bottom


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
    dark = (grey < 0.5 * _broad_paper(grey, text)).astype(np.uint8)
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, _box(text, text * 0.5))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, _box(text * 1.5, text * 1.2))
    return cv2.morphologyEx(solid, cv2.MORPH_OPEN, _box(text * 2, text * 1.2)).astype(bool)


def _box(width: float, height: float) -> NDArray[Any]:
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


def pen_strokes(grey: Grey, text: float) -> Mask:
    """Strokes far thicker than print but not filled areas: circles and marks made by hand."""
    dark = (grey < _PEN_SHARE * _broad_paper(grey, text)).astype(np.uint8)
    size = max(3, round(text * 0.6))
    thick = cv2.morphologyEx(
        dark, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    )
    depth = cv2.distanceTransform(thick, cv2.DIST_L2, 3)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thick)
    drawn = np.zeros(count, bool)
    for label in range(1, count):
        left, top, width, height = stats[label, :4]
        part = np.s_[top : top + height, left : left + width]
        breadth = 2 * depth[part][labels[part] == label].max()
        short = min(width, height)
        drawn[label] = max(width, height) > text * 5 and (
            breadth < 0.45 * short or short < text * 1.3
        )
    near = cv2.dilate(drawn[labels].astype(np.uint8), _box(9, 9))
    return ((near > 0) & (cv2.dilate(dark, _box(3, 3)) > 0)) | drawn[labels]


def _broad_paper(grey: Grey, text: float) -> NDArray[Any]:
    """Brightness of the paper around each pixel, judged over an area no stroke fills."""
    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    size = max(3, round(text * 0.75))
    paper = cv2.blur(cv2.dilate(small, _box(size, size)), (size, size))
    sized = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return sized.astype(np.float32)


def prepare(photo: NDArray[Any]) -> Sheet | None:
    """Scale, straighten and even out a colour photo; None when no print is found in it."""
    text = _survey_text(photo)
    if text is None:
        return None
    scale = min(TEXT_HEIGHT / text, _MAX_SCALE, _MAX_SIDE / max(photo.shape[:2]))
    turned, matrix = _upright(photo, scale)
    grey = cv2.cvtColor(turned, cv2.COLOR_BGR2GRAY)
    pen = pen_strokes(grey, TEXT_HEIGHT)
    grey[pen] = _broad_paper(grey, TEXT_HEIGHT)[pen].astype(np.uint8)
    grey = flatten(grey, TEXT_HEIGHT)
    grey[pen] = 255
    inverse = np.linalg.inv(matrix)
    return Sheet(grey, grey < _INK_LEVEL, pen, turned, inverse)


def _survey_text(photo: NDArray[Any]) -> float | None:
    """Height of the print in the photo's own pixels."""
    shrink = min(1.0, _SURVEY_SIDE / max(photo.shape[:2]))
    grey = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    guess = text_height(flatten(small, 20) < _INK_LEVEL)
    return None if guess is None else guess / shrink


def _upright(photo: NDArray[Any], scale: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """The photo at `scale` and upright, and the 3x3 matrix that did it."""
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=kind)
    grey = flatten(cv2.cvtColor(scaled, cv2.COLOR_BGR2GRAY), TEXT_HEIGHT)
    matrix = upright_matrix(grey < _INK_LEVEL, TEXT_HEIGHT)
    if not np.allclose(matrix, np.eye(3)):
        size = (scaled.shape[1], scaled.shape[0])
        matrix, size = _whole(matrix, size)
        scaled = cv2.warpPerspective(
            scaled, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
    return scaled, matrix @ np.diag([scale, scale, 1.0])


def _whole(matrix: NDArray[Any], size: tuple[int, int]) -> tuple[NDArray[Any], tuple[int, int]]:
    """The matrix moved, and the size grown, so that nothing of the picture falls outside."""
    width, height = size
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float64)
    points = cv2.perspectiveTransform(corners, matrix).reshape(-1, 2)
    low, high = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
    move = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]])
    grown = np.minimum(high - low, np.array(size) * 1.3).astype(int)
    return move @ matrix, (int(grown[0]), int(grown[1]))
