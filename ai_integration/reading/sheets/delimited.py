"""CSV files of any of the encodings and delimiters met in the trade."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable

from ai_integration.reading.errors import DocumentEmpty, DocumentUnreadable, TextUndecodable
from ai_integration.reading.lines import ExtractedDocument

from .rows import document_of, sheet_table

Progress = Callable[[int, int, int], None]

ENGINE = "embedded.csv"
DELIMITERS = ",;\t|"
#: Lines looked at to find the delimiter.
LINES_SAMPLED = 60
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What else than letters, digits and punctuation a text file holds.
_TEXT_CONTROLS = frozenset("\t\n\r\x0b\x0c\x1a")
_ARABIC_LETTERS_SHARE = 0.6


def read_csv(content: bytes, *, on_progress: Progress | None = None) -> ExtractedDocument:
    """All offer lines of a CSV file.

    UTF-8 (with or without mark), UTF-16 with mark and windows-1256; delimiter `,` `;` tab or `|`,
    by which one parts most lines alike. Raises TextUndecodable, DocumentUnreadable (not text) or
    what `document_of` raises.
    """
    text = decoded(content)
    if not text.strip():
        raise DocumentEmpty("The file has no text.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        table = sheet_table(1, ((row, None) for row in reader))
    except csv.Error as error:
        raise DocumentUnreadable("The file is not a table of separated values.") from error
    return document_of([table], ENGINE, on_progress)


def decoded(content: bytes) -> str:
    """The text of a file in one of the known encodings. Raises TextUndecodable."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    if b"\x00" in content:
        raise TextUndecodable("The file is not text.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = _windows_1256(content)
    if _has_controls(text):
        raise TextUndecodable("The file is not text.")
    return text


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TextUndecodable(f"The file claims to be {encoding} and is not.") from error


def _windows_1256(content: bytes) -> str:
    """Arabic windows text; accepted only where what is not ASCII is mostly Arabic letters.

    Every byte means something in windows-1256, so that success alone proves nothing.
    """
    text = content.decode("cp1256")
    foreign = [char for char in text if not char.isascii()]
    arabic = sum(1 for char in foreign if "\u0600" <= char <= "\u06ff")
    if arabic < _ARABIC_LETTERS_SHARE * len(foreign):
        raise TextUndecodable("The text is neither UTF-8 nor Arabic windows-1256.")
    return text


def _has_controls(text: str) -> bool:
    return any(char < " " and char not in _TEXT_CONTROLS for char in text)


def delimiter_of(text: str) -> str:
    """The delimiter that gives most lines the same number of cells, and more than one."""
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
