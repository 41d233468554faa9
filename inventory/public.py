"""The only door into inventory for other apps.

Order of locks for callers that do more than one thing in a transaction: first their own document,
then stock (`stock_receive`, `stock_issue`), then money (`capital.public`), never the other way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from core.audit import Actor
from inventory.records import (
    CatalogueProduct,
    IncomingLine,
    IssueLine,
    PackagingSummary,
    ProductSummary,
    ReceiptLine,
    Shortage,
    StockEffect,
)

__all__ = [
    "CatalogueProduct",
    "IncomingLine",
    "IssueLine",
    "PackagingSummary",
    "ProductSummary",
    "ReceiptLine",
    "Shortage",
    "StockEffect",
    "catalogue_entries",
    "catalogue_version",
    "incoming_cancel",
    "incoming_receive",
    "incoming_receive_lines",
    "incoming_register",
    "packagings_by_id",
    "product_create",
    "product_exists",
    "products_by_id",
    "shortages",
    "stock_issue",
    "stock_receive",
]


def products_by_id(ids: Collection[int]) -> dict[int, ProductSummary]:
    """The products of `ids`; unknown ids are absent. A constant number of queries."""
    raise NotImplementedError


def product_exists(product_id: int) -> bool:
    """Whether there is such a product, in whatever lifecycle."""
    raise NotImplementedError


def packagings_by_id(ids: Collection[int]) -> dict[int, PackagingSummary]:
    """The packagings of `ids`; unknown ids are absent. One query."""
    raise NotImplementedError


def catalogue_entries() -> list[CatalogueProduct]:
    """Every product that is not archived, for matching. Two queries for any size."""
    raise NotImplementedError


def catalogue_version() -> str:
    """A mark that is different after every change of the catalogue. One cheap query."""
    raise NotImplementedError


def product_create(
    *,
    actor: Actor,
    now: datetime,
    name_ar: str,
    name_en: str = "",
    strength: str = "",
    form: str = "",
    manufacturer: str = "",
    public_price: Decimal | None = None,
    min_stock: int = 0,
    max_stock: int = 0,
    purchase_units: int = 1,
) -> int:
    """Add a product in lifecycle `new`; returns its id.

    public_price: per base unit. purchase_units: base units in the pack it is ordered in.
    Raises ProductAlreadyExists, InvalidProduct.
    """
    raise NotImplementedError


def shortages(
    *, product_ids: Collection[int] | None = None, now: datetime | None = None
) -> list[Shortage]:
    """Products below their minimum with what is on its way counted in. One query.

    now: decides which batches have expired; the present moment if not given.
    """
    raise NotImplementedError


def incoming_register(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[IncomingLine],
) -> None:
    """Announce ordered goods. Raises DuplicateIncoming, UnknownProduct."""
    raise NotImplementedError


def incoming_receive(*, source_type: str, source_id: str, line: int, quantity: int) -> None:
    """Count goods of one announced line as arrived. See `incoming_receive_lines`."""
    raise NotImplementedError


def incoming_receive_lines(
    *, source_type: str, source_id: str, received: Mapping[int, int]
) -> None:
    """Count goods as arrived: line -> base units, > 0.

    Raises IncomingNotFound, IncomingExceeded (more than was announced).
    """
    raise NotImplementedError


def incoming_cancel(*, source_type: str, source_id: str) -> None:
    """The rest of the announced goods will not come. Doing it twice changes nothing."""
    raise NotImplementedError


def stock_receive(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[ReceiptLine],
    party_type: str,
    party_id: str,
    occurred_at: datetime | None = None,
) -> list[StockEffect]:
    """Put purchased goods on the shelf and owe them to the party; effects in line order.

    Dr INVENTORY Cr PAYABLES, one journal entry for the document (none if everything was free).
    Raises DuplicateStockEffect, UnknownProduct, ProductNotReceivable, UnknownLocation,
    InvalidStockLine. A constant number of queries.
    """
    raise NotImplementedError


def stock_issue(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[IssueLine],
    occurred_at: datetime | None = None,
) -> list[StockEffect]:
    """Take sold goods off the shelf, first expiring first; effects in line, then FEFO order.

    Batches expired on the pharmacy's present day are never used, those of unknown expiry last.
    Dr COST_OF_GOODS_SOLD Cr INVENTORY, one journal entry for the document.
    Raises InsufficientStock (409, one error per line), DuplicateStockEffect, UnknownProduct,
    UnknownLocation, InvalidStockLine. A constant number of queries.
    """
    raise NotImplementedError
