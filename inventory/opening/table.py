"""Bytes of a CSV or XLSX file -> numbered rows of cells, within limits."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from charset_normalizer import from_bytes
from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import FieldProblem
from inventory.errors import OpeningFileTooLarge, OpeningFileUnreadable

Cell = str | int | float | bool | date | datetime | None

MAX_ROWS = 100_000
MAX_COLUMNS = 60
MAX_CELL_CHARACTERS = 2_000
DELIMITERS = (",", ";", "\t", "|")
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file. number: as the person sees it, the first line of the file is 1."""

    number: int
    cells: tuple[Cell, ...]

    def is_empty(self) -> bool:
        return all(cell is None or str(cell).strip() == "" for cell in self.cells)


def table_read(content: bytes) -> list[Row]:
    """The non-empty rows of a CSV or XLSX file; which it is decides the content, not a name.

    Raises OpeningFileTooLarge, OpeningFileUnreadable.
    """
    if not content.strip():
        raise _unreadable("empty_file", _("The file is empty."))
    if len(content) > settings.FILE_MAX_BYTES:
        raise OpeningFileTooLarge(
            _("The file has %(size)d bytes; %(limit)d are allowed.")
            % {"size": len(content), "limit": settings.FILE_MAX_BYTES}
        )
    rows = _xlsx_rows(content) if content.startswith(_ZIP) else _csv_rows(_decoded(content))
    return list(_limited(rows))


def _limited(rows: Iterable[Row]) -> Iterator[Row]:
    count = 0
    for row in rows:
        if row.is_empty():
            continue
        count += 1
        if count > MAX_ROWS + 1:
            raise OpeningFileTooLarge(
                _("The file has more than %(limit)d rows; split it.") % {"limit": MAX_ROWS}
            )
        yield row


def _unreadable(code: str, detail: str) -> OpeningFileUnreadable:
    return OpeningFileUnreadable(errors=[FieldProblem("file", code, detail)])


def _decoded(content: bytes) -> str:
    if content.startswith((_OLE, _PDF)) or (
        b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        raise _unreadable(
            "not_a_table",
            _("This is neither CSV nor XLSX (or it is protected by a password). Save it as XLSX."),
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        guess = from_bytes(content, cp_isolation=["utf_16", "cp1256"]).best()
    if guess is None:
        raise _unreadable(
            "unknown_encoding",
            _("The file's encoding is not known. Save it as UTF-8 or as XLSX."),
        )
    return str(guess).lstrip("\ufeff")


def _csv_rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    try:
        for cells in reader:
            # A quoted line break makes a row of several lines: number it by its first.
            yield Row(number + 1, _checked(cells, number + 1))
            number = reader.line_num
    except csv.Error as error:
        raise _unreadable(
            "broken_csv",
            _("Line %(line)d cannot be read: look for a quotation mark that is not closed.")
            % {"line": number + 1},
        ) from error


def _delimiter(text: str) -> str:
    """The separator that occurs most in the first line that has any."""
    for line in text.splitlines()[:20]:
        counts = {delimiter: line.count(delimiter) for delimiter in DELIMITERS}
        if any(counts.values()):
            return max(counts, key=lambda delimiter: counts[delimiter])
    return ","


def _xlsx_rows(content: bytes) -> Iterator[Row]:
    _refuse_bomb(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl remarks on styles and extensions
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet: Any = book.worksheets[0]
            sheet.reset_dimensions()
            rows = _filled_rows(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True))
        except Exception as error:
            raise _unreadable(
                "broken_xlsx", _("The workbook is damaged or is no XLSX file. Save it again.")
            ) from error
    for row in rows:
        yield Row(row.number, _checked(row.cells, row.number))


def _filled_rows(lines: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Rows with anything in them; reading stops where there are too many anyway."""
    rows: list[Row] = []
    for number, cells in enumerate(lines, start=1):
        if any(cell is not None for cell in cells):
            rows.append(Row(number, cells))
        if len(rows) > MAX_ROWS + 1:
            break
    return rows


def _refuse_bomb(content: bytes) -> None:
    """Sizes come from the archive's directory; zipfile reads no member beyond its stated size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _unreadable(
            "broken_xlsx", _("The workbook is damaged or is no XLSX file. Save it again.")
        ) from error
    if unpacked > settings.FILE_MAX_UNPACKED_BYTES:
        raise OpeningFileTooLarge(
            _("Unpacked, the workbook has %(size)d bytes; %(limit)d are allowed.")
            % {"size": unpacked, "limit": settings.FILE_MAX_UNPACKED_BYTES}
        )


def _checked(cells: Iterable[Any], number: int) -> tuple[Cell, ...]:
    checked = tuple(cells)
    if len(checked) > MAX_COLUMNS and any(checked[MAX_COLUMNS:]):
        raise _unreadable(
            "too_many_columns",
            _("Row %(row)d has more than %(limit)d columns.")
            % {"row": number, "limit": MAX_COLUMNS},
        )
    for cell in checked:
        if isinstance(cell, str) and len(cell) > MAX_CELL_CHARACTERS:
            raise _unreadable(
                "cell_too_long",
                _("Row %(row)d has a cell of more than %(limit)d characters.")
                % {"row": number, "limit": MAX_CELL_CHARACTERS},
            )
    return checked[:MAX_COLUMNS]
