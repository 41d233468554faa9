"""The text of each line of print: read several times, agreed on by vote."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..numbers import western_digits
from .grid import Box, Grid, PrintLine
from .image import TEXT_HEIGHT, Grey, Sheet
from .plus import verified_plus
from .tesseract import DIGITS, Request, Word, read_pictures

_MARGIN = 12
_NUMBER_SCALES = (0.7, 1.0, 1.3)
_WORD_SCALES = (0.6, 0.8, 1.0, 1.3)
_LATIN_SCALES = (0.8, 1.2)
_SURE_NUMBER = 0.78
_POSSIBLE_NUMBER = 0.4
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NUMERIC = re.compile(r"^[\d+.,/%]*\d[\d+.,/%]*$")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class Reading:
    """What a line says. confidence: 0..1, of the words and of the agreement between readings.

    numeric: digits and their signs only. raw: another reading of the same print, if it differs.
    """

    line: PrintLine
    text: str
    confidence: float
    numeric: bool
    sure_plus: bool = True


def read_lines(sheet: Sheet, grid: Grid) -> list[Reading]:
    """Read every line of the grid: as digits first, as Arabic and Latin words where it is none."""
    clean = _without_rules(sheet, grid)
    crops = [_crop(clean, line.box) for line in grid.lines]
    numbers = _vote(crops, "eng", _NUMBER_SCALES, only=DIGITS)
    wordy = [i for i, (_, confidence) in enumerate(numbers) if confidence < _SURE_NUMBER]
    words = _read_words([crops[i] for i in wordy])
    spoken = dict(zip(wordy, words, strict=True))
    return [
        _settle(line, grid, numbers[i], spoken.get(i, ("", 0.0)))
        for i, line in enumerate(grid.lines)
    ]


def _without_rules(sheet: Sheet, grid: Grid) -> Grey:
    near = cv2.dilate(grid.text.astype(np.uint8), np.ones((7, 7), np.uint8))
    return np.where(near > 0, sheet.grey, 255).astype(np.uint8)


def _crop(clean: Grey, box: Box) -> Grey:
    """The line alone in black on white, whatever colour it was printed in."""
    x0, top, x1, bottom = box
    part = clean[max(0, top - 3) : bottom + 3, max(0, x0 - 3) : x1 + 3].astype(np.float32)
    dark = float(np.percentile(part, 2))
    stretched = np.clip((part - dark) * 255 / max(30.0, 250 - dark), 0, 255)
    return stretched.astype(np.uint8)


def _scaled(crop: Grey, scale: float) -> NDArray[np.uint8]:
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = crop if scale == 1 else cv2.resize(crop, None, fx=scale, fy=scale, interpolation=kind)
    return cv2.copyMakeBorder(
        sized, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=255
    )


def _vote(
    crops: Sequence[Grey], language: str, scales: Sequence[float], only: str = ""
) -> list[tuple[str, float]]:
    """Each crop's text by vote over several sizes, with its confidence."""
    requests = [
        Request([_scaled(crop, scale) for crop in crops], language, only) for scale in scales
    ]
    answers = read_pictures(requests)
    joint = "" if only else " "
    return [elect([sheet[i] for sheet in answers], joint) for i in range(len(crops))]


def elect(readings: Sequence[Sequence[Word]], joint: str = " ") -> tuple[str, float]:
    """The text with most weight; its confidence is its own, lowered by those who disagree."""
    weights: dict[str, float] = defaultdict(float)
    votes: dict[str, int] = defaultdict(int)
    for words in readings:
        text = _INVISIBLE.sub("", joint.join(word.text for word in words)).strip()
        if text:
            length = sum(len(word.text) for word in words)
            weights[text] += sum(w.confidence * len(w.text) for w in words) / length
            votes[text] += 1
    if not weights:
        return "", 0.0
    best = max(weights, key=lambda text: weights[text])
    agreement = votes[best] / len(readings)
    return best, weights[best] / votes[best] * (0.6 + 0.4 * agreement)


def _read_words(crops: Sequence[Grey]) -> list[tuple[str, float]]:
    """Arabic, unless the Latin reading is clearly the better one."""
    if not crops:
        return []
    arabic = _vote(crops, "ara", _WORD_SCALES)
    latin = _vote(crops, "eng", _LATIN_SCALES)
    return [_by_script(ar, la) for ar, la in zip(arabic, latin, strict=True)]


def _by_script(arabic: tuple[str, float], latin: tuple[str, float]) -> tuple[str, float]:
    if latin[1] > max(0.6, arabic[1] + 0.05) and _LATIN.search(latin[0]):
        return latin
    return arabic


def _settle(
    line: PrintLine, grid: Grid, number: tuple[str, float], words: tuple[str, float]
) -> Reading:
    spoken = western_digits(words[0])
    letters = bool(_ARABIC.search(spoken) or _LATIN.search(spoken))
    if number[1] >= _SURE_NUMBER or (number[1] >= _POSSIBLE_NUMBER and not letters):
        reading = Reading(line, number[0], number[1], True)
    elif _NUMERIC.match(spoken.replace(" ", "")) and words[1] > number[1]:
        reading = Reading(line, spoken.replace(" ", ""), words[1], True)
    else:
        return Reading(line, words[0], words[1], False)
    text, sure = verified_plus(reading.text, grid.text, line.box)
    return replace(reading, text=text, sure_plus=sure)


__all__ = ["TEXT_HEIGHT", "Reading", "elect", "read_lines"]
