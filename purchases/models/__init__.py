"""Tables of purchasing, by topic."""

from purchases.models.needs import NeedPolicy
from purchases.models.offers import (
    DealDirection,
    LineDecision,
    LineStatus,
    Offer,
    OfferLine,
    ProductAlias,
)
from purchases.models.orders import (
    OrderState,
    PurchaseOrder,
    PurchaseOrderLine,
)
from purchases.models.proposals import (
    BuildMethod,
    BuildStatus,
    Proposal,
    ProposalBuild,
    ProposalLine,
    ProposalState,
)
from purchases.models.receipts import GoodsReceipt, GoodsReceiptLine
from purchases.models.suppliers import Supplier

__all__ = [
    "BuildMethod",
    "BuildStatus",
    "DealDirection",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "LineDecision",
    "LineStatus",
    "NeedPolicy",
    "Offer",
    "OfferLine",
    "OrderState",
    "ProductAlias",
    "Proposal",
    "ProposalBuild",
    "ProposalLine",
    "ProposalState",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Supplier",
]
