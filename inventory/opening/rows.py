"""Checked rows of an opening balance, with every fault of the file collected."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.money import MAX_AMOUNT, round_money
from inventory.models import BarcodeKind
from inventory.opening import cells
from inventory.opening.cells import BadCell
from inventory.opening.columns import columns_find
from inventory.opening.table import Cell, Row, table_read
from inventory.services.barcodes import (
    barcode_key,
    gtin_check_digit_fits,
    is_destroyed_by_spreadsheet,
    looks_like_gtin,
)

MAX_LISTED = 1_000
T = TypeVar("T")


@dataclass(slots=True)
class Remarks:
    """Faults or warnings of a file: all are counted, the first `MAX_LISTED` kept."""

    count: int = 0
    listed: list[FieldProblem] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)

    def add(self, row: int, column: str, code: str, detail: str) -> None:
        self.count += 1
        self.rows.add(row)
        if len(self.listed) < MAX_LISTED:
            where = _("Row %(row)d, %(column)s: ") % {"row": row, "column": column}
            self.listed.append(FieldProblem(f"rows.{row}.{column}", code, where + detail))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRow:
    """One row that says what is on the shelf. Quantities and prices are of the base unit."""

    number: int
    name_ar: str
    name_en: str
    barcode: str
    barcode_kind: str
    strength: str
    form: str
    manufacturer: str
    quantity: int
    batch: str
    expiry_date: date | None
    unit_cost: Decimal
    public_price: Decimal | None
    min_stock: int
    max_stock: int
    packaging_units: int

    @property
    def value(self) -> Decimal:
        return round_money(self.unit_cost * self.quantity)

    @property
    def barcode_key(self) -> str:
        return barcode_key(self.barcode, self.barcode_kind)


@dataclass(frozen=True, slots=True)
class OpeningSheet:
    """A file that was read: good rows, faults and warnings, and the file's SHA-256."""

    file_name: str
    digest: str
    rows: tuple[OpeningRow, ...]
    faults: Remarks
    warnings: Remarks


def opening_read(content: bytes, *, file_name: str, today: date) -> OpeningSheet:
    """Read and check a file of opening stock; faults of rows are collected, not raised.

    today: the pharmacy's local date. Raises OpeningFileUnreadable, OpeningFileTooLarge.
    """
    table = table_read(content)
    columns, header = columns_find(table)
    faults, remarks = Remarks(), Remarks()
    rows: list[OpeningRow] = []
    seen: dict[tuple[Cell, ...], int] = {}
    for raw in table:
        if raw.number <= header.number:
            continue
        if (first := seen.setdefault(raw.cells, raw.number)) != raw.number:
            text = _("It repeats row %(first)d in every cell; remove one of them.")
            faults.add(raw.number, "row", "repeated_row", text % {"first": first})
        row = _RowReader(raw, columns, faults, remarks, today).read()
        if row is not None:
            rows.append(row)
    if not rows and not faults.count:
        faults.add(header.number, "row", "no_rows", _("There are no rows below the header."))
    _check_total(rows, faults)
    return OpeningSheet(
        file_name=file_name[:255],
        digest=hashlib.sha256(content).hexdigest(),
        rows=tuple(rows),
        faults=faults,
        warnings=remarks,
    )


def _check_total(rows: list[OpeningRow], faults: Remarks) -> None:
    if sum((row.value for row in rows), Decimal(0)) > MAX_AMOUNT:
        faults.add(
            rows[-1].number, "unit_cost", "too_large", _("All rows together are worth too much.")
        )


