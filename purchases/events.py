"""What happened in purchasing, for whoever listens."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class OfferReady(Event):
    """An offer was read, its lines matched. Counts are of lines."""

    name: ClassVar[str] = "purchases.offer_ready"
    offer_id: int
    supplier_id: int
    supplier_name: str
    lines: int
    matched: int
    needs_review: int
    unmatched: int


@dataclass(frozen=True, kw_only=True)
class ProposalSubmitted(Event):
    """A proposal waits for somebody who may approve it. total: money.

    approver_ids: people who may take the step it waits at, as it was then.
    """

    name: ClassVar[str] = "purchases.proposal_submitted"
    proposal_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    submitted_by_id: int
    total: Decimal
    approver_ids: list[int] | None = None


@dataclass(frozen=True, kw_only=True)
class ProposalEndorsed(Event):
    """The first of two approvals is given; the second is waited for.

    approver_ids: people who may give it, as it was then.
    """

    name: ClassVar[str] = "purchases.proposal_endorsed"
    proposal_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    submitted_by_id: int
    endorsed_by_id: int
    total: Decimal
    approver_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ProposalChangesRequested(Event):
    """An approver gave a proposal back, saying what to change."""

    name: ClassVar[str] = "purchases.proposal_changes_requested"
    proposal_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    submitted_by_id: int
    requested_changes_by_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProposalExpired(Event):
    """Nobody decided a proposal in time, or all its offers are past."""

    name: ClassVar[str] = "purchases.proposal_expired"
    proposal_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    submitted_by_id: int
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class ApprovalDelegated(Event):
    """One approver lets another approve in his stead; moments in ISO 8601."""

    name: ClassVar[str] = "purchases.approval_delegated"
    delegation_id: int
    delegator_id: int
    delegator_name: str
    delegate_id: int
    starts_at: str
    ends_at: str


@dataclass(frozen=True, kw_only=True)
class ProposalApproved(Event):
    name: ClassVar[str] = "purchases.proposal_approved"
    proposal_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    submitted_by_id: int
    approved_by_id: int
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class ProposalRejected(Event):
    name: ClassVar[str] = "purchases.proposal_rejected"
    proposal_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    submitted_by_id: int
    rejected_by_id: int
    total: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProposalStuck(Event):
    """No worker gets an approved proposal done. error_code: of the last failure, may be empty."""

    name: ClassVar[str] = "purchases.proposal_stuck"
    proposal_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    approved_by_id: int | None
    error_code: str
    failures: int


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """An approved proposal became a purchase order."""

    name: ClassVar[str] = "purchases.order_placed"
    order_id: int
    number: str
    proposal_id: int
    supplier_name: str
    requested_by_id: int
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderExpired(Event):
    """What had not arrived of an order is given up. released: money that is free again."""

    name: ClassVar[str] = "purchases.order_expired"
    order_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    released: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderAmended(Event):
    """An order was changed, or cancelled in part. Totals: money."""

    name: ClassVar[str] = "purchases.order_amended"
    order_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    amended_by_id: int
    revision: int
    total_before: Decimal
    total_after: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderAcknowledged(Event):
    """A supplier answered an order. promised_date: ISO, "" for none.

    differences: lines not confirmed as ordered.
    """

    name: ClassVar[str] = "purchases.order_acknowledged"
    order_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    recorded_by_id: int
    promised_date: str
    differences: int


@dataclass(frozen=True, kw_only=True)
class OrderSent(Event):
    """An order was sent to its supplier. to: the address, empty where a person sent it."""

    name: ClassVar[str] = "purchases.order_sent"
    order_id: int
    number: str
    supplier_name: str
    channel: str
    to: str


@dataclass(frozen=True, kw_only=True)
class OrderDispatchFailed(Event):
    """An order could not be sent, and nobody tries again. error_code: why."""

    name: ClassVar[str] = "purchases.order_dispatch_failed"
    order_id: int
    number: str
    supplier_name: str
    requested_by_id: int
    sent_by_id: int
    to: str
    error_code: str


@dataclass(frozen=True, kw_only=True)
class GoodsReceived(Event):
    """Goods arrived on an order. flagged: lines whose batch or expiry is unknown."""

    name: ClassVar[str] = "purchases.goods_received"
    receipt_id: int
    number: str
    order_id: int
    order_number: str
    supplier_name: str
    requested_by_id: int
    total: Decimal
    price_difference: Decimal
    flagged: int
    order_complete: bool


@dataclass(frozen=True, kw_only=True)
class InvoiceDiffers(Event):
    """A supplier's invoice does not agree with order and receipt.

    amount: money by which it asks for more (> 0) or less than expected, over all differences.
    """

    name: ClassVar[str] = "purchases.invoice_differs"
    invoice_id: int
    number: str
    supplier_number: str
    supplier_name: str
    entered_by_id: int
    differences: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class InvoicePosted(Event):
    """A supplier's invoice is owed. payable, disputed: money, together its total."""

    name: ClassVar[str] = "purchases.invoice_posted"
    invoice_id: int
    number: str
    supplier_id: int
    supplier_name: str
    due_date: date
    payable: Decimal
    disputed: Decimal


@dataclass(frozen=True, kw_only=True)
class ReturnDispatched(Event):
    """Goods left for their supplier. expected_credit: money."""

    name: ClassVar[str] = "purchases.return_dispatched"
    return_id: int
    number: str
    supplier_id: int
    supplier_name: str
    expected_credit: Decimal


@dataclass(frozen=True, kw_only=True)
class InvoicesDueDigested(Event):
    """What is to be paid soon or is overdue. amount: money, of all these invoices."""

    name: ClassVar[str] = "purchases.invoices_due_digested"
    day: date
    invoices: int
    overdue: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class ReturnWindowsDigested(Event):
    """Goods that can soon go back no more. value: money paid; first_day: the earliest last day."""

    name: ClassVar[str] = "purchases.return_windows_digested"
    day: date
    batches: int
    value: Decimal
    first_day: date


@dataclass(frozen=True, kw_only=True)
class GoodsWaitingDigested(Event):
    """Goods in quarantine that wait for an inspection. oldest_day: since when the first of them."""

    name: ClassVar[str] = "purchases.goods_waiting_digested"
    day: date
    lines: int
    receipts: int
    oldest_day: date


@dataclass(frozen=True, kw_only=True)
class GoodsRejected(Event):
    """Goods of a receipt were rejected on inspection and wait for their return. lines: how many."""

    name: ClassVar[str] = "purchases.goods_rejected"
    receipt_id: int
    number: str
    supplier_id: int
    supplier_name: str
    lines: int


@dataclass(frozen=True, kw_only=True)
class ReceiptReversed(Event):
    """A goods receipt was taken back, whole or `lines` of it. total: money no longer owed."""

    name: ClassVar[str] = "purchases.receipt_reversed"
    reversal_id: int
    number: str
    receipt_id: int
    receipt_number: str
    order_id: int
    order_number: str
    supplier_name: str
    total: Decimal
    lines: int
