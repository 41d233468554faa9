"""Who is told of what. Each handler runs in the transaction that marks its event as delivered."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from ai_integration.events import OfferJobFailed
from core.money import currency, format_money
from core.outbox import delivered_event_id, subscribe
from inventory.events import (
    ExpiryDigested,
    IdleStockDigested,
    ImportFinished,
    LedgersDiffer,
    LowStockCrossed,
    NegativeMarginCrossed,
    OpeningBalanceImported,
    OutOfStockCrossed,
)
from notifications.models import NotificationKind
from notifications.services import notifications_create
from purchases.events import (
    ApprovalDelegated,
    GoodsRejected,
    GoodsWaitingDigested,
    InvoiceDiffers,
    InvoicesDueDigested,
    OfferReady,
    OrderAcknowledged,
    OrderDispatchFailed,
    ProposalApproved,
    ProposalChangesRequested,
    ProposalEndorsed,
    ProposalExpired,
    ProposalRejected,
    ProposalStuck,
    ProposalSubmitted,
    ReceiptReversed,
    ReturnWindowsDigested,
)
from rbac.public import users_with_permission

PROPOSAL = "purchases.proposal"
ORDER = "purchases.order"
REVIEW_OFFERS = "purchases.review_offers"
UPLOAD_OFFERS = "ai_integration.upload"
APPROVE = "purchases.approve"
SEND_ORDER = "purchases.send_order"
AMEND_ORDER = "purchases.amend_order"
CREATE_PROPOSAL = "purchases.create_proposal"
DECIDE_DIFFERENCES = "purchases.approve_invoice_differences"
PAY_SUPPLIERS = "capital.pay"
RETURN_GOODS = "purchases.manage_returns"
INSPECT_GOODS = "purchases.inspect_goods"
ADJUST_STOCK = "inventory.adjust"
ALERTS = "inventory.alerts"
IMPORT_OPENING = "inventory.import_opening"
SEE_COSTS = "inventory.view_costs"
SET_PRICES = "inventory.manage_catalogue"


@subscribe(OfferReady)
def tell_offer_ready(event: OfferReady) -> None:
    """Those who decide what an offer's lines are."""
    _tell(
        NotificationKind.OFFER_READY,
        set(users_with_permission(REVIEW_OFFERS)),
        subject=("purchases.offer", event.offer_id),
        supplier_name=event.supplier_name,
        lines=event.lines,
        matched=event.matched,
        needs_review=event.needs_review,
        unmatched=event.unmatched,
    )


@subscribe(OfferJobFailed)
def tell_offer_failed(event: OfferJobFailed) -> None:
    """Whoever uploaded the file, and everybody who may try it again."""
    uploader = set() if event.uploaded_by_id is None else {event.uploaded_by_id}
    _tell(
        NotificationKind.OFFER_FAILED,
        set(users_with_permission(UPLOAD_OFFERS)) | uploader,
        subject=("ai_integration.job", event.job_id),
        supplier_name=event.supplier_name,
        file_name=event.file_name,
        reason_code=event.reason_code,
        reason=event.reason,
    )


@subscribe(ProposalSubmitted)
def tell_proposal_waiting(event: ProposalSubmitted) -> None:
    """Those who may take the step it waits at; never whoever asked for it."""
    able = users_with_permission(APPROVE) if event.approver_ids is None else event.approver_ids
    _tell(
        NotificationKind.PROPOSAL_WAITING,
        set(able) - {event.requested_by_id, event.submitted_by_id},
        subject=(PROPOSAL, event.proposal_id),
        number=event.number,
        supplier_name=event.supplier_name,
        **_money(event.total),
    )


@subscribe(ProposalEndorsed)
def tell_second_approval_waiting(event: ProposalEndorsed) -> None:
    """Those who may give the second approval."""
    _tell(
        NotificationKind.PROPOSAL_SECOND_WAITING,
        set(event.approver_ids),
        subject=(PROPOSAL, event.proposal_id),
        number=event.number,
        supplier_name=event.supplier_name,
        **_money(event.total),
    )


