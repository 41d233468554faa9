"""The only door into inventory for other apps.

Order of locks for callers that do more than one thing in a transaction: first their own document,
then stock (`stock_receive`, `stock_issue`), then money (`capital.public`), never the other way.
"""

from inventory.errors import (
    AllocationOverrideRequired,
    BatchHeldBack,
    DuplicateIncoming,
    DuplicateReservation,
    DuplicateStockEffect,
    IncomingExceeded,
    IncomingNotFound,
    InsufficientStock,
    InvalidProduct,
    InvalidStockLine,
    MergeRefused,
    MovementNotFound,
    PrescriptionRequired,
    ProductAlreadyExists,
    ProductNotFound,
    ProductNotReceivable,
    ProductNotSellable,
    ReservationNotFound,
    ReturnExceeded,
    ReversalRefused,
    SecondSignatureRequired,
    StockReserved,
    UnknownLocation,
    UnknownProduct,
)
from inventory.merging import Merge, merge_follower
from inventory.records import (
    CatalogueProduct,
    CustomerReturnLine,
    IncomingLine,
    IssueLine,
    Override,
    PackagingSummary,
    Prescription,
    ProductDemand,
    ProductPosition,
    ProductSummary,
    ReceiptLine,
    ReservationLine,
    Shortage,
    StockEffect,
    Strength,
    SupplierReturnLine,
    TransferItem,
)
from inventory.selectors.availability import available_by_product
from inventory.selectors.batches_on_hand import BatchOnHand, batches_on_hand
from inventory.selectors.catalogue import (
    catalogue_entries,
    catalogue_version,
    packagings_by_id,
    product_exists,
    products_by_id,
)
from inventory.selectors.classification import category_exists, category_paths
from inventory.selectors.kept_demand import abc_by_product, product_demand
from inventory.selectors.merged import kept_products, merged_products
from inventory.selectors.positions import product_positions
from inventory.selectors.scans import WITHOUT_QUANTITY, Scanned, Unread, codes_look_up
from inventory.selectors.stock import shortages, stock_positions
from inventory.selectors.substitutes import alike_products
from inventory.services.aliases import aliases_forget, aliases_learn
from inventory.services.catalogue import product_create
from inventory.services.holding import products_hold
from inventory.services.incoming import (
    incoming_amend,
    incoming_cancel,
    incoming_cancel_lines,
    incoming_receive,
    incoming_receive_lines,
    incoming_register,
    incoming_restore,
)
from inventory.services.locations import location_default, location_quarantine, locations_open
from inventory.services.reservations import (
    reservation_create,
    reservation_extend,
    reservation_release,
)
from inventory.services.returns import stock_return_in, stock_return_out
from inventory.services.revaluation import RevaluationLine, Revalued, stock_revalue
from inventory.services.reversal import stock_reverse
from inventory.services.stock import batch_number_clean, stock_issue, stock_receive
from inventory.services.transfers import transfer_post
from inventory.sources import names_register

__all__ = [
    "WITHOUT_QUANTITY",
    "AllocationOverrideRequired",
    "BatchHeldBack",
    "BatchOnHand",
    "CatalogueProduct",
    "CustomerReturnLine",
    "DuplicateIncoming",
    "DuplicateReservation",
    "DuplicateStockEffect",
    "IncomingExceeded",
    "IncomingLine",
    "IncomingNotFound",
    "InsufficientStock",
    "InvalidProduct",
    "InvalidStockLine",
    "IssueLine",
    "Merge",
    "MergeRefused",
    "MovementNotFound",
    "Override",
    "PackagingSummary",
    "Prescription",
    "PrescriptionRequired",
    "ProductAlreadyExists",
    "ProductDemand",
    "ProductNotFound",
    "ProductNotReceivable",
    "ProductNotSellable",
    "ProductPosition",
    "ProductSummary",
    "ReceiptLine",
    "ReservationLine",
    "ReservationNotFound",
    "ReturnExceeded",
    "RevaluationLine",
    "Revalued",
    "ReversalRefused",
    "Scanned",
    "SecondSignatureRequired",
    "Shortage",
    "StockEffect",
    "StockReserved",
    "Strength",
    "SupplierReturnLine",
    "TransferItem",
    "UnknownLocation",
    "UnknownProduct",
    "Unread",
    "abc_by_product",
    "aliases_forget",
    "aliases_learn",
    "alike_products",
    "available_by_product",
    "batch_number_clean",
    "batches_on_hand",
    "catalogue_entries",
    "catalogue_version",
    "category_exists",
    "category_paths",
    "codes_look_up",
    "incoming_amend",
    "incoming_cancel",
    "incoming_cancel_lines",
    "incoming_receive",
    "incoming_receive_lines",
    "incoming_register",
    "incoming_restore",
    "kept_products",
    "location_default",
    "location_quarantine",
    "locations_open",
    "merge_follower",
    "merged_products",
    "names_register",
    "packagings_by_id",
    "product_create",
    "product_demand",
    "product_exists",
    "product_positions",
    "products_by_id",
    "products_hold",
    "reservation_create",
    "reservation_extend",
    "reservation_release",
    "shortages",
    "stock_issue",
    "stock_positions",
    "stock_receive",
    "stock_return_in",
    "stock_return_out",
    "stock_revalue",
    "stock_reverse",
    "transfer_post",
]
