"""XLSX: real numbers and dates, right to left in Arabic, the header in sight while scrolling."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from files.rendering.cells import number_format, spreadsheet_value
from files.rendering.document import Column, ColumnKind, RowKind, TableDocument, Text, is_arabic
from files.rendering.errors import ExportTooLong

MAX_ROWS = 1_000_000  # a sheet of Excel has 1,048,576
MAX_CELL_CHARACTERS = 32_767
_IN_MEMORY_BYTES = 2_000_000
_CHUNK_BYTES = 64 * 1024
_SHEET_TITLE_CHARACTERS = 31
_NOT_IN_SHEET_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

_BOLD = Font(bold=True)
_TITLE = Font(bold=True, size=14)
_HEADER_FILL = PatternFill("solid", fgColor="FFE8EEF4")
_RULE = Border(top=Side(style="thin", color="FF7A8794"))
_WIDTHS = {ColumnKind.TEXT: 32, ColumnKind.DATETIME: 18, ColumnKind.DATE: 13}
_NUMBER_WIDTH = 18


def xlsx_chunks(document: TableDocument) -> Iterator[bytes]:
    """The workbook in chunks; it is written to a temporary file, row by row.

    Raises ExportTooLong beyond what one sheet holds.
    """
    workbook = Workbook(write_only=True)
    writer = _SheetWriter(workbook, document)
    try:
        writer.write()
    except BaseException:
        writer.discard()
        raise
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - closed by _chunks
    workbook.save(file)
    file.seek(0)
    return _chunks(file)


def _chunks(file: Any) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


class _SheetWriter:
    """One sheet: title lines, header, sections, notes. openpyxl takes rows in order only."""

    def __init__(self, workbook: Workbook, document: TableDocument) -> None:
        self.document = document
        self.sheet: Any = workbook.create_sheet(_sheet_title(document.title))
        self.written = 0

    def write(self) -> None:
        self._lay_out()
        self._line(self.document.title, font=_TITLE)
        for text in self.document.lines:
            self._line(text)
        self._header()
        for section in self.document.sections:
            if str(section.title):
                self._line(section.title, font=_BOLD)
            for row in section.rows:
                self._row(row.cells, row.kind, row.level)
        for text in self.document.notes:
            self._line(text)

    def discard(self) -> None:
        """Remove the temporary file that openpyxl writes the rows to."""
        self.sheet.close()
        self.sheet._writer.cleanup()

    def _lay_out(self) -> None:
        header_row = len(self.document.lines) + 2
        self.sheet.sheet_view.rightToLeft = is_arabic()
        self.sheet.freeze_panes = f"A{header_row + 1}"
        self.sheet.print_title_rows = f"{header_row}:{header_row}"
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True
        for position, column in enumerate(self.document.columns, start=1):
            width = _WIDTHS.get(column.kind, _NUMBER_WIDTH)
            self.sheet.column_dimensions[get_column_letter(position)].width = width

    def _header(self) -> None:
        cells = [self._text(column.title, font=_BOLD) for column in self.document.columns]
        for cell, column in zip(cells, self.document.columns, strict=True):
            cell.fill = _HEADER_FILL
            cell.alignment = Alignment(
                horizontal="right" if column.kind.is_number else None, wrap_text=True
            )
        self._append(cells)

    def _row(self, values: tuple[Any, ...], kind: RowKind, level: int) -> None:
        cells = [
            self._cell(value, column)
            for value, column in zip(values, self.document.columns, strict=True)
        ]
        if level and cells:
            cells[0].alignment = Alignment(indent=level)
        if kind != RowKind.DETAIL:
            for cell in cells:
                cell.font = _BOLD
                if kind != RowKind.HEADING:
                    cell.border = _RULE
        self._append(cells)

    def _cell(self, value: Any, column: Column) -> Any:
        written = spreadsheet_value(value, column)
        if isinstance(written, str):
            return self._text(written)
        cell = WriteOnlyCell(self.sheet, value=written)
        cell.number_format = number_format(column.kind)
        return cell

    def _text(self, text: Text, *, font: Font | None = None) -> Any:
        shown = ILLEGAL_CHARACTERS_RE.sub("", str(text))[:MAX_CELL_CHARACTERS]
        cell = WriteOnlyCell(self.sheet, value=shown)
        cell.data_type = "s"  # openpyxl would take "=..." for a formula and "#N/A" for an error
        if font is not None:
            cell.font = font
        return cell

    def _line(self, text: Text, *, font: Font | None = None) -> None:
        self._append([self._text(text, font=font)])

    def _append(self, cells: list[Any]) -> None:
        if self.written >= MAX_ROWS:
            raise ExportTooLong(
                _("At most %(rows)d rows fit a sheet; narrow the period or take the CSV.")
                % {"rows": MAX_ROWS}
            )
        self.sheet.append(cells)
        self.written += 1


def _sheet_title(title: Text) -> str:
    return str(title).translate(_NOT_IN_SHEET_TITLES)[:_SHEET_TITLE_CHARACTERS] or "1"
