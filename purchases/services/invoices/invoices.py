"""Supplier invoices as they are entered: their lines, their sums, their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.money import currency, format_money, round_money
from core.numbering import next_number
from core.states import next_state
from core.text import search_key
from files.public import InspectedFile, file_inspect, file_put, file_register
from purchases.constraints import refusing
from purchases.errors import (
    SupplierInvoiceFileTaken,
    SupplierInvoiceInvalid,
    SupplierInvoiceNotFound,
    SupplierInvoiceNumberTaken,
    SupplierInvoiceStateRefused,
    SupplierNotFound,
)
from purchases.models import (
    ENDED_INVOICE_STATES,
    GoodsReceipt,
    InvoiceMatch,
    Supplier,
    SupplierInvoice,
    SupplierInvoiceFile,
    SupplierInvoiceLine,
)
from purchases.people import person_of, reason_given
from purchases.services.invoices.lines import InvoiceLineFacts, lines_of
from purchases.services.invoices.terms import due_date_of
from purchases.states import INVOICE_TRANSITIONS, InvoiceAction

ZERO = Decimal(0)
_TAKEN = {"purchases_invoice_supplier_number_once": SupplierInvoiceNumberTaken}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """An invoice as printed. total: money to pay; what it differs from the sum is its rounding.

    due_date: None takes the supplier's terms. receipt_ids: the goods receipts it bills, if it
    names them. charges: freight and the like, without charges_tax.
    """

    supplier_number: str
    invoice_date: date
    lines: tuple[InvoiceLineFacts, ...]
    total: Decimal
    due_date: date | None = None
    receipt_ids: tuple[int, ...] = ()
    discount: Decimal = ZERO
    charges: Decimal = ZERO
    charges_note: str = ""
    charges_tax: Decimal = ZERO
    note: str = ""


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A good file, its content stored, not yet known to the database."""

    inspected: InspectedFile
    storage_key: str
    note: str


@transaction.atomic
def invoice_create(
    *, actor: Actor, now: datetime, supplier_id: int, facts: InvoiceFacts
) -> SupplierInvoice:
    """Enter an invoice as a draft.

    Raises SupplierNotFound, SupplierInvoiceInvalid (errors per line and field),
    SupplierInvoiceNumberTaken.
    """
    supplier = Supplier.objects.filter(pk=supplier_id).first()
    if supplier is None:
        raise SupplierNotFound
    invoice = SupplierInvoice(supplier=supplier, entered_by_id=person_of(actor))
    lines = _fill(invoice, facts, today=local_date(now))
    invoice.number = next_number("SI", on=local_date(now))
    _write(invoice, lines, facts)
    audit.record(
        actor=actor,
        action="purchases.invoice_entered",
        subject=invoice,
        changes={"supplier_number": invoice.supplier_number, "total": format_money(invoice.total)},
    )
    return invoice


@transaction.atomic
def invoice_update(
    *, actor: Actor, now: datetime, invoice_id: int, facts: InvoiceFacts
) -> SupplierInvoice:
    """State an invoice that is not posted anew; it is a draft again, to be matched.

    Raises SupplierInvoiceNotFound, SupplierInvoiceStateRefused and what invoice_create raises.
    """
    invoice = invoice_locked(invoice_id)
    before = {"state": invoice.state, "total": format_money(invoice.total)}
    invoice.state = next_state(
        INVOICE_TRANSITIONS, invoice.state, InvoiceAction.EDIT, SupplierInvoiceStateRefused
    )
    lines = _fill(invoice, facts, today=local_date(now))
    match_forget(invoice)
    invoice.lines.all().delete()
    _write(invoice, lines, facts)
    audit.record(
        actor=actor,
        action="purchases.invoice_changed",
        subject=invoice,
        changes={
            "before": before,
            "supplier_number": invoice.supplier_number,
            "total": format_money(invoice.total),
        },
    )
    return invoice


@transaction.atomic
def invoice_cancel(*, actor: Actor, now: datetime, invoice_id: int, reason: str) -> SupplierInvoice:
    """Give up an invoice that is not posted; its number may be entered again.

    Raises SupplierInvoiceNotFound, SupplierInvoiceStateRefused, ReasonRequired.
    """
    reason = reason_given(reason)
    invoice = invoice_locked(invoice_id)
    before = invoice.state
    invoice.state = next_state(
        INVOICE_TRANSITIONS, invoice.state, InvoiceAction.CANCEL, SupplierInvoiceStateRefused
    )
    match_forget(invoice)
    invoice.ended_by_id, invoice.ended_at, invoice.end_reason = actor.id, now, reason
    invoice.save()
    audit.record(
        actor=actor,
        action="purchases.invoice_cancelled",
        subject=invoice,
        changes={"state": [before, invoice.state]},
        reason=reason,
    )
    return invoice


def invoice_file_prepare(*, file: UploadedFile, note: str = "") -> PreparedFile:
    """Everything slow, before any transaction. Raises what `file_inspect` refuses."""
    inspected = file_inspect(file)
    return PreparedFile(inspected, file_put(inspected), note)


