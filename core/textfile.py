"""Bytes of a text file -> its text, and how its cells are parted: pure functions, no settings.

What pharmacies send is UTF-8 (with or without its mark), UTF-16 with its mark, or windows-1256,
which is what an Arabic Excel writes as CSV.
"""

from __future__ import annotations

import codecs
import csv
from collections import Counter

__all__ = ["UndecodableText", "delimiter_of", "text_decode"]

DELIMITERS = ",;\t|"
# Lines looked at to find the delimiter.
LINES_SAMPLED = 60
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What else than letters, digits and punctuation a text file holds.
_TEXT_CONTROLS = frozenset("\t\n\r\x0b\x0c\x1a")
_ARABIC_LETTERS_SHARE = 0.6


class UndecodableText(ValueError):
    """The bytes are no text, or in no encoding that could be recognised."""


def text_decode(content: bytes) -> tuple[str, str]:
    """The text without its mark, and the encoding: utf-8, utf-16 or windows-1256.

    Raises UndecodableText.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), encoding.removesuffix("-sig")
    if b"\x00" in content:
        raise UndecodableText("The file is not text.")
    try:
        text, encoding = content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = _windows_1256(content), "windows-1256"
    if any(char < " " and char not in _TEXT_CONTROLS for char in text):
        raise UndecodableText("The file is not text.")
    return text, encoding


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableText(f"The file claims to be {encoding} and is not.") from error


def _windows_1256(content: bytes) -> str:
    """Arabic windows text; accepted only where what is not ASCII is mostly Arabic letters.

    Every byte means something in windows-1256, so that success alone proves nothing; but signs
    that are the same in windows-1252 (®, µ, é, …) do not depend on which of them it is.
    """
    text = content.decode("cp1256")
    foreign = [char for char in text if not char.isascii()]
    arabic = sum(1 for char in foreign if "\u0600" <= char <= "\u06ff")
    if arabic >= _ARABIC_LETTERS_SHARE * len(foreign):
        return text
    if text == content.decode("cp1252", errors="replace"):
        return text
    raise UndecodableText("The text is neither UTF-8 nor Arabic windows-1256.")


def delimiter_of(text: str) -> str:
    """What parts the cells: Excel's ``sep=;`` line, else what gives most lines as many cells.

    One of ``,`` ``;`` tab ``|``; a comma where nothing parts anything.
    """
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS and text[4:5]:
        return text[4]
    lines = [line for line in text.splitlines()[: LINES_SAMPLED * 2] if line.strip()]
    sample = lines[:LINES_SAMPLED]
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return (0.0, 0)
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    return (count / max(len(lines), 1), width) if width > 1 else (0.0, 0)
