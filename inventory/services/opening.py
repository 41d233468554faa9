"""Taking in the opening balance: all of a checked file, or nothing of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import Actor
from core.money import round_money
from core.outbox import publish
from inventory.errors import (
    BarcodeTaken,
    OpeningAlreadyImported,
    OpeningRowsRefused,
    ProductAlreadyExists,
)
from inventory.events import OpeningBalanceImported
from inventory.imports.judgement import OnProgress, no_progress
from inventory.imports.opening.match import Matches, opening_match
from inventory.imports.opening.rows import OpeningRow, OpeningSheet
from inventory.imports.remarks import Remarks
from inventory.lifecycle import Lifecycle
from inventory.models import (
    AlertKind,
    Barcode,
    MovementKind,
    MovementReason,
    Packaging,
    Product,
    ProductStock,
    StockAlert,
    StockDocument,
)
from inventory.records import ReceiptLine
from inventory.services.documents import cause_of_new_document, document_write
from inventory.services.ledger import (
    BATCH_SIZE,
    Change,
    LockedStock,
    constraint_of,
    effect_once,
    locations_resolve,
    movements_post,
    stock_lock,
)
from inventory.services.product_fields import product_derive
from inventory.services.revision import catalogue_touch
from inventory.services.stock import products_activate, receipt_changes, refuse_unreceivable

PACK_NAME = gettext_lazy("Pack")

# Someone added the same thing while the file was being taken in.
_RACES = {
    "inventory_document_file_once": OpeningAlreadyImported,
    "inventory_barcode_unique": BarcodeTaken,
    "inventory_product_identity_unique": ProductAlreadyExists,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningOutcome:
    """What an import did. quantity: base units; value: money; warnings: see `Remarks`."""

    document_id: uuid.UUID
    number: str
    rows: int
    products_created: int
    products_matched: int
    quantity: int
    value: Decimal
    low_stock: int
    warnings: Remarks


def opening_import(*, actor: Actor, now: datetime, sheet: OpeningSheet) -> OpeningOutcome:
    """Create missing products, put all rows on the shelf and post their value.

    Rows find their product by barcode, else by folded name, strength and form; products that are
    found keep their details and only gain stock and barcodes. Dr INVENTORY Cr OPENING_EQUITY, one
    entry. Products below their minimum by it get an alert, but no event each.

    Raises OpeningAlreadyImported (same file), OpeningRowsRefused (every fault listed, up to
    1,000), and on a race with someone else's change BarcodeTaken or ProductAlreadyExists.
    The number of queries grows by one for some thousands of rows.
    """
    opening_refuse_known(sheet.digest)
    matches = opening_match(sheet)
    _refuse_faults(sheet.faults)
    return opening_write(actor=actor, now=now, sheet=sheet, matches=matches)


def opening_write(
    *,
    actor: Actor,
    now: datetime,
    sheet: OpeningSheet,
    matches: Matches,
    on_progress: OnProgress = no_progress,
) -> OpeningOutcome:
    """Write what `opening_match` found for a sheet without faults; see `opening_import`."""
    try:
        with effect_once():
            return _write(
                actor=actor, now=now, sheet=sheet, matches=matches, on_progress=on_progress
            )
    except IntegrityError as error:
        if (refusal := _RACES.get(constraint_of(error))) is None:
            raise
        raise refusal from error


def _write(
    *,
    actor: Actor,
    now: datetime,
    sheet: OpeningSheet,
    matches: Matches,
    on_progress: OnProgress,
) -> OpeningOutcome:
    on_progress("adding products", 0)
    _products_insert(matches, now=now)
    on_progress("adding stock", 0)
    cause = cause_of_new_document(MovementKind.OPENING, MovementReason.OPENING, occurred_at=now)
    stock = stock_lock(product.pk for product in matches.by_row.values())
    changes = _stock_changes(now=now, stock=stock, sheet=sheet, matches=matches)
    on_progress("posting stock", len(sheet.rows) // 2)
    movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes, announce=False)
    on_progress("finishing", len(sheet.rows))
    document_id = document_write(
        actor=actor, now=now, cause=cause, lines=len(sheet.rows), value=sheet.value,
        file_name=sheet.file_name, file_digest=sheet.digest,
    )  # fmt: skip
    catalogue_touch()
    outcome = OpeningOutcome(
        document_id=document_id,
        number=StockDocument.objects.values_list("number", flat=True).get(pk=document_id),
        rows=len(sheet.rows),
        products_created=len(matches.created),
        products_matched=len(stock.products) - len(matches.created),
        quantity=sum(row.quantity for row in sheet.rows),
        value=round_money(sheet.value),
        low_stock=StockAlert.objects.filter(
            product_id__in=stock.products, kind=AlertKind.LOW_STOCK, closed_at__isnull=True
        ).count(),
        warnings=sheet.warnings,
    )
    publish(
        OpeningBalanceImported(
            document_id=str(document_id), number=outcome.number, rows=outcome.rows,
            products_created=outcome.products_created, value=outcome.value,
            low_stock=outcome.low_stock,
        )
    )  # fmt: skip
    return outcome


def opening_refuse_known(digest: str) -> None:
    """Raises OpeningAlreadyImported where a file of this SHA-256 was taken in before."""
    known = StockDocument.objects.filter(file_digest=digest).first()
    if known is not None:
        raise OpeningAlreadyImported(
            _("It was imported as %(number)s.") % {"number": known.number},
            extra={"document_id": str(known.pk), "number": known.number},
        )


def _refuse_faults(faults: Remarks) -> None:
    if faults.count:
        raise OpeningRowsRefused(
            _("%(count)d faults in %(rows)d rows; the first %(listed)d are listed.")
            % {"count": faults.count, "rows": len(faults.rows), "listed": len(faults.listed)},
            errors=faults.listed,
            extra={"error_count": faults.count, "rows_refused": len(faults.rows)},
        )


def _products_insert(matches: Matches, *, now: datetime) -> None:
    for product in matches.created:
        product.lifecycle = Lifecycle.ACTIVE  # it is on the shelf
        product_derive(product)
    Product.objects.bulk_create(matches.created, batch_size=BATCH_SIZE)
    ProductStock.objects.bulk_create(
        [ProductStock(product=product) for product in matches.created], batch_size=BATCH_SIZE
    )
    Packaging.objects.bulk_create(
        [
            Packaging(product=product, name=str(PACK_NAME), units=units, is_purchase_default=True)
            for product, units in matches.packs
            if units > 1
        ],
        batch_size=BATCH_SIZE,
    )
    Barcode.objects.bulk_create(
        [
            Barcode(
                product=product,
                value=row.barcode,
                kind=row.barcode_kind,
                key=row.barcode_key,
                created_at=now,
            )
            for product, row in matches.barcodes
        ],
        batch_size=BATCH_SIZE,
    )


def _stock_changes(
    *, now: datetime, stock: LockedStock, sheet: OpeningSheet, matches: Matches
) -> list[Change]:
    lines = _lines(sheet.rows, matches)
    refuse_unreceivable(lines, stock)
    changes = receipt_changes(lines, default_location=locations_resolve([]), received_at=now)
    products_activate(stock, {line.product_id for line in lines}, now=now)
    return changes


def _lines(rows: Sequence[OpeningRow], matches: Matches) -> list[ReceiptLine]:
    return [
        ReceiptLine(
            line=row.number,
            product_id=matches.by_row[row.number].pk,
            batch_number=row.batch,
            expiry_date=row.expiry_date,
            quantity=row.quantity,
            total_cost=row.value,
        )
        for row in rows
        if row.quantity
    ]
