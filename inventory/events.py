"""What inventory tells the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class LowStockCrossed(Event):
    """Available stock fell below the minimum. Once per crossing. Base units."""

    name: ClassVar[str] = "inventory.low_stock_crossed"
    product_id: int
    product_name: str
    available: int
    min_stock: int


@dataclass(frozen=True, kw_only=True)
class LowStockRecovered(Event):
    """Available stock is at or above the minimum again. Base units."""

    name: ClassVar[str] = "inventory.low_stock_recovered"
    product_id: int
    product_name: str
    available: int
    min_stock: int


@dataclass(frozen=True, kw_only=True)
class OpeningBalanceImported(Event):
    """A file of opening stock was taken in. low_stock: products below their minimum by it."""

    name: ClassVar[str] = "inventory.opening_balance_imported"
    document_id: str
    number: str
    rows: int
    products_created: int
    value: Decimal
    low_stock: int


@dataclass(frozen=True, kw_only=True)
class StockCountFinished(Event):
    """A count waits for review. recounts: lines somebody else has to count again first."""

    name: ClassVar[str] = "inventory.stock_count_finished"
    count_id: int
    number: str
    lines: int
    differences: int
    recounts: int


@dataclass(frozen=True, kw_only=True)
class StockCountPosted(Event):
    """Differences of a count were posted. value: money they added to stock (negative: took)."""

    name: ClassVar[str] = "inventory.stock_count_posted"
    count_id: int
    number: str
    approved_by_id: int
    differences: int
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class ImportFinished(Event):
    """An import came to its end without anybody cancelling it.

    state: done, refused (the file has faults) or failed. rows: of the file; errors, warnings:
    how many were found in it.
    """

    name: ClassVar[str] = "inventory.import_finished"
    job_id: str
    kind: str
    state: str
    dry_run: bool
    file_name: str
    rows: int
    errors: int
    warnings: int
    started_by_id: int | None


@dataclass(frozen=True, kw_only=True)
class SignatureAsked(Event):
    """A document over controlled products waits for a second signature."""

    name: ClassVar[str] = "inventory.signature_asked"
    request_id: str
    kind: str
    reason: str
    requested_by_id: int


@dataclass(frozen=True, kw_only=True)
class ReservationClosed(Event):
    """Units promised to a line of an order are promised no more. quantity: base units.

    outcome: "expired" (its time was over) or "lost" (the goods are gone).
    """

    name: ClassVar[str] = "inventory.reservation_closed"
    source_type: str
    source_id: str
    line: int
    product_id: int
    quantity: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class BatchesRecalled(Event):
    """Batches were recalled and are no longer handed out."""

    name: ClassVar[str] = "inventory.batches_recalled"
    recall_id: str
    number: str
    batches: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class WriteOffRequested(Event):
    """Somebody asks for goods to be written off; somebody else has to decide."""

    name: ClassVar[str] = "inventory.write_off_requested"
    write_off_id: str
    number: str
    reason: str
    lines: int
    requested_by_id: int
