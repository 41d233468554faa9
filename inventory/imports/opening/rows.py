"""Checked rows of an opening balance, with every fault of the file collected."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.money import MAX_AMOUNT, round_money
from inventory.imports import cells
from inventory.imports.columns import columns_find
from inventory.imports.opening.columns import OPENING_COLUMNS
from inventory.imports.reader import RowReader
from inventory.imports.remarks import Remarks
from inventory.imports.table import Cell, Row, table_read
from inventory.models import BarcodeKind
from inventory.services.barcodes import barcode_key


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

    @property
    def value(self) -> Decimal:
        """What all good rows are worth at cost."""
        return sum((row.value for row in self.rows), Decimal(0))


def opening_read(content: bytes, *, file_name: str, today: date) -> OpeningSheet:
    """Read and check a file of opening stock; faults of rows are collected, not raised.

    today: the pharmacy's local date. Raises ImportFileUnreadable, ImportFileTooLarge.
    """
    table = table_read(content).rows
    columns, header = columns_find(table, OPENING_COLUMNS)
    return opening_sheet(
        [row for row in table if row.number > header.number],
        columns=columns,
        today=today,
        file_name=file_name,
        digest=hashlib.sha256(content).hexdigest(),
    )


def opening_sheet(
    table: Sequence[Row], *, columns: Mapping[str, int], today: date, file_name: str, digest: str
) -> OpeningSheet:
    """Check the rows below the header, one by one and against each other."""
    sheet = opening_rows(table, columns=columns, today=today, file_name=file_name, digest=digest)
    seen: dict[tuple[Cell, ...], int] = {}
    for raw in table:
        if (first := seen.setdefault(raw.cells, raw.number)) != raw.number:
            text = _("It repeats row %(first)d in every cell; remove one of them.")
            sheet.faults.add(raw.number, "row", "repeated_row", text % {"first": first})
    if not table:
        sheet.faults.add(1, "row", "no_rows", _("There are no rows below the header."))
    if sheet.value > MAX_AMOUNT:
        sheet.faults.add(
            sheet.rows[-1].number, "unit_cost", "too_large",
            _("All rows together are worth too much."),
        )  # fmt: skip
    return sheet


def opening_rows(
    table: Sequence[Row],
    *,
    columns: Mapping[str, int],
    today: date,
    file_name: str = "",
    digest: str = "",
) -> OpeningSheet:
    """Check each of these rows by itself."""
    faults, warnings = Remarks(), Remarks()
    read = (_OpeningReader(raw, columns, faults, warnings, today).read() for raw in table)
    rows = tuple(row for row in read if row is not None)
    return OpeningSheet(file_name[:255], digest, rows, faults, warnings)


class _OpeningReader(RowReader):
    def __init__(
        self,
        raw: Row,
        columns: Mapping[str, int],
        faults: Remarks,
        warnings: Remarks,
        today: date,
    ) -> None:
        super().__init__(raw, columns, faults, warnings)
        self.today = today

    def read(self) -> OpeningRow | None:
        """The row, None where anything in it is wrong."""
        quantity = self.required("quantity", cells.whole_of)
        name_ar, name_en = self.names()
        barcode = self.barcode()
        least = self.value("min_stock", cells.whole_of) or 0
        most = self.value("max_stock", cells.whole_of) or 0
        if not (name_ar or name_en or self.shown("barcode")):
            self.fault("name", "required", _("Give a name or a barcode."))
        row: dict[str, Any] = {
            "strength": self.text("strength", 80),
            "form": self.text("form", 80),
            "manufacturer": self.text("manufacturer", 150),
            "batch": self.text("batch", 60),
            "expiry_date": self._expiry(bool(quantity)),
            "unit_cost": self._cost(bool(quantity)),
            "public_price": self.value("public_price", cells.money_of),
            "packaging_units": self.value("packaging_units", _pack_units) or 1,
        }
        if "max_stock" in self.columns and most and most < least:
            self.fault("max_stock", "below_minimum", _("It is less than the minimum."))
        if self.failed:
            return None
        checked = OpeningRow(
            number=self.raw.number, name_ar=name_ar, name_en=name_en,
            barcode=barcode.value if barcode else "",
            barcode_kind=barcode.kind if barcode else BarcodeKind.INTERNAL,
            quantity=quantity or 0, min_stock=least, max_stock=max(least, most), **row,
        )  # fmt: skip
        if checked.value > MAX_AMOUNT:
            self.fault("unit_cost", "too_large", _("Quantity times cost is too much money."))
            return None
        return checked

    def _expiry(self, has_stock: bool) -> date | None:
        failed_before, self.failed = self.failed, False
        expiry = self.value("expiry", lambda cell: cells.expiry_of(cell, today=self.today))
        readable, self.failed = not self.failed, self.failed or failed_before
        if has_stock and readable and expiry is None:
            self.warn(
                "expiry", "unknown_expiry",
                _("The expiry is unknown: these goods are sold last and should be looked at."),
            )  # fmt: skip
        elif has_stock and expiry is not None and expiry <= self.today:
            self.warn("expiry", "expired", _("These goods have expired."))
        return expiry

    def _cost(self, has_stock: bool) -> Decimal:
        parse = self.required if has_stock else self.value
        return parse("unit_cost", cells.unit_cost_of) or Decimal(0)


def _pack_units(cell: Cell) -> int | None:
    return cells.whole_of(cell, least=1)
