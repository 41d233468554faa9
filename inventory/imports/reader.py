"""Reading the cells of one row by the names of their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.utils.translation import gettext as _

from inventory.imports import cells
from inventory.imports.cells import BadCell, ReadBarcode
from inventory.imports.remarks import Remarks
from inventory.imports.table import Cell, Row

T = TypeVar("T")
LONGEST_NAME = 200
LONGEST_SHOWN = 80


class RowReader:
    """Cells of one row -> values; what is wrong goes to `faults`, and `failed` tells of it."""

    def __init__(
        self, raw: Row, columns: Mapping[str, int], faults: Remarks, warnings: Remarks
    ) -> None:
        self.raw = raw
        self.columns = columns
        self.faults = faults
        self.warnings = warnings
        self.failed = False

    def cell(self, column: str) -> Cell:
        position = self.columns.get(column)
        if position is None or position >= len(self.raw.cells):
            return None
        return self.raw.cells[position]

    def shown(self, column: str) -> str:
        """The cell as a person knows it, for telling what was wrong with it."""
        cell = self.cell(column)
        return "" if cell is None else str(cell)[:LONGEST_SHOWN]

    def fault(self, column: str, code: str, detail: str) -> None:
        self.failed = True
        self.faults.add(self.raw.number, column, code, detail, self.shown(column))

    def warn(self, column: str, code: str, detail: str) -> None:
        self.warnings.add(self.raw.number, column, code, detail, self.shown(column))

    def value(self, column: str, parse: Callable[[Cell], T]) -> T | None:
        try:
            return parse(self.cell(column))
        except BadCell as bad:
            self.fault(column, bad.code, bad.detail)
            return None

    def required(self, column: str, parse: Callable[[Cell], T | None]) -> T | None:
        failed_before, self.failed = self.failed, False
        value = self.value(column, parse)
        if value is None and not self.failed:
            self.fault(column, "required", _("It is empty."))
        self.failed = self.failed or failed_before
        return value

    def text(self, column: str, longest: int) -> str:
        return self.value(column, lambda cell: cells.text_of(cell, longest=longest)) or ""

    def names(self) -> tuple[str, str]:
        """Arabic and English name; a column that is only called name holds either."""
        name_ar, name_en = self.text("name_ar", LONGEST_NAME), self.text("name_en", LONGEST_NAME)
        name = self.text("name", LONGEST_NAME)
        if any("\u0600" <= letter <= "\u06ff" for letter in name):
            return name_ar or name, name_en
        return name_ar, name_en or name

    def barcode(self, column: str = "barcode") -> ReadBarcode | None:
        barcode = self.value(column, cells.barcode_of)
        if barcode is not None and barcode.doubtful:
            self.warn_doubtful(column)
        return barcode

    def warn_doubtful(self, column: str) -> None:
        self.warn(
            column,
            "wrong_check_digit",
            _("The last digit does not fit; it was kept as a code of your own."),
        )
