"""Bytes of a CSV, XLS or XLSX file -> numbered rows of cells, within limits."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.textfile import UndecodableText, delimiter_of, text_decode
from inventory.errors import ImportFileTooLarge, ImportFileUnreadable
from inventory.imports import workbooks

Cell = str | int | float | bool | date | datetime | None

MAX_ROWS = 100_000
MAX_COLUMNS = 80
MAX_CELL_CHARACTERS = 2_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BROKEN_WORKBOOK = "broken_workbook"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file. number: as the person sees it, the first line of the file is 1."""

    number: int
    cells: tuple[Cell, ...]

    def is_empty(self) -> bool:
        return all(cell is None or str(cell).strip() == "" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A file's non-empty rows. encoding: of a CSV, else the kind of workbook (xls, xlsx)."""

    encoding: str
    rows: list[Row]


def table_read(content: bytes) -> Table:
    """The first sheet of a workbook, or a CSV; which it is decides the content, not a name.

    Raises ImportFileTooLarge, ImportFileUnreadable.
    """
    if not content.strip():
        raise unreadable("empty_file", _("The file is empty."))
    if len(content) > settings.FILE_MAX_BYTES:
        raise ImportFileTooLarge(
            _("The file has %(size)d bytes; %(limit)d are allowed.")
            % {"size": len(content), "limit": settings.FILE_MAX_BYTES}
        )
    if content.startswith(_ZIP):
        _refuse_bomb(content)
        return Table("xlsx", list(_limited(_workbook_rows(workbooks.xlsx_rows, content))))
    if content.startswith(_OLE):
        return Table("xls", list(_limited(_workbook_rows(workbooks.xls_rows, content))))
    text, encoding = _decoded(content)
    return Table(encoding, list(_limited(_csv_rows(text))))


def unreadable(code: str, detail: str) -> ImportFileUnreadable:
    return ImportFileUnreadable(errors=[FieldProblem("file", code, detail)])


def _limited(rows: Iterable[Row]) -> Iterator[Row]:
    count = 0
    for row in rows:
        if row.is_empty():
            continue
        count += 1
        if count > MAX_ROWS + 1:
            raise ImportFileTooLarge(
                _("The file has more than %(limit)d rows; split it.") % {"limit": MAX_ROWS}
            )
        yield row


def _decoded(content: bytes) -> tuple[str, str]:
    try:
        return text_decode(content)
    except UndecodableText as error:
        if b"\x00" in content or content.startswith(b"%PDF"):
            raise unreadable(
                "not_a_table", _("This is neither CSV nor a workbook. Save it as XLSX.")
            ) from error
        raise unreadable(
            "unknown_encoding",
            _("The file's encoding is not known. Save it as UTF-8 or as XLSX."),
        ) from error


def _csv_rows(text: str) -> Iterator[Row]:
    delimiter = delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            # A quoted line break makes a row of several lines: number it by its first.
            first, number = number + 1, reader.line_num
            if first == 1 and delimiter.join(cells).lower() == f"sep={delimiter}":
                continue
            yield Row(first, _checked(cells, first))
    except csv.Error as error:
        raise unreadable(
            "broken_csv",
            _("Line %(line)d cannot be read: look for a quotation mark that is not closed.")
            % {"line": number + 1},
        ) from error


def _workbook_rows(read: workbooks.Reader, content: bytes) -> Iterator[Row]:
    try:
        rows = read(content, most_rows=MAX_ROWS + 1, most_columns=MAX_COLUMNS)
    except workbooks.WorkbookEncrypted as error:
        raise unreadable(
            "protected", _("The workbook is protected by a password. Save it without one.")
        ) from error
    except workbooks.FormulaWithoutValue as error:
        raise unreadable(
            "formula_without_value",
            _("Row %(row)d has a formula whose result was never saved. Open the file in Excel and "
              "save it again, or paste the values.")
            % {"row": error.row},
        ) from error  # fmt: skip
    except Exception as error:  # the libraries fail in many ways on damaged files
        raise unreadable(
            _BROKEN_WORKBOOK, _("The workbook is damaged or is no workbook. Save it again.")
        ) from error
    for number, cells in rows:
        yield Row(number, _checked(cells, number))


def _refuse_bomb(content: bytes) -> None:
    """Sizes come from the archive's directory; zipfile reads no member beyond its stated size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise unreadable(
            _BROKEN_WORKBOOK, _("The workbook is damaged or is no workbook. Save it again.")
        ) from error
    if unpacked > settings.FILE_MAX_UNPACKED_BYTES:
        raise ImportFileTooLarge(
            _("Unpacked, the workbook has %(size)d bytes; %(limit)d are allowed.")
            % {"size": unpacked, "limit": settings.FILE_MAX_UNPACKED_BYTES}
        )


def _checked(cells: Iterable[Any], number: int) -> tuple[Cell, ...]:
    checked = tuple(cells)
    if len(checked) > MAX_COLUMNS and any(checked[MAX_COLUMNS:]):
        raise unreadable(
            "too_many_columns",
            _("Row %(row)d has more than %(limit)d columns.")
            % {"row": number, "limit": MAX_COLUMNS},
        )
    for cell in checked:
        if isinstance(cell, str) and len(cell) > MAX_CELL_CHARACTERS:
            raise unreadable(
                "cell_too_long",
                _("Row %(row)d has a cell of more than %(limit)d characters.")
                % {"row": number, "limit": MAX_CELL_CHARACTERS},
            )
    return checked[:MAX_COLUMNS]
