"""Holding an invoice against order and receipt, and deciding on what does not agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, outbox
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.money import format_money
from core.states import next_state
from purchases.errors import (
    InvoiceMatchStale,
    InvoiceNothingOwed,
    ResolutionRefused,
    SupplierInvoiceStateRefused,
)
from purchases.events import InvoiceDiffers
from purchases.models import (
    DifferenceKind,
    InvoiceDifference,
    InvoiceMatch,
    PurchaseOrder,
    Resolution,
    SupplierInvoice,
)
from purchases.people import reason_given
from purchases.selectors.three_way import Facts, facts_of, invoice_tolerance
from purchases.services.invoices.invoices import invoice_locked, match_forget
from purchases.states import INVOICE_TRANSITIONS, InvoiceAction
from purchases.threeway import Outcome, Owed, owed_of

# Goods that are not there are never paid for: such a difference is disputed, or waits.
ALWAYS_DISPUTED = frozenset(
    {
        DifferenceKind.QUANTITY,
        DifferenceKind.NOT_ORDERED,
        DifferenceKind.NOT_RECEIVED,
        DifferenceKind.DUPLICATE,
    }
)


@transaction.atomic
def invoice_match(*, actor: Actor, now: datetime, invoice_id: int) -> SupplierInvoice:
    """Find the goods the invoice bills; it is then `matched`, or has `differences`.

    May be repeated until it is posted, for instance when more goods have come; what was decided
    is then to be decided again. Publishes InvoiceDiffers.

    Raises SupplierInvoiceNotFound, SupplierInvoiceStateRefused.
    """
    invoice = invoice_locked(invoice_id)
    before = invoice.state
    next_state(INVOICE_TRANSITIONS, before, InvoiceAction.MATCH_CLEAN, SupplierInvoiceStateRefused)
    facts = facts_of(invoice, now=now)
    outcome = facts.outcome()
    match_forget(invoice)
    _write(invoice, facts, outcome)
    action = InvoiceAction.MATCH_DIFFERS if outcome.differences else InvoiceAction.MATCH_CLEAN
    invoice.state = next_state(INVOICE_TRANSITIONS, before, action, SupplierInvoiceStateRefused)
    invoice.matched_at = now
    invoice.save()
    if outcome.differences:
        outbox.publish(
            InvoiceDiffers(
                invoice_id=invoice.pk,
                number=invoice.number,
                supplier_number=invoice.supplier_number,
                supplier_name=invoice.supplier.name,
                entered_by_id=invoice.entered_by_id,
                differences=len(outcome.differences),
                amount=sum((found.amount for found in outcome.differences), Decimal(0)),
            )
        )
    audit.record(
        actor=actor,
        action="purchases.invoice_matched",
        subject=invoice,
        changes={
            "state": [before, invoice.state],
            "differences": [found.kind for found in outcome.differences],
        },
    )
    return invoice


@transaction.atomic
def invoice_approve(*, actor: Actor, now: datetime, invoice_id: int) -> SupplierInvoice:
    """Approve an invoice that agrees; all of it is owed.

    Raises SupplierInvoiceNotFound, SupplierInvoiceStateRefused (there are differences),
    InvoiceMatchStale.
    """
    invoice = invoice_locked(invoice_id)
    _approve(invoice, InvoiceAction.APPROVE, {}, actor=actor, now=now, reason="")
    return invoice


@transaction.atomic
def invoice_resolve(
    *,
    actor: Actor,
    now: datetime,
    invoice_id: int,
    resolutions: Mapping[int, str],
    reason: str,
) -> SupplierInvoice:
    """Decide on every difference and approve the invoice with what is then owed.

    resolutions: difference id -> `accept` (pay as billed) or `dispute` (pay as ordered, expect a
    credit note). Goods that did not come can only be disputed; what is cheaper, or not billed
    yet, only be accepted. reason: why, required.

    Raises SupplierInvoiceNotFound, SupplierInvoiceStateRefused, ReasonRequired, ResolutionRefused
    (errors per difference), InvoiceMatchStale, InvoiceNothingOwed.
    """
    reason = reason_given(reason)
    invoice = invoice_locked(invoice_id)
    next_state(
        INVOICE_TRANSITIONS, invoice.state, InvoiceAction.RESOLVE, SupplierInvoiceStateRefused
    )
    _approve(invoice, InvoiceAction.RESOLVE, resolutions, actor=actor, now=now, reason=reason)
    return invoice


def orders_lock(invoice: SupplierInvoice) -> None:
    """Lock the orders whose goods the match found, so that their receipts stay as they are."""
    orders = InvoiceMatch.objects.filter(line__invoice=invoice).values(
        "receipt_line__receipt__order_id"
    )
    lock(PurchaseOrder.objects.filter(pk__in=orders))


def owed_now(invoice: SupplierInvoice, *, now: datetime) -> tuple[Facts, Outcome, Owed]:
    """What the stored match and decisions make of the invoice, computed anew.

    Raises InvoiceMatchStale if the match would come out differently today.
    """
    facts = facts_of(invoice, now=now)
    outcome = facts.outcome()
    differences = list(invoice.differences.select_related("line"))
    if not _is_current(invoice, outcome, differences):
        raise InvoiceMatchStale
    disputed = {
        (found.line.position, found.kind)
        for found in differences
        if found.line is not None and found.resolution == Resolution.DISPUTE
    }
    owed = owed_of(
        facts.billed,
        outcome,
        disputed,
        tolerance=invoice_tolerance(),
        discount=invoice.discount,
        charges=invoice.charges,
        charges_tax=invoice.charges_tax,
        rounding=invoice.rounding,
    )
    return facts, outcome, owed


def _approve(
    invoice: SupplierInvoice,
    action: InvoiceAction,
    resolutions: Mapping[int, str],
    *,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    before = invoice.state
    invoice.state = next_state(INVOICE_TRANSITIONS, before, action, SupplierInvoiceStateRefused)
    differences = list(invoice.differences.select_related("line").order_by("pk"))
    _refuse_resolutions(differences, resolutions)
    for found in differences:
        found.resolution = resolutions[found.pk]
    InvoiceDifference.objects.bulk_update(differences, ["resolution"])
    orders_lock(invoice)
    _facts, _outcome, owed = owed_now(invoice, now=now)
    if owed.total <= 0:
        raise InvoiceNothingOwed
    invoice.payable = owed.total
    invoice.disputed = invoice.total - owed.total
    invoice.approved_by_id, invoice.approved_at = actor.id, now
    invoice.approval_reason = reason
    invoice.save()
    audit.record(
        actor=actor,
        action="purchases.invoice_approved",
        subject=invoice,
        changes={
            "state": [before, invoice.state],
            "payable": format_money(invoice.payable),
            "disputed": format_money(invoice.disputed),
            "resolutions": [[found.kind, found.resolution] for found in differences],
        },
        reason=reason,
    )


def _refuse_resolutions(
    differences: Sequence[InvoiceDifference], resolutions: Mapping[int, str]
) -> None:
    known = {found.pk for found in differences}
    problems = [
        FieldProblem(f"resolutions.{pk}", "unknown", _("The invoice has no such difference."))
        for pk in resolutions
        if pk not in known
    ]
    problems += [
        FieldProblem(f"resolutions.{found.pk}", *fault)
        for found in differences
        if (fault := _resolution_fault(found, resolutions.get(found.pk, "")))
    ]
    if problems:
        raise ResolutionRefused(errors=problems)


def _resolution_fault(found: InvoiceDifference, resolution: str) -> tuple[str, str] | None:
    if not resolution:
        return "required", _("Say whether it is accepted or disputed.")
    if resolution == Resolution.ACCEPT and found.kind in ALWAYS_DISPUTED:
        return "not_acceptable", _(
            "Goods that are not there are not paid for: dispute them, or wait and match again."
        )
    if resolution == Resolution.DISPUTE and found.kind not in ALWAYS_DISPUTED and found.amount <= 0:
        return "nothing_to_dispute", _("It costs nothing more than expected: accept it.")
    return None


def _write(invoice: SupplierInvoice, facts: Facts, outcome: Outcome) -> None:
    InvoiceMatch.objects.bulk_create(
        InvoiceMatch(
            line=facts.lines[found.position],
            receipt_line_id=found.receipt_line_id,
            quantity=found.quantity,
            received_amount=found.received_amount,
            ordered_amount=found.ordered_amount,
        )
        for found in outcome.matches
    )
    InvoiceDifference.objects.bulk_create(
        InvoiceDifference(
            invoice=invoice,
            line=None if found.position is None else facts.lines[found.position],
            receipt_line_id=found.receipt_line_id,
            kind=found.kind,
            expected=found.expected,
            found=found.found,
            amount=found.amount,
        )
        for found in outcome.differences
    )


def _is_current(
    invoice: SupplierInvoice, outcome: Outcome, differences: Iterable[InvoiceDifference]
) -> bool:
    stored = {
        (row.line.position, row.receipt_line_id): (
            row.quantity,
            row.received_amount,
            row.ordered_amount,
        )
        for row in InvoiceMatch.objects.filter(line__invoice=invoice).select_related("line")
    }
    fresh = {
        (found.position, found.receipt_line_id): (
            found.quantity,
            found.received_amount,
            found.ordered_amount,
        )
        for found in outcome.matches
    }
    kept = {
        (row.kind, row.line.position if row.line else None, row.receipt_line_id, row.amount)
        for row in differences
    }
    found_now = {
        (found.kind, found.position, found.receipt_line_id, found.amount)
        for found in outcome.differences
    }
    return stored == fresh and kept == found_now
