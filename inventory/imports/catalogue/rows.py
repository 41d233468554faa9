"""Checked rows of a catalogue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventory.imports import cells
from inventory.imports.catalogue.columns import MOST_PACKS, pack_column, pack_parts
from inventory.imports.catalogue.composition import composition_read
from inventory.imports.catalogue.values import CLEAR, EMPTIED, READERS, flag_of, is_clear
from inventory.imports.cells import BadCell, ReadBarcode
from inventory.imports.judgement import ImportOptions
from inventory.imports.reader import LONGEST_NAME, RowReader
from inventory.imports.remarks import Remarks
from inventory.imports.table import Cell, Row
from inventory.records import Strength

LARGEST_ID = 2**63 - 1
MOST_BARCODES = 50
PLACEHOLDERS = (Decimal(0), Decimal(1))
_BETWEEN_BARCODES = re.compile(r"[|;\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRow:
    """A pack as a row gives it; None: left as it is. number: of its columns. price: or CLEAR."""

    number: int
    name: str
    units: int | None
    price: Any
    barcodes: tuple[ReadBarcode, ...]
    ordered: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One row. values: field -> new value, only of those the row sets; CLEAR is resolved."""

    number: int
    product_id: int | None
    values: dict[str, Any]
    barcodes: tuple[ReadBarcode, ...] = ()
    packs: tuple[PackRow, ...] = ()
    purchase_units: int | None = None
    ingredients: tuple[Strength, ...] | None = None
    columns: dict[str, str] = field(default_factory=dict)  # barcode key -> its column

    @property
    def names(self) -> tuple[str, str]:
        return self.values.get("name_ar", ""), self.values.get("name_en", "")

    def all_barcodes(self) -> Sequence[ReadBarcode]:
        return [*self.barcodes, *(code for pack in self.packs for code in pack.barcodes)]


class CatalogueReader(RowReader):
    """Reads one row of a catalogue."""

    def __init__(
        self, raw: Row, options: ImportOptions, faults: Remarks, warnings: Remarks
    ) -> None:
        super().__init__(raw, options.columns, faults, warnings)
        self.options = options
        self.barcode_columns: dict[str, str] = {}

    def read(self) -> CatalogueRow | None:
        """The row, None where anything in it is wrong."""
        row = CatalogueRow(
            number=self.raw.number,
            product_id=self.value("id", _id_of),
            values={**self._names_set(), **self._plain_set()},
            barcodes=self._barcodes("barcode"),
            packs=self._packs(),
            purchase_units=self.value("packaging_units", _least_one),
            ingredients=self._ingredients(),
            columns=self.barcode_columns,
        )
        if row.product_id is None and not any(row.names) and not row.all_barcodes():
            self.fault("name", "required", _("Give a name, a barcode or an id."))
        return None if self.failed else row

    def _names_set(self) -> dict[str, str]:
        given: dict[str, str] = {}
        for field_name in ("name_ar", "name_en"):
            if is_clear(self.cell(field_name)):
                given[field_name] = ""
            elif text := self.text(field_name, LONGEST_NAME):
                given[field_name] = text
        if name := self.text("name", LONGEST_NAME):
            is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in name)
            given.setdefault("name_ar" if is_arabic else "name_en", name)
        return given

    def _plain_set(self) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for field_name, read in READERS.items():
            value = self._set_value(field_name, read)
            if value is CLEAR:
                given[field_name] = EMPTIED[field_name]
            elif value is not None:
                given[field_name] = value
        if given.get("public_price") is not None and self._is_placeholder(given["public_price"]):
            del given["public_price"]
        return given

    def _set_value(self, field_name: str, read: Any) -> Any:
        """What the cell sets: a value, CLEAR, or None for nothing."""
        if is_clear(self.cell(field_name)):
            if field_name in EMPTIED:
                return CLEAR
            self.fault(field_name, "not_clearable", _("This cannot be emptied."))
            return None
        return self.value(field_name, read)

    def _is_placeholder(self, price: Decimal) -> bool:
        """Whether a price only stands for “not known”, as the import was told."""
        most = self.options.placeholder_price
        if most is not None and price <= most:
            self.warn(
                "public_price", "placeholder_price",
                _("It stands for a price that is not known, and was not taken."),
            )  # fmt: skip
            return True
        if most is None and price in PLACEHOLDERS:
            self.warn(
                "public_price", "looks_like_placeholder",
                _("It looks like a placeholder; give placeholder_price to leave such prices out."),
            )  # fmt: skip
        return False

    def _ingredients(self) -> tuple[Strength, ...] | None:
        def read(cell: Cell) -> tuple[Strength, ...] | None:
            text = cells.text_of(cell, longest=2000)
            return composition_read(text) if text else None

        value = self._set_value("ingredients", read)
        return () if value is CLEAR else value

    def _barcodes(self, column: str) -> tuple[ReadBarcode, ...]:
        cell = self.cell(column)
        if is_clear(cell):
            self.fault(column, "not_clearable", _("Barcodes are taken off a product one by one."))
            return ()
        parts = _BETWEEN_BARCODES.split(cell) if isinstance(cell, str) else [cell]
        found: dict[str, ReadBarcode] = {}
        for part in parts[:MOST_BARCODES]:
            try:
                barcode = cells.barcode_of(part)
            except BadCell as bad:
                self.fault(column, bad.code, bad.detail)
                continue
            if barcode is not None and found.setdefault(barcode.key, barcode) is barcode:
                self.barcode_columns.setdefault(barcode.key, column)
                if barcode.doubtful:
                    self.warn_doubtful(column)
        return tuple(found.values())

    def _packs(self) -> tuple[PackRow, ...]:
        packs = [
            self._pack(number)
            for number in range(1, MOST_PACKS + 1)
            if any(self.shown(pack_column(number, part)) for part in pack_parts())
        ]
        names = [pack.name.casefold() for pack in packs if pack]
        for pack in packs:
            if pack and names.count(pack.name.casefold()) > 1:
                self.fault(
                    pack_column(pack.number, "name"), "pack_twice", _("Name each pack once.")
                )
        if sum(1 for pack in packs if pack and pack.ordered) > 1:
            self.fault("row", "ordered_twice", _("It is ordered in one pack; leave one yes."))
        return tuple(pack for pack in packs if pack)

    def _pack(self, number: int) -> PackRow | None:
        def column(part: str) -> str:
            return pack_column(number, part)

        name = self.text(column("name"), 60)
        if not name:
            self.fault(column("name"), "required", _("Give the pack's name."))
            return None
        cleared = is_clear(self.cell(column("price")))
        price = CLEAR if cleared else self.value(column("price"), cells.money_of)
        return PackRow(
            number=number,
            name=name,
            units=self.value(column("units"), _least_one),
            price=price,
            barcodes=self._barcodes(column("barcodes")),
            ordered=self.value(column("ordered"), flag_of),
        )


def catalogue_rows(
    table: Sequence[Row], options: ImportOptions
) -> tuple[list[CatalogueRow], Remarks, Remarks]:
    """The good ones of these rows, and the faults and warnings of all, each looked at alone."""
    faults, warnings = Remarks(), Remarks()
    read = (CatalogueReader(raw, options, faults, warnings).read() for raw in table)
    return [row for row in read if row is not None], faults, warnings


def _least_one(cell: Cell) -> int | None:
    return cells.whole_of(cell, least=1)


def _id_of(cell: Cell) -> int | None:
    number = cells.number_of(cell)
    if number is None:
        return None
    if number != number.to_integral_value() or not 0 < number <= LARGEST_ID:
        raise BadCell("invalid_id", _("Give the product's number as the export has it."))
    return int(number)
