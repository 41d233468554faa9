"""Tables of inventory: the catalogue, the stock ledger with its projections, alerts."""

from inventory.models.alerts import AlertKind, StockAlert
from inventory.models.catalogue import Barcode, BarcodeKind, CatalogueRevision, Packaging, Product
from inventory.models.classification import Category, TaxCategory
from inventory.models.composition import Ingredient, ProductIngredient
from inventory.models.descriptions import (
    AliasSource,
    AttachmentKind,
    ProductAlias,
    ProductAttachment,
)
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
    "AliasSource",
    "AttachmentKind",
    "Barcode",
    "BarcodeKind",
    "Batch",
    "CatalogueRevision",
    "Category",
    "Incoming",
    "Ingredient",
    "Location",
    "MovementKind",
    "MovementReason",
    "Packaging",
    "Product",
    "ProductAlias",
    "ProductAttachment",
    "ProductIngredient",
    "ProductStock",
    "StockAlert",
    "StockDocument",
    "StockLevel",
    "StockMovement",
    "TaxCategory",
]
