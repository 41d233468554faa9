"""CSV files of any of the encodings and delimiters met in the trade."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from ai_integration.reading.errors import DocumentEmpty, DocumentUnreadable, TextUndecodable
from ai_integration.reading.lines import ExtractedDocument
from core.textfile import UndecodableText, delimiter_of, text_decode

from .rows import document_of, sheet_table

Progress = Callable[[int, int, int], None]

ENGINE = "embedded.csv"
_EXCELS_LINE = re.compile(r"\A\s*\"?sep=.\"?[ \t]*(?:\r\n|\r|\n|\Z)", re.IGNORECASE)


def read_csv(content: bytes, *, on_progress: Progress | None = None) -> ExtractedDocument:
    """All offer lines of a CSV file, in any encoding and with any delimiter of `core.textfile`.

    Raises TextUndecodable, DocumentUnreadable (not text) or what `document_of` raises.
    """
    try:
        text, _ = text_decode(content)
    except UndecodableText as error:
        raise TextUndecodable(str(error)) from error
    if not text.strip():
        raise DocumentEmpty("The file has no text.")
    delimiter = delimiter_of(text)
    # Excel's own line `sep=;` says how cells are parted and is no row of the table.
    table_text = _EXCELS_LINE.sub(r"\n", text, count=1)
    reader = csv.reader(io.StringIO(table_text, newline=""), delimiter=delimiter)
    try:
        table = sheet_table(1, ((row, None) for row in reader))
    except csv.Error as error:
        raise DocumentUnreadable("The file is not a table of separated values.") from error
    return document_of([table], ENGINE, on_progress)
