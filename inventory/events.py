"""What inventory tells the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
class OutOfStockCrossed(Event):
    """Nothing is left that may be sold of a product that is in stock as a rule."""

    name: ClassVar[str] = "inventory.out_of_stock_crossed"
    product_id: int
    product_name: str
    min_stock: int


@dataclass(frozen=True, kw_only=True)
class OutOfStockRecovered(Event):
    """Something may be sold again, or nobody wants it to be. Base units."""

    name: ClassVar[str] = "inventory.out_of_stock_recovered"
    product_id: int
    product_name: str
    available: int


@dataclass(frozen=True, kw_only=True)
class OverstockCrossed(Event):
    """Available stock rose above the maximum. Once per crossing. Base units."""

    name: ClassVar[str] = "inventory.overstock_crossed"
    product_id: int
    product_name: str
    available: int
    max_stock: int


@dataclass(frozen=True, kw_only=True)
class OverstockRecovered(Event):
    """Available stock is at or below the maximum again. Base units."""

    name: ClassVar[str] = "inventory.overstock_recovered"
    product_id: int
    product_name: str
    available: int
    max_stock: int


@dataclass(frozen=True, kw_only=True)
class ExpiryBandEntered(Event):
    """A batch on hand came as close to its expiry as `band` says, or past it. Once per band.

    band: expired, expiry_critical, expiry_warning or expiry_notice; within_days: its limit.
    quantity: base units on hand, in all places.
    """

    name: ClassVar[str] = "inventory.expiry_band_entered"
    product_id: int
    product_name: str
    batch_id: int
    batch_number: str
    expiry_date: date
    band: str
    within_days: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ExpiryCleared(Event):
    """A batch is in no band any more: sold, written off, or its date was corrected."""

    name: ClassVar[str] = "inventory.expiry_cleared"
    product_id: int
    product_name: str
    batch_id: int
    batch_number: str
    band: str


@dataclass(frozen=True, kw_only=True)
class NegativeMarginCrossed(Event):
    """The public price fell below what the goods on hand cost on average. Per base unit."""

    name: ClassVar[str] = "inventory.negative_margin_crossed"
    product_id: int
    product_name: str
    public_price: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, kw_only=True)
class NegativeMarginRecovered(Event):
    """The public price covers the cost again, or nothing is left to sell."""

    name: ClassVar[str] = "inventory.negative_margin_recovered"
    product_id: int
    product_name: str


@dataclass(frozen=True, kw_only=True)
class DeadStockFound(Event):
    """Nothing of a product on hand was handed out for `days` days. Base units."""

    name: ClassVar[str] = "inventory.dead_stock_found"
    product_id: int
    product_name: str
    on_hand: int
    days: int


@dataclass(frozen=True, kw_only=True)
class DeadStockCleared(Event):
    """What lay still was asked for again, or is gone."""

    name: ClassVar[str] = "inventory.dead_stock_cleared"
    product_id: int
    product_name: str


@dataclass(frozen=True, kw_only=True)
class ExpiryDigested(Event):
    """Batches that came into a band since the last digest and still are in it; once a day."""

    name: ClassVar[str] = "inventory.expiry_digested"
    day: date
    expired: int
    expiry_critical: int
    expiry_warning: int
    expiry_notice: int


@dataclass(frozen=True, kw_only=True)
class IdleStockDigested(Event):
    """Products above their maximum or not asked for since the last digest; once a day."""

    name: ClassVar[str] = "inventory.idle_stock_digested"
    day: date
    overstock: int
    dead_stock: int


@dataclass(frozen=True, kw_only=True)
class LedgersDiffer(Event):
    """The nightly proof found differences. first: the first ten of them, in words."""

    name: ClassVar[str] = "inventory.ledgers_differ"
    day: date
    differences: int
    first: list[str]


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


@dataclass(frozen=True, kw_only=True)
class ProductsMerged(Event):
    """Two products turned out to be one: all of merged_id is now of kept_id."""

    name: ClassVar[str] = "inventory.products_merged"
    kept_id: int
    merged_id: int
    kept_name: str
    merged_name: str
