"""The text of each line of print: read several times over, agreed on by vote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ai_integration.reading.numbers import western_digits

from .crops import Variant, line_crops, shown
from .digits import reveal_numbers
from .grid import Grid, PrintLine
from .image import Grey, Sheet
from .plus import Part, parts_beside, plus_signs, with_plus
from .tesseract import DIGITS, Request, Word, read_pictures
from .tiers import read_tiers
from .voting import elect, joined, mean_confidence

_SURE_NUMBER = 0.78
_POSSIBLE_NUMBER = 0.4
_SURE_PERCENT = 0.85
_NUMERIC = re.compile(r"^[0-9+.,/%]*[0-9][0-9+.,/%]*$")
_SHORT_NUMBER = re.compile(r"^\d{1,2}$")
_DEAL_AMONG_WORDS = re.compile(r"[0-9]\s*\+|\+\s*[0-9]")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_LATIN = re.compile(r"[A-Za-z]")

_FOR_NUMBERS = (Variant(21), Variant(30), Variant(39))
_FOR_ARABIC = (
    Variant(18),
    Variant(24),
    Variant(32),
    Variant(42, "soft"),
    Variant(36, "bold"),
    Variant(42, "sharp"),
)
_FOR_LATIN = (Variant(24), Variant(36))


@dataclass(frozen=True)
class Reading:
    """What a line says. confidence: 0..1, of its words and of the agreement between readings.

    numeric: digits and their signs only. sure_plus: its plus signs were checked against the shapes
    of the print; False where that failed or, among words, could not be done.
    """

    line: PrintLine
    text: str
    confidence: float
    numeric: bool
    sure_plus: bool = True


@dataclass(frozen=True)
class _Said:
    text: str
    confidence: float
    checked: bool = False


def read_lines(sheet: Sheet, grid: Grid) -> list[Reading]:
    """Read every line of the grid: as digits first, as Arabic and Latin words where it is none."""
    crops = line_crops(sheet, grid)
    numbers = [
        _Said(joined(words, ""), mean_confidence(words))
        for words in _vote(crops, "eng", _FOR_NUMBERS, only=DIGITS)
    ]
    wordy = [i for i, said in enumerate(numbers) if said.confidence < _SURE_NUMBER]
    words = dict(zip(wordy, _read_words([crops[i] for i in wordy]), strict=True))
    settled = [
        _settle(line, numbers[i], words.get(i, _Said("", 0.0))) for i, line in enumerate(grid.lines)
    ]
    return _with_plus_checked(settled, grid, crops)


def _vote(
    crops: Sequence[Grey], language: str, variants: Sequence[Variant], only: str = ""
) -> list[list[Word]]:
    """The words of each crop, by vote over its variants; boxes in pixels of the crop."""
    if not crops:
        return []
    pictures = [[shown(crop, variant) for crop in crops] for variant in variants]
    requests = [Request([p.pixels for p in row], language, only) for row in pictures]
    answers = [
        [
            [replace(w, box=picture.in_crop(w.box)) for w in words]
            for picture, words in zip(row, answer, strict=True)
        ]
        for row, answer in zip(pictures, read_pictures(requests), strict=True)
    ]
    trusted = (lambda words: True) if language == "eng" else _has_words
    return [
        elect([answer[i] if trusted(answer[i]) else [] for answer in answers])
        for i in range(len(crops))
    ]


def _has_words(words: Sequence[Word]) -> bool:
    """False for a reading of digits only: the Arabic model invents those from bold print."""
    return not _NUMERIC.match(joined(words, ""))


def _read_words(crops: Sequence[Grey]) -> list[_Said]:
    """Arabic with its numbers checked, unless the Latin reading is clearly the better one."""
    arabic = _with_percents(crops, _vote(crops, "ara", _FOR_ARABIC))
    latin = _vote(crops, "eng", _FOR_LATIN)
    said = [_by_script(ar, la) for ar, la in zip(arabic, latin, strict=True)]
    texts = reveal_numbers(crops, [s.text for s in said], _read_digits)
    deals = read_tiers(crops, _read_digits, _read_arabic)
    return [
        _Said(*deal, checked=True) if deal[0] else _Said(text, s.confidence)
        for text, s, deal in zip(texts, said, deals, strict=True)
    ]


def _read_arabic(crops: Sequence[Grey]) -> list[tuple[str, float]]:
    voted = _vote(crops, "ara", _FOR_ARABIC)
    return [(joined(words), mean_confidence(words)) for words in voted]


def _read_digits(crops: Sequence[Grey]) -> list[tuple[str, float]]:
    voted = _vote(crops, "eng", _FOR_NUMBERS[:2], only=DIGITS)
    return [(joined(words, ""), mean_confidence(words)) for words in voted]


def _by_script(arabic: Sequence[Word], latin: Sequence[Word]) -> _Said:
    confidence = mean_confidence(arabic), mean_confidence(latin)
    better = confidence[1] > max(0.6, confidence[0] + 0.05)
    if better and _LATIN.search(joined(latin)):
        return _Said(joined(latin), confidence[1])
    return _Said(joined(arabic), confidence[0])


def _with_percents(crops: Sequence[Grey], lines: list[list[Word]]) -> list[list[Word]]:
    """The Arabic model reads `%` as 96 or 90: short numbers are read again as digits alone."""
    places = [
        (i, k)
        for i, words in enumerate(lines)
        for k, word in enumerate(words)
        if _SHORT_NUMBER.match(word.text)
    ]
    parts = [
        crops[i][:, max(0, lines[i][k].box[0] - 3) : lines[i][k].box[2] + 3] for i, k in places
    ]
    kept = [place for place, part in zip(places, parts, strict=True) if part.size]
    again = _read_digits([part for part in parts if part.size])
    for (i, k), (text, confidence) in zip(kept, again, strict=True):
        if text == "%" and confidence >= _SURE_PERCENT:
            lines[i][k] = replace(lines[i][k], text="%")
    return lines


def _settle(line: PrintLine, number: _Said, words: _Said) -> Reading:
    spoken = western_digits(words.text)
    letters = bool(_ARABIC.search(spoken) or _LATIN.search(spoken))
    glued = spoken.replace(" ", "")
    if number.confidence >= _SURE_NUMBER or (number.confidence >= _POSSIBLE_NUMBER and not letters):
        return Reading(line, number.text, number.confidence, numeric=True)
    if _NUMERIC.match(glued) and words.confidence > number.confidence:
        return Reading(line, glued, words.confidence, numeric=True)
    sure = words.checked or not _DEAL_AMONG_WORDS.search(spoken)
    return Reading(line, words.text, words.confidence, numeric=False, sure_plus=sure)


def _with_plus_checked(readings: list[Reading], grid: Grid, crops: Sequence[Grey]) -> list[Reading]:
    """Numbers with their plus signs as the print has them; read part by part where they differ."""
    checked = list(readings)
    parts: list[tuple[int, Part]] = []
    for i, reading in enumerate(readings):
        if not reading.numeric:
            continue
        marks, signs = plus_signs(grid.text, reading.line.box)
        text, sure = with_plus(reading.text, marks, [sign.place for sign in signs])
        checked[i] = replace(reading, text=text, sure_plus=sure)
        if signs and not sure:
            width = reading.line.box[2] - reading.line.box[0]
            parts += [(i, part) for part in parts_beside(signs, width, marks)]
    answers = _read_digits([crops[i][:, part.x0 : part.x1 + 6] for i, part in parts])
    for i in {i for i, _ in parts}:
        found = [
            (part, *answer) for (k, part), answer in zip(parts, answers, strict=True) if k == i
        ]
        if all(_fits(part, text, confidence) for part, text, confidence in found):
            checked[i] = replace(
                checked[i],
                text="+".join(text for _, text, _ in found),
                confidence=min(confidence for _, _, confidence in found),
                sure_plus=True,
            )
    return checked


def _fits(part: Part, text: str, confidence: float) -> bool:
    return text.isdecimal() and len(text) == part.marks and confidence >= _POSSIBLE_NUMBER
