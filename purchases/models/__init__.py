"""Tables of purchasing, by topic."""

from purchases.models.invoices import (
    ENDED_INVOICE_STATES,
    DifferenceKind,
    InvoiceDifference,
    InvoicedQuantity,
    InvoiceMatch,
    InvoiceState,
    Resolution,
    SupplierInvoice,
    SupplierInvoiceFile,
    SupplierInvoiceLine,
)
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
from purchases.models.payments import (
    DigestKind,
    PurchasingDigest,
    Settlement,
    SettlementKind,
    SupplierPayment,
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
from purchases.models.returns import (
    CreditNote,
    CreditReason,
    ReturnPolicy,
    ReturnReason,
    ReturnState,
    SupplierReturn,
    SupplierReturnLine,
)
from purchases.models.suppliers import Supplier

__all__ = [
    "ENDED_INVOICE_STATES",
    "BuildMethod",
    "BuildStatus",
    "CreditNote",
    "CreditReason",
    "DealDirection",
    "DifferenceKind",
    "DigestKind",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "InvoiceDifference",
    "InvoiceMatch",
    "InvoiceState",
    "InvoicedQuantity",
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
    "PurchasingDigest",
    "Resolution",
    "ReturnPolicy",
    "ReturnReason",
    "ReturnState",
    "Settlement",
    "SettlementKind",
    "Supplier",
    "SupplierInvoice",
    "SupplierInvoiceFile",
    "SupplierInvoiceLine",
    "SupplierPayment",
    "SupplierReturn",
    "SupplierReturnLine",
]
