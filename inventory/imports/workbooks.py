"""Rows of the first visible sheet of an XLSX or XLS workbook."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable
from typing import Any, Protocol

import openpyxl
import xlrd

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")

NumberedCells = tuple[int, tuple[Any, ...]]


class WorkbookEncrypted(Exception):
    """A password protects it."""


class FormulaWithoutValue(Exception):
    """A program wrote a formula and nobody has computed it yet: its cell would read as empty."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


class Reader(Protocol):
    def __call__(
        self, content: bytes, *, most_rows: int, most_columns: int
    ) -> list[NumberedCells]: ...


def xlsx_rows(content: bytes, *, most_rows: int, most_columns: int) -> list[NumberedCells]:
    """Rows with anything in them; reading stops where there are too many anyway."""
    values = _filled(_xlsx_cells(content, most_columns, values=True), most_rows)
    if _has_formulas(content):
        _refuse_uncomputed(values, _xlsx_cells(content, most_columns, values=False), most_rows)
    return values


def _xlsx_cells(content: bytes, most_columns: int, *, values: bool) -> Iterable[tuple[Any, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl remarks on styles and extensions
        # Links and macros are neither kept nor followed.
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=values, keep_links=False
        )
        sheet: Any = next(
            (sheet for sheet in book.worksheets if sheet.sheet_state == "visible"),
            book.worksheets[0],
        )
        # The size a sheet claims may be a million rows of nothing; what is there is read instead.
        sheet.reset_dimensions()
        # One column more than allowed, so that a wider sheet is refused instead of cut.
        yield from sheet.iter_rows(max_col=most_columns + 1, values_only=True)


def _filled(lines: Iterable[tuple[Any, ...]], most_rows: int) -> list[NumberedCells]:
    rows: list[NumberedCells] = []
    for number, cells in enumerate(lines, start=1):
        if any(cell is not None for cell in cells):
            rows.append((number, cells))
        if len(rows) > most_rows:
            break
    return rows


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(
            _FORMULA.search(archive.read(name))
            for name in archive.namelist()
            if name.startswith("xl/worksheets/")
        )


def _refuse_uncomputed(
    values: list[NumberedCells], formulas: Iterable[tuple[Any, ...]], most_rows: int
) -> None:
    computed = dict(values)
    for number, cells in _filled(formulas, most_rows):
        known = computed.get(number, ())
        for position, cell in enumerate(cells):
            is_formula = isinstance(cell, str) and cell.startswith("=")
            if is_formula and (position >= len(known) or known[position] is None):
                raise FormulaWithoutValue(number)


def xls_rows(content: bytes, *, most_rows: int, most_columns: int) -> list[NumberedCells]:
    """Rows with anything in them of a workbook of Excel 97 to 2003."""
    if _ENCRYPTED_PACKAGE in content:
        raise WorkbookEncrypted
    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise WorkbookEncrypted from error
        raise
    sheet = next(
        (sheet for sheet in book.sheets() if sheet.visibility == 0), book.sheet_by_index(0)
    )
    lines = (
        tuple(_xls_value(book, cell) for cell in sheet.row(number)[: most_columns + 1])
        for number in range(sheet.nrows)
    )
    return _filled(lines, most_rows)


def _xls_value(book: Any, cell: Any) -> Any:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate.xldate_as_datetime(cell.value, book.datemode)
    if cell.ctype == xlrd.XL_CELL_NUMBER and float(cell.value).is_integer():
        return int(cell.value)
    return cell.value