@transaction.atomic
def invoice_file_add(
    *, actor: Actor, now: datetime, invoice_id: int, prepared: PreparedFile
) -> SupplierInvoiceFile:
    """Attach the invoice's PDF or a photo of a page, for good; possible in every state.

    Raises SupplierInvoiceNotFound, SupplierInvoiceFileTaken (the same content again).
    """
    invoice = invoice_locked(invoice_id)
    if invoice.files.filter(file__sha256=prepared.inspected.sha256).exists():
        raise SupplierInvoiceFileTaken
    stored = file_register(
        actor=actor, now=now, inspected=prepared.inspected, storage_key=prepared.storage_key
    )
    attached = SupplierInvoiceFile.objects.create(
        invoice=invoice,
        file=stored,
        note=prepared.note,
        attached_at=now,
        attached_by_id=person_of(actor),
    )
    audit.record(
        actor=actor,
        action="purchases.invoice_file_added",
        subject=invoice,
        changes={"file_id": str(stored.pk), "name": stored.original_name},
    )
    return attached


def invoice_locked(invoice_id: int) -> SupplierInvoice:
    """The invoice, locked. Raises SupplierInvoiceNotFound."""
    found = lock(SupplierInvoice.objects.select_related("supplier").filter(pk=invoice_id))
    if not found:
        raise SupplierInvoiceNotFound
    return found[0]


def match_forget(invoice: SupplierInvoice) -> None:
    """Take back what a match found and what was decided on it; the caller saves the invoice."""
    invoice.differences.all().delete()
    InvoiceMatch.objects.filter(line__invoice=invoice).delete()
    invoice.matched_at = None
    invoice.approved_by_id, invoice.approved_at, invoice.approval_reason = None, None, ""
    invoice.payable = invoice.disputed = ZERO


def _fill(
    invoice: SupplierInvoice, facts: InvoiceFacts, *, today: date
) -> list[SupplierInvoiceLine]:
    """Set the invoice's own fields and return its lines, unsaved."""
    lines, problems = lines_of(facts.lines, supplier_id=invoice.supplier_id)
    invoice.supplier_number = " ".join(facts.supplier_number.split())
    invoice.number_key = search_key(invoice.supplier_number)[:60]
    invoice.invoice_date = facts.invoice_date
    invoice.due_date = facts.due_date or due_date_of(invoice.supplier, facts.invoice_date)
    invoice.discount, invoice.charges = facts.discount, facts.charges
    invoice.charges_tax, invoice.charges_note = facts.charges_tax, facts.charges_note
    invoice.note = facts.note
    invoice.goods = sum((line.amount for line in lines), ZERO)
    invoice.tax = sum((line.tax for line in lines), facts.charges_tax)
    invoice.total = facts.total
    invoice.rounding = facts.total - (
        invoice.goods - invoice.discount + invoice.charges + invoice.tax
    )
    problems += _header_faults(invoice, facts, today=today)
    if problems:
        raise SupplierInvoiceInvalid(errors=problems)
    return lines


def _header_faults(
    invoice: SupplierInvoice, facts: InvoiceFacts, *, today: date
) -> list[FieldProblem]:
    problems = []
    if not invoice.number_key:
        problems.append(
            FieldProblem("supplier_number", "unreadable", _("Give at least one letter or digit."))
        )
    if invoice.invoice_date > today:
        problems.append(
            FieldProblem("invoice_date", "in_the_future", _("An invoice is not of a day to come."))
        )
    if invoice.due_date < invoice.invoice_date:
        problems.append(
            FieldProblem("due_date", "before_invoice", _("It is due on its own day or later."))
        )
    if invoice.total <= 0:
        problems.append(FieldProblem("total", "not_positive", _("Give an amount above zero.")))
    if invoice.discount > invoice.goods:
        problems.append(
            FieldProblem("discount", "too_large", _("It is more than all the goods cost."))
        )
    if abs(invoice.rounding) > round_money(settings.INVOICE_ROUNDING_LIMIT):
        problems.append(
            FieldProblem(
                "total",
                "does_not_add_up",
                _("The lines, charges, discount and tax add up to %(sum)s %(currency)s.")
                % {
                    "sum": format_money(invoice.total - invoice.rounding),
                    "currency": currency(),
                },
            )
        )
    return problems


def _write(
    invoice: SupplierInvoice, lines: Sequence[SupplierInvoiceLine], facts: InvoiceFacts
) -> None:
    others = SupplierInvoice.objects.filter(
        supplier=invoice.supplier, number_key=invoice.number_key
    ).exclude(state__in=ENDED_INVOICE_STATES)
    if taken := others.exclude(pk=invoice.pk).first():
        raise SupplierInvoiceNumberTaken(
            _("It was entered as %(number)s.") % {"number": taken.number},
            errors=[FieldProblem("supplier_number", "taken", _("Look at the other one first."))],
            extra={"invoice_id": taken.pk, "number": taken.number},
        )
    receipts = _receipts(invoice, facts.receipt_ids)
    with refusing(_TAKEN):
        invoice.save()
    for line in lines:
        line.invoice = invoice
    SupplierInvoiceLine.objects.bulk_create(lines)
    invoice.receipts.set(receipts)


def _receipts(invoice: SupplierInvoice, receipt_ids: Sequence[int]) -> list[int]:
    known = set(
        GoodsReceipt.objects.filter(
            pk__in=receipt_ids, order__supplier=invoice.supplier
        ).values_list("pk", flat=True)
    )
    problems = [
        FieldProblem(
            f"receipt_ids.{place}", "unknown", _("This supplier has no such goods receipt.")
        )
        for place, pk in enumerate(receipt_ids)
        if pk not in known
    ]
    if problems:
        raise SupplierInvoiceInvalid(errors=problems)
    return sorted(known)
