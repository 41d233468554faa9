"""XLSX and XLS workbooks."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import xlrd
from openpyxl.utils.exceptions import InvalidFileException

from ai_integration.reading.errors import (
    DocumentEncrypted,
    DocumentTooLarge,
    DocumentUnreadable,
    TooManyPages,
)
from ai_integration.reading.lines import ExtractedDocument
from ai_integration.reading.tables import Colour

from .rows import MOST_ROWS, SheetRow, document_of, sheet_table

Progress = Callable[[int, int, int], None]

XLSX_ENGINE = "embedded.xlsx"
XLS_ENGINE = "embedded.xls"
LARGEST_UNPACKED = 200 * 1024 * 1024
#: XML packs well, but a part over this ratio and larger than SMALL_PART was built to explode.
HIGHEST_RATIO = 200
SMALL_PART = 8 * 1024 * 1024
MOST_PARTS = 2_000
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_FAULTS = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
)
_XLS_FAULTS = (
    xlrd.XLRDError,
    xlrd.compdoc.CompDocError,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
# A cell whose formula is followed by no value, or an empty one.
_VALUELESS_FORMULA = re.compile(rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_ARGB = re.compile(r"^[0-9A-Fa-f]{8}$")


def read_xlsx(
    content: bytes, *, max_sheets: int, on_progress: Progress | None = None
) -> ExtractedDocument:
    """All offer lines of an XLSX workbook's visible sheets.

    Raises DocumentUnreadable, DocumentEncrypted, DocumentTooLarge (a zip bomb), TooManyPages or
    what `document_of` raises.
    """
    _check_package(content)
    try:
        # Links and macros are neither kept nor followed.
        workbook = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
    except _WORKBOOK_FAULTS as error:
        raise DocumentUnreadable("The workbook is damaged and cannot be opened.") from error
    try:
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        _check_count(len(sheets), max_sheets)
        formulas = _formula_sheets(content)
        tables = [
            sheet_table(number, _xlsx_rows(sheet, formulas.get(sheet.title)))
            for number, sheet in enumerate(sheets, start=1)
        ]
    except _WORKBOOK_FAULTS as error:
        raise DocumentUnreadable("The workbook is damaged and cannot be read.") from error
    finally:
        workbook.close()
    return document_of(tables, XLSX_ENGINE, on_progress)


def _check_package(content: bytes) -> None:
    """Judges the zip by its directory, before anything is unpacked."""
    if _ENCRYPTED_PACKAGE in content[: 64 * 1024]:
        raise DocumentEncrypted("The workbook is protected by a password.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise DocumentUnreadable("The file is not an XLSX workbook, or is cut short.") from error
    if any(part.flag_bits & 0x1 for part in parts):
        raise DocumentEncrypted("The workbook is protected by a password.")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
        raise DocumentTooLarge("The workbook would unpack to more than may be read.")
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > SMALL_PART and ratio > HIGHEST_RATIO:
            raise DocumentTooLarge("The workbook would unpack to more than may be read.")


def _check_count(sheets: int, max_sheets: int) -> None:
    if sheets > max_sheets:
        raise TooManyPages(sheets, max_sheets)


def _formula_sheets(content: bytes) -> dict[str, Any]:
    """The sheets with their formulas, by title; none where every formula keeps its last value.

    A program that is no spreadsheet may write a formula alone. Its value is unknown then, which
    is not the same as an empty cell: a name with an empty price is a company.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
        if not any(_VALUELESS_FORMULA.search(package.read(name)) for name in parts):
            return {}
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    return {sheet.title: sheet for sheet in workbook.worksheets}


def _xlsx_rows(sheet: Any, formulas: Any | None) -> Iterator[SheetRow]:
    """Rows of cells as they are shown; a formula without value as the formula itself."""
    if formulas is None:
        for row in _cells(sheet):
            yield [_xlsx_value(cell) for cell in row], _xlsx_fill(row)
        return
    for row, asked in zip(_cells(sheet), _cells(formulas), strict=False):
        values = [
            str(formula.value) if cell.value is None and formula.data_type == "f" else value
            for cell, formula, value in zip(row, asked, map(_xlsx_value, row), strict=False)
        ]
        yield values, _xlsx_fill(row)


