"""CSV: a header and plain rows, for programs and for Excel."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.text import spreadsheet_safe
from files.rendering.cells import plain_text
from files.rendering.document import Column, Row, TableDocument

_BYTE_ORDER_MARK = "\ufeff"  # without it Excel misreads Arabic


class _Echo:
    """A file whose writes come back as return values."""

    def write(self, text: str) -> str:
        return text


def csv_lines(document: TableDocument) -> Iterator[bytes]:
    """The document line by line, UTF-8 with a byte order mark.

    Sections become a first column. No text can be taken for a formula by a spreadsheet (OWASP,
    "CSV injection"); numbers, negative ones too, stay numbers.
    """
    writer = csv.writer(_Echo())
    grouped = document.has_section_titles
    header = [_("Section")] if grouped else []
    header += [str(column.title) for column in document.columns]
    yield _encoded(_BYTE_ORDER_MARK + writer.writerow(spreadsheet_safe(text) for text in header))
    for section, row in document.rows():
        leading = [spreadsheet_safe(str(section.title))] if grouped else []
        yield _encoded(writer.writerow([*leading, *_cells(document.columns, row)]))


def _cells(columns: tuple[Column, ...], row: Row) -> Iterator[str]:
    for column, value in zip(columns, row.cells, strict=True):
        text = plain_text(value, column)
        yield text if column.kind.is_number and _is_number(text) else spreadsheet_safe(text)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


def _encoded(line: str) -> bytes:
    return line.encode()
