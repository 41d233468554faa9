"""Tables of inventory: the catalogue, the stock ledger with its projections, alerts."""

from inventory.models.alerts import AlertKind, StockAlert
from inventory.models.catalogue import Barcode, BarcodeKind, CatalogueRevision, Packaging, Product
from inventory.models.incoming import Incoming
from inventory.models.stock import (
    Batch,
    Location,
    MovementKind,
    MovementReason,
    ProductStock,
    StockDocument,
    StockLevel,
    StockMovement,
)

__all__ = [
    "AlertKind",
    "Barcode",
    "BarcodeKind",
    "Batch",
    "CatalogueRevision",
    "Incoming",
    "Location",
    "MovementKind",
    "MovementReason",
    "Packaging",
    "Product",
    "ProductStock",
    "StockAlert",
    "StockDocument",
    "StockLevel",
    "StockMovement",
]
