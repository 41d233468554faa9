"""Credit notes of suppliers: for goods returned, for what was disputed, for rebates.

A credit note is posted as it is entered; what it says otherwise than expected goes to
`purchase_price_difference`. It can then settle invoices, like a payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from capital.public import SystemAccount, entry_post, entry_reverse
from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from core.money import currency, format_money
from core.numbering import next_number
from core.states import next_state
from core.text import search_key
from purchases.constraints import refusing
from purchases.errors import (
    CreditNoteAllocated,
    CreditNoteInvalid,
    CreditNoteNotFound,
    CreditNoteNumberTaken,
    CreditNoteReversed,
    SupplierInvoiceStateRefused,
    SupplierReturnStateRefused,
)
from purchases.models import (
    CreditNote,
    CreditReason,
    InvoiceState,
    ReturnState,
    SupplierInvoice,
    SupplierReturn,
)
from purchases.people import person_of, reason_given
from purchases.selectors.statement import NOTE_SOURCE
from purchases.services.invoices.invoices import invoice_locked
from purchases.services.invoices.posting import payable_line, posting_line
from purchases.services.payments.settlements import (
    settle_with_note,
    shares_required,
    supplier_locked,
)
from purchases.services.returns.returns import credit_outstanding, return_locked
from purchases.states import RETURN_TRANSITIONS, ReturnAction

NOTE_KIND = "credit_note"
ZERO = Decimal(0)
_TAKEN = {"purchases_creditnote_supplier_number_once": CreditNoteNumberTaken}


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteFacts:
    """A credit note as printed. amount: money, tax included.

    return_id or invoice_id: what it is for; neither is a rebate or allowance. final: nothing more
    is to come for the return; what is short of the credit expected is then a loss.
    """

    supplier_number: str
    note_date: date
    amount: Decimal
    tax: Decimal = ZERO
    return_id: int | None = None
    invoice_id: int | None = None
    final: bool = True
    note: str = ""

    @property
    def goods(self) -> Decimal:
        return self.amount - self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class _Effect:
    """difference: money beyond (> 0) or short of what was expected, without tax; tax: what is no
    longer to be got back from the state; allocatable: what can settle invoices."""

    difference: Decimal
    tax: Decimal
    allocatable: Decimal


@transaction.atomic
def credit_note_enter(
    *, actor: Actor, now: datetime, supplier_id: int, facts: CreditNoteFacts
) -> CreditNote:
    """Enter and post a credit note.

    Raises SupplierNotFound, CreditNoteInvalid, CreditNoteNumberTaken, SupplierReturnNotFound,
    SupplierReturnStateRefused (not dispatched), SupplierInvoiceNotFound,
    SupplierInvoiceStateRefused (not posted).
    """
    supplier = supplier_locked(supplier_id)
    _refuse_faulty(facts, today=local_date(now))
    note = CreditNote(
        supplier=supplier,
        supplier_number=" ".join(facts.supplier_number.split()),
        number_key=search_key(facts.supplier_number)[:60],
        note_date=facts.note_date,
        amount=facts.amount,
        tax=facts.tax,
        note=facts.note.strip(),
        entered_by_id=person_of(actor),
        entered_at=now,
    )
    _refuse_taken(note)
    effect = _take_effect(note, facts)
    note.difference, note.allocatable = effect.difference, effect.allocatable
    note.number = next_number("CN", on=local_date(now))
    with refusing(_TAKEN):
        note.save(force_insert=True)
    note.entry_id = _post(note, effect, actor=actor, now=now)
    note.save(update_fields=["entry_id"])
    audit.record(
        actor=actor,
        action="purchases.credit_note_entered",
        subject=note,
        changes={
            "supplier_number": note.supplier_number,
            "amount": format_money(note.amount),
            "difference": format_money(note.difference),
        },
    )
    return note


@transaction.atomic
def credit_note_allocate(
    *,
    actor: Actor,
    now: datetime,
    note_id: int,
    invoices: Mapping[int, Decimal] | None = None,
) -> CreditNote:
    """Settle invoices with what is free of it: those named, or the oldest due first.

    Raises CreditNoteNotFound, CreditNoteReversed, SettlementRefused, NothingToSettle.
    """
    note = _locked(note_id)
    shares = shares_required(
        note.supplier, available=note.allocatable - note.allocated, named=invoices
    )
    settle_with_note(note, shares, actor=actor, now=now)
    return note


@transaction.atomic
def credit_note_reverse(*, actor: Actor, now: datetime, note_id: int, reason: str) -> CreditNote:
    """Take a credit note back: its return or dispute waits for another.

    Raises CreditNoteNotFound, CreditNoteReversed, CreditNoteAllocated, ReasonRequired.
    """
    reason = reason_given(reason)
    note = _locked(note_id)
    if note.allocated:
        raise CreditNoteAllocated
    _give_back(note)
    if note.entry_id is not None:
        entry_reverse(actor=actor, now=now, entry_id=note.entry_id, reason=reason)
    note.reversed_by_id, note.reversed_at = actor.id, now
    note.reversal_reason = reason
    note.save()
    audit.record(
        actor=actor,
        action="purchases.credit_note_reversed",
        subject=note,
        changes={"amount": format_money(note.amount)},
        reason=reason,
    )
    return note


def _locked(note_id: int) -> CreditNote:
    """A standing credit note with its supplier locked."""
    note = CreditNote.objects.select_related("supplier").filter(pk=note_id).first()
    if note is None:
        raise CreditNoteNotFound
    supplier_locked(note.supplier_id)
    note.refresh_from_db()
    if note.reversed_at is not None:
        raise CreditNoteReversed
    return note


def _refuse_faulty(facts: CreditNoteFacts, *, today: date) -> None:
    checks = [
        (
            bool(search_key(facts.supplier_number)),
            "supplier_number",
            "unreadable",
            _("Give at least one letter or digit."),
        ),
        (
            facts.note_date <= today,
            "note_date",
            "in_the_future",
            _("A credit note is not of a day to come."),
        ),
        (facts.amount > 0, "amount", "not_positive", _("Give an amount above zero.")),
        (facts.tax <= facts.amount, "tax", "too_large", _("It is more than the whole amount.")),
        (
            facts.return_id is None or facts.invoice_id is None,
            "invoice_id",
            "ambiguous",
            _("It is for a return or for an invoice, not for both."),
        ),
    ]
    problems = [
        FieldProblem(field, code, detail) for holds, field, code, detail in checks if not holds
    ]
    if problems:
        raise CreditNoteInvalid(errors=problems)


def _refuse_taken(note: CreditNote) -> None:
    taken = CreditNote.objects.filter(
        supplier=note.supplier, number_key=note.number_key, reversed_at__isnull=True
    ).first()
    if taken is not None:
        raise CreditNoteNumberTaken(
            _("It was entered as %(number)s.") % {"number": taken.number},
            errors=[FieldProblem("supplier_number", "taken", _("Look at the other one first."))],
            extra={"credit_note_id": taken.pk, "number": taken.number},
        )


def _take_effect(note: CreditNote, facts: CreditNoteFacts) -> _Effect:
    """Count the note against what it is for, and say what is left to post."""
    if facts.return_id is not None:
        note.reason = CreditReason.RETURN
        note.supplier_return = return_locked(facts.return_id)
        return _credit_return(note.supplier_return, note, facts)
    if facts.invoice_id is not None:
        note.reason = CreditReason.DISPUTE
        note.invoice = invoice_locked(facts.invoice_id)
        return _settle_dispute(note.invoice, note, facts)
    note.reason = CreditReason.ALLOWANCE
    return _Effect(difference=facts.goods, tax=facts.tax, allocatable=facts.amount)


def _credit_return(returned: SupplierReturn, note: CreditNote, facts: CreditNoteFacts) -> _Effect:
    _refuse_foreign("return_id", returned.supplier_id, note)
    expected = credit_outstanding(returned)
    complete = facts.final or facts.goods >= expected
    state = next_state(
        RETURN_TRANSITIONS, returned.state, ReturnAction.CREDIT, SupplierReturnStateRefused
    )
    if complete:
        returned.state = state
    returned.credited += facts.goods
    returned.save()
    return _Effect(
        difference=facts.goods - expected if complete else ZERO,
        tax=facts.tax,
        allocatable=facts.amount,
    )


def _settle_dispute(invoice: SupplierInvoice, note: CreditNote, facts: CreditNoteFacts) -> _Effect:
    """What was disputed was never owed, tax included: only what goes beyond it is posted."""
    _refuse_foreign("invoice_id", invoice.supplier_id, note)
    if invoice.state != InvoiceState.POSTED:
        raise SupplierInvoiceStateRefused(
            _("It is %(state)s: only of a posted one is anything disputed.")
            % {"state": invoice.state},
            extra={"state": invoice.state, "allowed_actions": []},
        )
    covered = min(facts.amount, invoice.disputed - invoice.dispute_settled)
    invoice.dispute_settled += covered
    invoice.save()
    beyond = facts.amount - covered
    tax = min(facts.tax, beyond)
    return _Effect(difference=beyond - tax, tax=tax, allocatable=beyond)


def _refuse_foreign(field: str, supplier_id: int, note: CreditNote) -> None:
    if supplier_id != note.supplier_id:
        raise CreditNoteInvalid(
            errors=[FieldProblem(field, "foreign", _("It is of another supplier."))]
        )


def _post(note: CreditNote, effect: _Effect, *, actor: Actor, now: datetime) -> int | None:
    """One entry of what was not expected; None where nothing is left to post."""
    parts = [
        (SystemAccount.PURCHASE_PRICE_DIFFERENCE, effect.difference),
        (SystemAccount.TAX_RECEIVABLE, effect.tax),
    ]
    found = [posting_line(account, -amount) for account, amount in parts if amount]
    if not found:
        return None
    if taken_off := effect.difference + effect.tax:
        found.append(payable_line(taken_off, supplier_id=note.supplier_id))
    return entry_post(
        actor=actor,
        now=now,
        source_type=NOTE_SOURCE,
        source_id=str(note.pk),
        kind=NOTE_KIND,
        postings=found,
        memo=note.supplier_number,
    )


def _give_back(note: CreditNote) -> None:
    """Let the return or the dispute wait for another note."""
    if note.supplier_return_id is not None:
        returned = return_locked(note.supplier_return_id)
        returned.credited -= note.amount - note.tax
        if returned.state == ReturnState.CREDITED:
            returned.state = next_state(
                RETURN_TRANSITIONS,
                returned.state,
                ReturnAction.REOPEN_CREDIT,
                SupplierReturnStateRefused,
            )
        elif returned.state == ReturnState.CLOSED:
            raise SupplierReturnStateRefused(
                _("The return %(number)s was closed: %(currency)s differences are settled.")
                % {"number": returned.number, "currency": currency()}
            )
        returned.save()
    if note.invoice_id is not None:
        invoice = invoice_locked(note.invoice_id)
        invoice.dispute_settled -= note.amount - note.allocatable
        invoice.save()