@subscribe(ProposalChangesRequested)
def tell_changes_requested(event: ProposalChangesRequested) -> None:
    """Those who asked for it, with what to change."""
    _tell(
        NotificationKind.PROPOSAL_CHANGES_REQUESTED,
        {event.requested_by_id, event.submitted_by_id},
        subject=(PROPOSAL, event.proposal_id),
        number=event.number,
        supplier_name=event.supplier_name,
        reason=event.reason,
    )


@subscribe(ProposalExpired)
def tell_proposal_expired(event: ProposalExpired) -> None:
    """Those who asked for it."""
    _tell(
        NotificationKind.PROPOSAL_EXPIRED,
        {event.requested_by_id, event.submitted_by_id},
        subject=(PROPOSAL, event.proposal_id),
        number=event.number,
        supplier_name=event.supplier_name,
        **_money(event.total),
    )


@subscribe(ApprovalDelegated)
def tell_approval_delegated(event: ApprovalDelegated) -> None:
    """The substitute."""
    _tell(
        NotificationKind.APPROVAL_DELEGATED,
        {event.delegate_id},
        subject=("purchases.approval_delegation", event.delegation_id),
        delegator_name=event.delegator_name,
        starts_at=_day(event.starts_at),
        ends_at=_day(event.ends_at),
    )


@subscribe(ProposalApproved)
def tell_proposal_approved(event: ProposalApproved) -> None:
    """Those who asked for it."""
    _tell(
        NotificationKind.PROPOSAL_APPROVED,
        {event.requested_by_id, event.submitted_by_id} - {event.approved_by_id},
        subject=(PROPOSAL, event.proposal_id),
        number=event.number,
        supplier_name=event.supplier_name,
        **_money(event.total),
    )


@subscribe(ProposalRejected)
def tell_proposal_rejected(event: ProposalRejected) -> None:
    """Those who asked for it, with the reason."""
    _tell(
        NotificationKind.PROPOSAL_REJECTED,
        {event.requested_by_id, event.submitted_by_id} - {event.rejected_by_id},
        subject=(PROPOSAL, event.proposal_id),
        number=event.number,
        supplier_name=event.supplier_name,
        reason=event.reason,
        **_money(event.total),
    )


@subscribe(ProposalStuck)
def tell_proposal_stuck(event: ProposalStuck) -> None:
    """Those who may approve, and whoever waits for the goods."""
    _tell(
        NotificationKind.PROPOSAL_STUCK,
        set(users_with_permission(APPROVE)) | {event.requested_by_id},
        subject=(PROPOSAL, event.proposal_id),
        number=event.number,
        supplier_name=event.supplier_name,
        failures=event.failures,
        error_code=event.error_code or "-",
    )


@subscribe(OrderDispatchFailed)
def tell_order_not_sent(event: OrderDispatchFailed) -> None:
    """Those who may send it again, whoever sent it and whoever waits for the goods."""
    _tell(
        NotificationKind.ORDER_NOT_SENT,
        set(users_with_permission(SEND_ORDER)) | {event.sent_by_id, event.requested_by_id},
        subject=(ORDER, event.order_id),
        number=event.number,
        supplier_name=event.supplier_name,
        to=event.to,
        error_code=event.error_code,
    )


@subscribe(OrderAcknowledged)
def tell_order_answered(event: OrderAcknowledged) -> None:
    """Those who may amend the order, where it was not confirmed as it is."""
    if not event.differences:
        return
    _tell(
        NotificationKind.ORDER_ANSWERED,
        set(users_with_permission(AMEND_ORDER)) | {event.requested_by_id},
        subject=(ORDER, event.order_id),
        number=event.number,
        supplier_name=event.supplier_name,
        differences=event.differences,
        promised=event.promised_date or "-",
    )


