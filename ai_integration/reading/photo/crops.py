"""Small pictures of single lines, made easy to read."""

from dataclasses import dataclass

import cv2
import numpy as np

from .grid import Box, Grid
from .image import Grey, Sheet

_MARGIN = 12
_LARGEST_SCALE = 2.0
_NEAR = np.ones((7, 7), np.uint8)


@dataclass(frozen=True)
class Variant:
    """A way to show a line: its height in pixels, and a treatment of its strokes.

    Tesseract's mistakes change with both, so several variants outvote the mistake of one.
    """

    height: int
    stroke: str = "plain"


@dataclass(frozen=True)
class Picture:
    """A crop as it is shown to Tesseract; scale: its pixels per pixel of the crop."""

    pixels: Grey
    scale: float

    def in_crop(self, box: Box) -> Box:
        """A box of this picture in pixels of the crop."""
        x0, top, x1, bottom = (round((edge - _MARGIN) / self.scale) for edge in box)
        return x0, top, x1, bottom


def line_crops(sheet: Sheet, grid: Grid) -> list[Grey]:
    """Every line of the grid alone, without rules and neighbours, black on white."""
    near = cv2.dilate(grid.text.astype(np.uint8), _NEAR)
    clean = np.where(near > 0, sheet.grey, 255).astype(np.uint8)
    return [_crop(clean, line.box) for line in grid.lines]


def _crop(clean: Grey, box: Box) -> Grey:
    x0, top, x1, bottom = box
    part = clean[max(0, top - 3) : bottom + 3, max(0, x0 - 3) : x1 + 3].astype(np.float32)
    dark = float(np.percentile(part, 2))
    stretched = np.clip((part - dark) * 255 / max(30.0, 250 - dark), 0, 255)
    return stretched.astype(np.uint8)


def shown(crop: Grey, variant: Variant) -> Picture:
    """The crop as the variant shows it, with a white margin."""
    scale = min(_LARGEST_SCALE, variant.height / crop.shape[0])
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=kind)
    framed = cv2.copyMakeBorder(
        sized, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=(255,)
    )
    return Picture(_stroked(framed, variant.stroke), scale)


def _stroked(picture: Grey, stroke: str) -> Grey:
    if stroke == "soft":
        return cv2.GaussianBlur(picture, (0, 0), 0.8)
    if stroke == "bold":
        return cv2.erode(picture, np.ones((2, 2), np.uint8))
    if stroke == "sharp":
        soft = cv2.GaussianBlur(picture, (0, 0), 1.5)
        return cv2.addWeighted(picture, 2, soft, -1, 0)
    return picture
