"""Arabic as it is drawn: joined letter forms, placed from right to left.

Only what a price list needs: the four forms of each letter, lam-alef, numbers and Latin words
running left to right inside the line.
"""

from __future__ import annotations

import re
import unicodedata

_FORMS: dict[str, dict[str, str]] = {}
_LAM_ALEF: dict[str, dict[str, str]] = {}
TATWEEL = "ـ"
_MIRRORED = str.maketrans("()[]{}<>", ")(][}{><")
_LEFT_TO_RIGHT_RUN = re.compile(
    r"[A-Za-z][A-Za-z0-9 .+&/-]*[A-Za-z0-9]|[A-Za-z]|\d+(?:[+.,/:]\d+)*[%]?"
)


def _learn_forms() -> None:
    for code in range(0xFE80, 0xFEFD):
        kind, *letters = unicodedata.decomposition(chr(code)).split()
        text = "".join(chr(int(letter, 16)) for letter in letters)
        table = _LAM_ALEF if len(text) == 2 else _FORMS
        table.setdefault(text, {})[kind.strip("<>")] = chr(code)


_learn_forms()


def _joins_next(letter: str) -> bool:
    return letter == TATWEEL or "initial" in _FORMS.get(letter, {})


def _joins_previous(letter: str) -> bool:
    return letter == TATWEEL or "final" in _FORMS.get(letter, {})


def shaped(text: str) -> list[str]:
    """The drawn forms of a text in reading order, one glyph each; lam-alef is one glyph."""
    glyphs: list[str] = []
    index = 0
    while index < len(text):
        pair = text[index : index + 2]
        before = text[index - 1] if index else ""
        width = 2 if pair in _LAM_ALEF else 1
        letters = text[index : index + width]
        after = text[index + width : index + width + 1]
        glyphs.append(_form(letters, before, after))
        index += width
    return glyphs


def _form(letters: str, before: str, after: str) -> str:
    forms = _LAM_ALEF.get(letters) or _FORMS.get(letters)
    if forms is None:
        return letters
    joined_before = bool(before) and _joins_next(before) and "final" in forms
    joined_after = bool(after) and _joins_previous(after) and "initial" in forms
    kind = {
        (False, False): "isolated",
        (False, True): "initial",
        (True, False): "final",
        (True, True): "medial",
    }[(joined_before, joined_after)]
    return forms.get(kind, letters)


def drawn_left_to_right(text: str) -> list[str]:
    """The glyphs of a line whose direction is right to left, as they stand from left to right."""
    runs: list[list[str]] = []
    position = 0
    for run in _LEFT_TO_RIGHT_RUN.finditer(text):
        runs.append(_turned(text, position, run.start()))
        runs.append(list(run.group()))
        position = run.end()
    runs.append(_turned(text, position, len(text)))
    return [glyph for run in reversed(runs) for glyph in run]


def _turned(text: str, start: int, end: int) -> list[str]:
    return [glyph.translate(_MIRRORED) for glyph in reversed(shaped(text[start:end]))]