@subscribe(LowStockCrossed)
def tell_low_stock(event: LowStockCrossed) -> None:
    """Those who can propose to buy it."""
    _tell(
        NotificationKind.LOW_STOCK,
        set(users_with_permission(CREATE_PROPOSAL)),
        subject=("inventory.product", event.product_id),
        product_name=event.product_name,
        available=event.available,
        min_stock=event.min_stock,
    )


@subscribe(OutOfStockCrossed)
def tell_out_of_stock(event: OutOfStockCrossed) -> None:
    """Those who can propose to buy it."""
    _tell(
        NotificationKind.OUT_OF_STOCK,
        set(users_with_permission(CREATE_PROPOSAL)),
        subject=("inventory.product", event.product_id),
        product_name=event.product_name,
        min_stock=event.min_stock,
    )


@subscribe(NegativeMarginCrossed)
def tell_negative_margin(event: NegativeMarginCrossed) -> None:
    """Those who set prices and may know costs."""
    _tell(
        NotificationKind.NEGATIVE_MARGIN,
        set(users_with_permission(SET_PRICES)) & set(users_with_permission(SEE_COSTS)),
        subject=("inventory.product", event.product_id),
        product_name=event.product_name,
        public_price=format_money(event.public_price),
        unit_cost=f"{event.unit_cost:f}",
        currency=currency(),
    )


@subscribe(ExpiryDigested)
def tell_expiry_digest(event: ExpiryDigested) -> None:
    """Those who take goods off the shelf: one message a day, however many batches."""
    _tell(
        NotificationKind.EXPIRY_DIGEST,
        set(users_with_permission(ADJUST_STOCK)),
        subject=(ALERTS, event.day.isoformat()),
        day=event.day.isoformat(),
        expired=event.expired,
        expiry_critical=event.expiry_critical,
        expiry_warning=event.expiry_warning,
        expiry_notice=event.expiry_notice,
    )


@subscribe(IdleStockDigested)
def tell_idle_stock_digest(event: IdleStockDigested) -> None:
    """Those who decide what is bought: one message a day, however many products."""
    _tell(
        NotificationKind.IDLE_STOCK_DIGEST,
        set(users_with_permission(CREATE_PROPOSAL)),
        subject=(ALERTS, event.day.isoformat()),
        day=event.day.isoformat(),
        overstock=event.overstock,
        dead_stock=event.dead_stock,
    )


@subscribe(LedgersDiffer)
def tell_ledgers_differ(event: LedgersDiffer) -> None:
    """Those who answer for the books."""
    _tell(
        NotificationKind.LEDGERS_DIFFER,
        set(users_with_permission(IMPORT_OPENING)),
        subject=("inventory.reconciliation", event.day.isoformat()),
        day=event.day.isoformat(),
        differences=event.differences,
        first=event.first[0] if event.first else "",
    )


@subscribe(OpeningBalanceImported)
def tell_opening_low_stock(event: OpeningBalanceImported) -> None:
    """One message for a whole import instead of one per product."""
    if not event.low_stock:
        return
    _tell(
        NotificationKind.OPENING_LOW_STOCK,
        set(users_with_permission(CREATE_PROPOSAL)),
        subject=("inventory.opening_balance", event.document_id),
        number=event.number,
        low_stock=event.low_stock,
    )


@subscribe(ImportFinished)
def tell_import_finished(event: ImportFinished) -> None:
    """Whoever started it; where that was nobody, those who may import such a file."""
    permission = f"inventory.import_{event.kind}"
    started_by = event.started_by_id
    _tell(
        NotificationKind(f"import_{event.state}"),
        set(users_with_permission(permission)) if started_by is None else {started_by},
        subject=("inventory.import", event.job_id),
        file_name=event.file_name,
        rows=event.rows,
        errors=event.errors,
        warnings=event.warnings,
        dry_run="✓" if event.dry_run else "✗",
    )


