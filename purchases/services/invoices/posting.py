"""Posting supplier invoices: only what differs from the receipts moves money.

Receipts owe for goods as they arrive (Dr inventory, Cr payables). An invoice adds what its price,
charges and tax differ by; worked example and reasons: docs/flows/supplier-invoices.md and
docs/decisions/invoices-post-differences.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from capital.public import SUPPLIER_PARTY, Posting, SystemAccount, entry_post, entry_reverse
from core import audit, outbox
from core.audit import Actor
from core.money import allocate, format_money
from core.states import next_state
from inventory.public import RevaluationLine, stock_revalue
from purchases.errors import (
    InvoiceMatchStale,
    InvoiceSettled,
    SupplierInvoiceStateRefused,
)
from purchases.events import InvoicePosted
from purchases.models import GoodsReceiptLine, InvoicedQuantity, InvoiceMatch, SupplierInvoice
from purchases.people import reason_given
from purchases.selectors.statement import INVOICE_SOURCE
from purchases.services.invoices.invoices import invoice_locked
from purchases.services.invoices.match import orders_lock, owed_now
from purchases.states import INVOICE_TRANSITIONS, InvoiceAction
from purchases.threeway import Owed, in_proportion

REVERSAL_SOURCE = "purchases.supplier_invoice_reversal"
ENTRY_KIND = "supplier_invoice"
ZERO = Decimal(0)


@transaction.atomic
def invoice_post(*, actor: Actor, now: datetime, invoice_id: int) -> SupplierInvoice:
    """Owe what was approved: post what it differs from the receipts, revalue what is on hand.

    Publishes InvoicePosted. Two posts at once: one waits for the other and is refused.

    Raises SupplierInvoiceNotFound, SupplierInvoiceStateRefused, InvoiceMatchStale, and what
    capital refuses (PeriodClosed).
    """
    invoice = invoice_locked(invoice_id)
    before = invoice.state
    invoice.state = next_state(
        INVOICE_TRANSITIONS, before, InvoiceAction.POST, SupplierInvoiceStateRefused
    )
    orders_lock(invoice)
    _facts, _outcome, owed = owed_now(invoice, now=now)
    if owed.total != invoice.payable:
        raise InvoiceMatchStale
    matches = _matches(invoice)
    for found in matches:
        found.owed_amount = owed.goods[found.line.position, found.receipt_line_id]
    InvoiceMatch.objects.bulk_update(matches, ["owed_amount"])
    _count_billed(matches, sign=1)
    _revalue(matches, owed, actor=actor, now=now, source=(INVOICE_SOURCE, str(invoice.pk)))
    invoice.entry_id = _post_entry(invoice, owed, actor=actor, now=now)
    invoice.posted_by_id, invoice.posted_at = actor.id, now
    invoice.save()
    outbox.publish(
        InvoicePosted(
            invoice_id=invoice.pk,
            number=invoice.number,
            supplier_id=invoice.supplier_id,
            supplier_name=invoice.supplier.name,
            due_date=invoice.due_date,
            payable=invoice.payable,
            disputed=invoice.disputed,
        )
    )
    audit.record(
        actor=actor,
        action="purchases.invoice_posted",
        subject=invoice,
        changes={
            "state": [before, invoice.state],
            "payable": format_money(invoice.payable),
            "price_difference": format_money(owed.price_difference),
        },
    )
    return invoice


@transaction.atomic
def invoice_reverse(
    *, actor: Actor, now: datetime, invoice_id: int, reason: str
) -> SupplierInvoice:
    """Take a posted invoice back, with its money; its goods can be billed again.

    Raises SupplierInvoiceNotFound, SupplierInvoiceStateRefused, ReasonRequired, InvoiceSettled
    (payments or credit notes rest on it), and what capital refuses.
    """
    reason = reason_given(reason)
    invoice = invoice_locked(invoice_id)
    before = invoice.state
    invoice.state = next_state(
        INVOICE_TRANSITIONS, before, InvoiceAction.REVERSE, SupplierInvoiceStateRefused
    )
    if invoice.settled or invoice.dispute_settled:
        raise InvoiceSettled(
            _("%(amount)s of it are settled.")
            % {"amount": format_money(invoice.settled + invoice.dispute_settled)}
        )
    orders_lock(invoice)
    matches = _matches(invoice)
    _count_billed(matches, sign=-1)
    owed = _owed_of_posted(invoice, matches)
    _revalue(
        matches, owed, actor=actor, now=now, source=(REVERSAL_SOURCE, str(invoice.pk)), sign=-1
    )
    if invoice.entry_id is not None:
        entry_reverse(actor=actor, now=now, entry_id=invoice.entry_id, reason=reason)
    invoice.ended_by_id, invoice.ended_at, invoice.end_reason = actor.id, now, reason
    invoice.save()
    audit.record(
        actor=actor,
        action="purchases.invoice_reversed",
        subject=invoice,
        changes={"state": [before, invoice.state], "payable": format_money(invoice.payable)},
        reason=reason,
    )
    return invoice


def _matches(invoice: SupplierInvoice) -> list[InvoiceMatch]:
    return list(
        InvoiceMatch.objects.filter(line__invoice=invoice)
        .select_related("line", "receipt_line")
        .order_by("line__position", "receipt_line_id")
    )


def _count_billed(matches: Sequence[InvoiceMatch], *, sign: int) -> None:
    """Count up what is billed of each receipt line, or down again; the database keeps the bound."""
    units: dict[int, int] = defaultdict(int)
    for found in matches:
        units[found.receipt_line_id] += sign * found.quantity
    InvoicedQuantity.objects.bulk_create(
        (
            InvoicedQuantity(receipt_line=line, received_quantity=line.quantity)
            for line in _lines_of(matches).values()
        ),
        ignore_conflicts=True,
    )
    rows = list(InvoicedQuantity.objects.filter(pk__in=units).select_for_update().order_by("pk"))
    for row in rows:
        row.invoiced_quantity += units[row.pk]
    InvoicedQuantity.objects.bulk_update(rows, ["invoiced_quantity"])


def _lines_of(matches: Sequence[InvoiceMatch]) -> dict[int, GoodsReceiptLine]:
    return {found.receipt_line_id: found.receipt_line for found in matches}


def _owed_of_posted(invoice: SupplierInvoice, matches: Sequence[InvoiceMatch]) -> Owed:
    """The money as it was posted, read from what was kept."""
    goods = {
        (found.line.position, found.receipt_line_id): found.owed_amount or ZERO for found in matches
    }
    received = sum((found.received_amount for found in matches), ZERO)
    return Owed(
        goods=goods,
        received=received,
        discount=_posted_discount(invoice, sum(goods.values(), ZERO)),
        charges=invoice.charges,
        tax=ZERO,
        rounding=ZERO,
    )


def _posted_discount(invoice: SupplierInvoice, owed: Decimal) -> Decimal:
    return in_proportion(invoice.discount, owed, invoice.goods)


def _revalue(
    matches: Sequence[InvoiceMatch],
    owed: Owed,
    *,
    actor: Actor,
    now: datetime,
    source: tuple[str, str],
    sign: int = 1,
) -> None:
    """Let the goods that are still there be worth what they cost after all.

    Charges and the invoice's discount are spread over the lines by what is owed for them.
    """
    amounts = cost_differences(matches, owed)
    lines = [
        RevaluationLine(
            line=place,
            batch_id=found.receipt_line.batch_id,
            quantity=found.quantity,
            amount=sign * amount,
        )
        for place, (found, amount) in enumerate(zip(matches, amounts, strict=True), start=1)
        if amount
    ]
    if lines:
        stock_revalue(actor=actor, now=now, source_type=source[0], source_id=source[1], lines=lines)


def cost_differences(matches: Sequence[InvoiceMatch], owed: Owed) -> list[Decimal]:
    """Money per match by which its goods cost more (> 0) or less than their receipt said."""
    if not matches:
        return []
    weights: list[Decimal | int] = [
        owed.goods[found.line.position, found.receipt_line_id] for found in matches
    ]
    if not any(weights):
        weights = [found.quantity for found in matches]
    charges = allocate(owed.charges, weights)
    discounts = allocate(owed.discount, weights)
    return [
        owed.goods[found.line.position, found.receipt_line_id]
        - found.received_amount
        + charge
        - discount
        for found, charge, discount in zip(matches, charges, discounts, strict=True)
    ]


def _post_entry(invoice: SupplierInvoice, owed: Owed, *, actor: Actor, now: datetime) -> int | None:
    """One entry of what the invoice adds to the receipts; None where it adds nothing."""
    postings = postings_of(owed, supplier_id=invoice.supplier_id)
    if not postings:
        return None
    return entry_post(
        actor=actor,
        now=now,
        source_type=INVOICE_SOURCE,
        source_id=str(invoice.pk),
        kind=ENTRY_KIND,
        postings=postings,
        memo=invoice.supplier_number,
    )


def postings_of(owed: Owed, *, supplier_id: int) -> list[Posting]:
    """Price, charges and rounding against PURCHASE_PRICE_DIFFERENCE, tax against TAX_RECEIVABLE,
    all of it owed to the supplier. Revaluing moves the part of goods on hand on to INVENTORY."""
    parts = [
        ("price", SystemAccount.PURCHASE_PRICE_DIFFERENCE, owed.goods_total - owed.received),
        ("discount", SystemAccount.PURCHASE_PRICE_DIFFERENCE, -owed.discount),
        ("charges", SystemAccount.PURCHASE_PRICE_DIFFERENCE, owed.charges),
        ("rounding", SystemAccount.PURCHASE_PRICE_DIFFERENCE, owed.rounding),
        ("tax", SystemAccount.TAX_RECEIVABLE, owed.tax),
    ]
    postings = [posting_line(account, amount, memo) for memo, account, amount in parts if amount]
    change = sum((amount for _memo, _account, amount in parts), ZERO)
    if change:
        postings.append(payable_line(-change, supplier_id=supplier_id))
    return postings


def payable_line(amount: Decimal, *, supplier_id: int) -> Posting:
    """A line of the supplier's account; amount: > 0 lowers the debt, < 0 raises it."""
    return replace(
        posting_line(SystemAccount.PAYABLES, amount),
        party_type=SUPPLIER_PARTY,
        party_id=str(supplier_id),
    )


def posting_line(account: SystemAccount, amount: Decimal, memo: str = "") -> Posting:
    """amount: money, positive on the debit side, negative on the credit side."""
    return Posting(account=account, debit=max(amount, ZERO), credit=max(-amount, ZERO), memo=memo)
