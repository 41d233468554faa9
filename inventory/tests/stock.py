"""Short words for the tests of stock."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from capital.public import capital_summary
from core.audit import SYSTEM
from core.models import local_date
from inventory.models import (
    Batch,
    BatchEvent,
    Location,
    ProductStock,
    Reservation,
    StockDocument,
    StockLevel,
    StockMovement,
    Transfer,
    TransferLine,
    WriteOff,
)
from inventory.public import (
    IssueLine,
    ReceiptLine,
    product_create,
    stock_issue,
    stock_receive,
)
from inventory.records import ReservationLine, TransferItem
from inventory.selectors.availability import available_by_product
from inventory.services.reservations import reservation_create
from inventory.services.transfers import transfer_post

_numbers = count(1)


def today() -> date:
    return local_date(timezone.now())


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def product(**fields) -> int:
    number = next(_numbers)
    names = {"name_ar": f"صنف {number}", "name_en": f"Item {number}"}
    return product_create(actor=SYSTEM, now=timezone.now(), **{**names, **fields})


def receive(*lines, source: str = ""):
    """Lines of (product, batch number, expiry or None, quantity, total cost)."""
    return stock_receive(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="tests.receipt",
        source_id=source or str(next(_numbers)),
        lines=[
            ReceiptLine(
                line=number,
                product_id=product_id,
                batch_number=batch,
                expiry_date=expiry,
                quantity=quantity,
                total_cost=Decimal(cost),
            )
            for number, (product_id, batch, expiry, quantity, cost) in enumerate(lines)
        ],
        party_type="purchases.supplier",
        party_id="1",
    )


def issue(*lines, source: str = "", **options):
    """Lines of (product, quantity) or (product, quantity, further fields)."""
    return stock_issue(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="tests.issue",
        source_id=source or str(next(_numbers)),
        lines=[
            IssueLine(
                line=number, product_id=product_id, quantity=quantity, **(more[0] if more else {})
            )
            for number, (product_id, quantity, *more) in enumerate(lines)
        ],
        **options,
    )


def place(kind="back_store", **fields) -> int:
    """A new location of a kind; its id."""
    return Location.objects.create(
        **{"code": f"place-{next(_numbers)}", "name": f"Place {kind}", "kind": kind, **fields}
    ).pk


def main_store() -> int:
    return Location.objects.get(is_default=True).pk


def move(batch, quantity, *, to, origin=None, in_transit=False):
    """Transfer units of one batch; the transfer's id."""
    return transfer_post(
        actor=SYSTEM,
        now=timezone.now(),
        origin_id=origin or main_store(),
        destination_id=to,
        lines=[TransferItem(line=0, batch_id=batch, quantity=quantity)],
        in_transit=in_transit,
    )


def reserve(*lines, order="1", expires_at=None):
    """Lines of (product, quantity), promised to an order of the tests."""
    reservation_create(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="tests.order",
        source_id=order,
        lines=[
            ReservationLine(line=number, product_id=product_id, quantity=quantity)
            for number, (product_id, quantity) in enumerate(lines)
        ],
        expires_at=expires_at,
    )


def available(product_id: int) -> int:
    return available_by_product([product_id], now=timezone.now()).get(product_id, 0)


def on_hand(product_id: int) -> int:
    return ProductStock.objects.get(product_id=product_id).on_hand


def everything():
    """All that stock and money are, to compare before and after a refusal."""
    tables = (
        StockLevel, StockMovement, ProductStock, Batch, BatchEvent, Reservation, Transfer,
        TransferLine, WriteOff, StockDocument,
    )  # fmt: skip
    return [*[list(table.objects.order_by("pk").values()) for table in tables], capital_summary()]