@subscribe(InvoiceDiffers)
def tell_invoice_differs(event: InvoiceDiffers) -> None:
    """Those who decide on differences, and whoever entered the invoice."""
    _tell(
        NotificationKind.INVOICE_DIFFERS,
        set(users_with_permission(DECIDE_DIFFERENCES)) | {event.entered_by_id},
        subject=("purchases.supplier_invoice", event.invoice_id),
        number=event.number,
        supplier_number=event.supplier_number,
        supplier_name=event.supplier_name,
        differences=event.differences,
        amount=format_money(event.amount),
        currency=currency(),
    )


@subscribe(InvoicesDueDigested)
def tell_invoices_due(event: InvoicesDueDigested) -> None:
    """Those who pay: one message a day, however many invoices."""
    _tell(
        NotificationKind.INVOICES_DUE,
        set(users_with_permission(PAY_SUPPLIERS)),
        subject=("purchases.digest", event.day.isoformat()),
        day=event.day.isoformat(),
        invoices=event.invoices,
        overdue=event.overdue,
        amount=format_money(event.amount),
        currency=currency(),
    )


@subscribe(ReturnWindowsDigested)
def tell_return_windows(event: ReturnWindowsDigested) -> None:
    """Those who send goods back: one message a day, however many batches."""
    _tell(
        NotificationKind.RETURN_WINDOWS,
        set(users_with_permission(RETURN_GOODS)),
        subject=("purchases.digest", event.day.isoformat()),
        day=event.day.isoformat(),
        batches=event.batches,
        value=format_money(event.value),
        first_day=event.first_day.isoformat(),
        currency=currency(),
    )


@subscribe(GoodsWaitingDigested)
def tell_goods_waiting(event: GoodsWaitingDigested) -> None:
    """Those who may inspect: nothing of it is sold until somebody does. One message a day."""
    _tell(
        NotificationKind.GOODS_WAITING,
        set(users_with_permission(INSPECT_GOODS)),
        subject=("purchases.digest", event.day.isoformat()),
        day=event.day.isoformat(),
        lines=event.lines,
        receipts=event.receipts,
        oldest_day=event.oldest_day.isoformat(),
    )


@subscribe(GoodsRejected)
def tell_goods_rejected(event: GoodsRejected) -> None:
    """Those who send goods back: they lie in quarantine until somebody does."""
    _tell(
        NotificationKind.GOODS_REJECTED,
        set(users_with_permission(RETURN_GOODS)),
        subject=("purchases.goods_receipt", event.receipt_id),
        number=event.number,
        supplier_name=event.supplier_name,
        lines=event.lines,
    )


@subscribe(ReceiptReversed)
def tell_receipt_reversed(event: ReceiptReversed) -> None:
    """Those who buy, whose order waits for the goods again, and those who would have paid."""
    _tell(
        NotificationKind.RECEIPT_REVERSED,
        set(users_with_permission(CREATE_PROPOSAL)) | set(users_with_permission(PAY_SUPPLIERS)),
        subject=("purchases.goods_receipt", event.receipt_id),
        receipt_number=event.receipt_number,
        order_number=event.order_number,
        supplier_name=event.supplier_name,
        lines=event.lines,
        **_money(event.total),
    )


def _tell(
    kind: NotificationKind,
    recipient_ids: set[int],
    *,
    subject: tuple[str, int | str],
    **params: Any,
) -> None:
    notifications_create(
        now=timezone.now(),
        event_id=delivered_event_id(),
        kind=kind,
        recipient_ids=recipient_ids,
        subject_type=subject[0],
        subject_id=str(subject[1]),
        params=params,
    )


def _money(total: Decimal) -> dict[str, str]:
    return {"total": format_money(total), "currency": currency()}


def _day(moment: str) -> str:
    """The pharmacy's day and time of a moment in ISO 8601."""
    here = datetime.fromisoformat(moment).astimezone(ZoneInfo(settings.PHARMACY_TIME_ZONE))
    return here.strftime("%Y-%m-%d %H:%M")
