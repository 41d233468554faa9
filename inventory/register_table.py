"""The register of a period as a table to be printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from files.public import Bilingual, Column, ColumnKind, Row, RowKind, Section, TableDocument
from inventory.models import Product, RegisterEntry
from inventory.selectors.register import RegisterPeriod

COLUMNS = (
    Column(_("No."), ColumnKind.INTEGER),
    Column(_("Entered"), ColumnKind.DATETIME),
    Column(_("Happened"), ColumnKind.DATETIME),
    Column(_("What")),
    Column(_("Batch")),
    Column(_("Supplier, or prescription")),
    Column(_("Prescriber")),
    Column(_("Patient")),
    Column(_("In"), ColumnKind.QUANTITY),
    Column(_("Out"), ColumnKind.QUANTITY),
    Column(_("Balance"), ColumnKind.QUANTITY),
    Column(_("By")),
    Column(_("Second signature")),
)


def register_table(period: RegisterPeriod, *, now: datetime) -> TableDocument:
    """The printable register: balance brought forward, every row, closing balance."""
    return TableDocument(
        name="controlled-register",
        dated=f"{period.date_from}_{period.date_to}",
        title=_("Register of controlled products"),
        lines=(
            _named(period.product),
            f"{period.product.get_controlled_class_display()}"
            f" · {period.product.get_base_unit_display()}",
            f"{period.date_from} – {period.date_to}",
        ),
        columns=COLUMNS,
        sections=(Section(_rows(period)),),
        generated_at=now,
        landscape=True,
    )


def _named(product: Product) -> Bilingual:
    rest = " ".join(part for part in (product.strength, product.form) if part)
    return Bilingual(*(f"{name} {rest}".strip() if name else "" for name in
                       (product.name_ar, product.name_en)))  # fmt: skip


def _rows(period: RegisterPeriod) -> Iterator[Row]:
    yield _balance(_("Brought forward"), None, None, period.opening)
    for entry in period.entries.iterator(chunk_size=2000):
        yield _row(entry)
    yield _balance(_("Closing balance"), period.received, period.issued, period.closing)


def _balance(text: object, received: int | None, issued: int | None, balance: int) -> Row:
    cells = (None, None, None, text, "", "", "", "", received, issued, balance, "", "")
    return Row(cells, kind=RowKind.TOTAL)  # type: ignore[arg-type]


def _row(entry: RegisterEntry) -> Row:
    movement = entry.movement
    return Row(
        (
            entry.sequence,
            entry.recorded_at,
            entry.occurred_at,
            _what(entry),
            str(movement.batch) if movement is not None else "",
            entry.counterparty or entry.prescription_number,
            entry.prescriber,
            entry.patient_reference,
            entry.quantity if entry.quantity > 0 else None,
            -entry.quantity if entry.quantity < 0 else None,
            entry.balance,
            str(entry.actor or ""),
            str(entry.cosigner or ""),
        )
    )


def _what(entry: RegisterEntry) -> str:
    if entry.movement is None:
        return entry.get_kind_display()
    return f"{entry.movement.get_kind_display()}: {entry.movement.get_reason_display()}"
