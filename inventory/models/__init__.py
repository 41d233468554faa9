"""Tables of inventory: the catalogue, the stock ledger with its projections, alerts."""

from inventory.models.alerts import EXPIRY_KINDS, AlertKind, StockAlert
from inventory.models.batches import Batch, BatchEvent, BatchEventKind, BatchStatus, Recall
from inventory.models.catalogue import CatalogueRevision, Product
from inventory.models.classification import Category, TaxCategory
from inventory.models.composition import Ingredient, ProductIngredient
from inventory.models.counts import (
    AbcClass,
    CountLineStatus,
    CountMode,
    CountScope,
    CountState,
    StockCount,
    StockCountEntry,
    StockCountLine,
)
from inventory.models.descriptions import (
    AliasSource,
    AttachmentKind,
    ProductAlias,
    ProductAttachment,
)
from inventory.models.imports import (
    WORKING_IMPORTS,
    ImportJob,
    ImportKind,
    ImportMode,
    ImportRow,
    ImportState,
    RowOutcome,
)
from inventory.models.incoming import Incoming
from inventory.models.kept_demand import DemandFigure, DemandRun
from inventory.models.locations import ALLOCATABLE_KINDS, Location, LocationKind, LocationLimit
from inventory.models.movements import (
    GROWING,
    PAIRED,
    SHRINKING,
    MovementKind,
    MovementReason,
    StockDocument,
    StockMovement,
)
from inventory.models.packs import Barcode, BarcodeKind, Packaging
from inventory.models.register import (
    RegisterEntry,
    RegisterKind,
    SignatureRequest,
    SignatureState,
)
from inventory.models.reservations import Reservation, ReservationStatus
from inventory.models.stock import ProductStock, StockLevel
from inventory.models.transfers import Transfer, TransferLine, TransferStatus
from inventory.models.write_offs import WriteOff, WriteOffLine, WriteOffStatus

__all__ = [
    "ALLOCATABLE_KINDS",
    "EXPIRY_KINDS",
    "GROWING",
    "PAIRED",
    "SHRINKING",
    "WORKING_IMPORTS",
    "AbcClass",
    "AlertKind",
    "AliasSource",
    "AttachmentKind",
    "Barcode",
    "BarcodeKind",
    "Batch",
    "BatchEvent",
    "BatchEventKind",
    "BatchStatus",
    "CatalogueRevision",
    "Category",
    "CountLineStatus",
    "CountMode",
    "CountScope",
    "CountState",
    "DemandFigure",
    "DemandRun",
    "ImportJob",
    "ImportKind",
    "ImportMode",
    "ImportRow",
    "ImportState",
    "Incoming",
    "Ingredient",
    "Location",
    "LocationKind",
    "LocationLimit",
    "MovementKind",
    "MovementReason",
    "Packaging",
    "Product",
    "ProductAlias",
    "ProductAttachment",
    "ProductIngredient",
    "ProductStock",
    "Recall",
    "RegisterEntry",
    "RegisterKind",
    "Reservation",
    "ReservationStatus",
    "RowOutcome",
    "SignatureRequest",
    "SignatureState",
    "StockAlert",
    "StockCount",
    "StockCountEntry",
    "StockCountLine",
    "StockDocument",
    "StockLevel",
    "StockMovement",
    "TaxCategory",
    "Transfer",
    "TransferLine",
    "TransferStatus",
    "WriteOff",
    "WriteOffLine",
    "WriteOffStatus",
]