def _cells(sheet: Any) -> Iterator[Any]:
    # The size a sheet claims may be a million rows of nothing; what is there is read instead.
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(max_row=MOST_ROWS + 1))


def _xlsx_value(cell: Any) -> object:
    """A cell's value; a share formatted as a percentage as it is shown: 0.225 is 22.5%."""
    return _as_shown(cell.value, cell.number_format or "")


def _as_shown(value: Any, number_format: str) -> object:
    if type(value) in (int, float) and "%" in number_format:
        return f"{round(value * 100, 6):.6f}".rstrip("0").rstrip(".") + "%"
    return value


def _xlsx_fill(row: Any) -> Colour | None:
    """The solid colour behind the first filled cell of a row."""
    first = next((cell for cell in row if cell.value not in (None, "")), None)
    if first is None or not first.has_style or first.fill.fill_type != "solid":
        return None
    colour = first.fill.fgColor
    if colour.type == "theme":
        # Theme 0 is the page's white; a tint of it still reads as shade.
        return None if colour.theme == 0 and not colour.tint else (float(colour.theme), colour.tint)
    if colour.type == "rgb" and _ARGB.match(str(colour.rgb)):
        channels = tuple(int(colour.rgb[i : i + 2], 16) / 255 for i in (2, 4, 6))
        return None if min(channels) >= 0.98 else channels
    return None


def read_xls(
    content: bytes, *, max_sheets: int, on_progress: Progress | None = None
) -> ExtractedDocument:
    """All offer lines of a legacy XLS workbook's visible sheets.

    Raises DocumentUnreadable, DocumentEncrypted, TooManyPages or what `document_of` raises.
    """
    if _ENCRYPTED_PACKAGE in content[: 64 * 1024]:
        raise DocumentEncrypted("The workbook is protected by a password.")
    workbook = _open_xls(content)
    sheets = [sheet for sheet in workbook.sheets() if sheet.visibility == 0]
    _check_count(len(sheets), max_sheets)
    tables = [
        sheet_table(number, _xls_rows(workbook, sheet))
        for number, sheet in enumerate(sheets, start=1)
    ]
    return document_of(tables, XLS_ENGINE, on_progress)


def _open_xls(content: bytes) -> Any:
    quiet = io.StringIO()
    try:
        return xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=quiet)
    except NotImplementedError:
        return xlrd.open_workbook(file_contents=content, logfile=quiet)
    except _XLS_FAULTS as error:
        if "encrypted" in str(error).lower():
            raise DocumentEncrypted("The workbook is protected by a password.") from error
        raise DocumentUnreadable("The workbook is damaged and cannot be opened.") from error


def _xls_rows(workbook: Any, sheet: Any) -> Iterator[SheetRow]:
    for number in range(sheet.nrows):
        cells = sheet.row(number)
        yield [_xls_value(workbook, cell) for cell in cells], _xls_fill(workbook, cells)


def _xls_value(workbook: Any, cell: Any) -> object:
    """A cell as it is shown: an error by its name (#N/A), 0.225 formatted as 22.5% as that."""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#ERROR!")
    if cell.ctype != xlrd.XL_CELL_NUMBER or cell.xf_index is None:
        return cell.value
    its_format = workbook.format_map.get(workbook.xf_list[cell.xf_index].format_key)
    return _as_shown(cell.value, its_format.format_str if its_format else "")


def _xls_fill(workbook: Any, cells: Any) -> Colour | None:
    if not workbook.formatting_info:
        return None
    first = next((cell for cell in cells if cell.value not in (None, "")), None)
    if first is None or first.xf_index is None:
        return None
    background = workbook.xf_list[first.xf_index].background
    rgb = workbook.colour_map.get(background.pattern_colour_index)
    if background.fill_pattern != 1 or rgb is None or min(rgb) >= 250:
        return None
    return tuple(channel / 255 for channel in rgb)
