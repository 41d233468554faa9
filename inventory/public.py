"""The only door into inventory for other apps.

Order of locks for callers that do more than one thing in a transaction: first their own document,
then stock (`stock_receive`, `stock_issue`), then money (`capital.public`), never the other way.
"""

from inventory.errors import (
    DuplicateIncoming,
    DuplicateStockEffect,
    IncomingExceeded,
    IncomingNotFound,
    InsufficientStock,
    InvalidProduct,
    InvalidStockLine,
    PrescriptionRequired,
    ProductAlreadyExists,
    ProductNotFound,
    ProductNotReceivable,
    UnknownLocation,
    UnknownProduct,
)
from inventory.records import (
    CatalogueProduct,
    IncomingLine,
    IssueLine,
    PackagingSummary,
    Prescription,
    ProductSummary,
    ReceiptLine,
    Shortage,
    StockEffect,
    Strength,
)
from inventory.selectors.catalogue import (
    catalogue_entries,
    catalogue_version,
    packagings_by_id,
    product_exists,
    products_by_id,
)
from inventory.selectors.stock import shortages
from inventory.services.catalogue import product_create
from inventory.services.incoming import (
    incoming_cancel,
    incoming_receive,
    incoming_receive_lines,
    incoming_register,
)
from inventory.services.stock import stock_issue, stock_receive

__all__ = [
    "CatalogueProduct",
    "DuplicateIncoming",
    "DuplicateStockEffect",
    "IncomingExceeded",
    "IncomingLine",
    "IncomingNotFound",
    "InsufficientStock",
    "InvalidProduct",
    "InvalidStockLine",
    "IssueLine",
    "PackagingSummary",
    "Prescription",
    "PrescriptionRequired",
    "ProductAlreadyExists",
    "ProductNotFound",
    "ProductNotReceivable",
    "ProductSummary",
    "ReceiptLine",
    "Shortage",
    "StockEffect",
    "Strength",
    "UnknownLocation",
    "UnknownProduct",
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