class _RowReader:
    """Reads the cells of one row; what is wrong goes to `faults`, and `read` gives None."""

    def __init__(
        self,
        raw: Row,
        columns: Mapping[str, int],
        faults: Remarks,
        remarks: Remarks,
        today: date,
    ) -> None:
        self.raw = raw
        self.columns = columns
        self.faults = faults
        self.remarks = remarks
        self.today = today
        self.failed = False

    def read(self) -> OpeningRow | None:
        quantity = self._required("quantity", cells.whole_of)
        name_ar, name_en = self._names()
        barcode, kind = self._barcode()
        least = self._value("min_stock", cells.whole_of) or 0
        most = self._value("max_stock", cells.whole_of) or 0
        if not (name_ar or name_en or barcode):
            self._fault("name", "required", _("Give a name or a barcode."))
        row: dict[str, Any] = {
            "strength": self._text("strength", 80),
            "form": self._text("form", 80),
            "manufacturer": self._text("manufacturer", 150),
            "batch": self._text("batch", 60),
            "expiry_date": self._expiry(bool(quantity)),
            "unit_cost": self._cost(bool(quantity)),
            "public_price": self._value("public_price", cells.money_of),
            "packaging_units": self._value("packaging_units", _pack_units) or 1,
        }
        if "max_stock" in self.columns and most and most < least:
            self._fault("max_stock", "below_minimum", _("It is less than the minimum."))
        if self.failed:
            return None
        checked = OpeningRow(
            number=self.raw.number, name_ar=name_ar, name_en=name_en, barcode=barcode,
            barcode_kind=kind, quantity=quantity or 0, min_stock=least,
            max_stock=max(least, most), **row,
        )  # fmt: skip
        if checked.value > MAX_AMOUNT:
            self._fault("unit_cost", "too_large", _("Quantity times cost is too much money."))
            return None
        return checked

    def _cell(self, column: str) -> Cell:
        position = self.columns.get(column)
        if position is None or position >= len(self.raw.cells):
            return None
        return self.raw.cells[position]

    def _fault(self, column: str, code: str, detail: str) -> None:
        self.failed = True
        self.faults.add(self.raw.number, column, code, detail)

    def _value(self, column: str, parse: Callable[[Cell], T]) -> T | None:
        try:
            return parse(self._cell(column))
        except BadCell as bad:
            self._fault(column, bad.code, bad.detail)
            return None

    def _required(self, column: str, parse: Callable[[Cell], T | None]) -> T | None:
        failed_before, self.failed = self.failed, False
        value = self._value(column, parse)
        if value is None and not self.failed:
            self._fault(column, "required", _("It is empty."))
        self.failed = self.failed or failed_before
        return value

    def _text(self, column: str, longest: int) -> str:
        return self._value(column, lambda cell: cells.text_of(cell, longest=longest)) or ""

    def _names(self) -> tuple[str, str]:
        name_ar, name_en = self._text("name_ar", 200), self._text("name_en", 200)
        name = self._text("name", 200)
        if any("\u0600" <= letter <= "\u06ff" for letter in name):
            return name_ar or name, name_en
        return name_ar, name_en or name

    def _barcode(self) -> tuple[str, str]:
        value = self._value("barcode", cells.barcode_of) or ""
        if is_destroyed_by_spreadsheet(value):
            self._fault("barcode", "destroyed_by_spreadsheet", cells.destroyed_text())
        if not looks_like_gtin(value):
            return value, BarcodeKind.INTERNAL
        if gtin_check_digit_fits(value):
            return value, BarcodeKind.GTIN
        self.remarks.add(
            self.raw.number, "barcode", "wrong_check_digit",
            _("The last digit does not fit; it was kept as a code of your own."),
        )  # fmt: skip
        return value, BarcodeKind.INTERNAL

    def _expiry(self, has_stock: bool) -> date | None:
        failed_before, self.failed = self.failed, False
        expiry = self._value("expiry", lambda cell: cells.expiry_of(cell, today=self.today))
        readable, self.failed = not self.failed, self.failed or failed_before
        if has_stock and readable and expiry is None:
            self.remarks.add(
                self.raw.number, "expiry", "unknown_expiry",
                _("The expiry is unknown: these goods are sold last and should be looked at."),
            )  # fmt: skip
        elif has_stock and expiry is not None and expiry <= self.today:
            self.remarks.add(self.raw.number, "expiry", "expired", _("These goods have expired."))
        return expiry

    def _cost(self, has_stock: bool) -> Decimal:
        parse = self._required if has_stock else self._value
        return parse("unit_cost", cells.unit_cost_of) or Decimal(0)


def _pack_units(cell: Cell) -> int | None:
    return cells.whole_of(cell, least=1)
