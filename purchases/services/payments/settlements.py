"""Settling invoices with payments and credit notes, and undoing that.

What settles an invoice moves no money: the payment did, and the credit note. Only a discount
for early payment is posted here. Locks: the supplier, then invoices, then accounts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from capital.public import Posting, SystemAccount, entry_post, entry_reverse
from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.money import currency, format_money
from purchases.errors import (
    NothingToSettle,
    SettlementNotFound,
    SettlementRefused,
    SettlementUndone,
    SupplierNotFound,
)
from purchases.models import (
    CreditNote,
    InvoiceState,
    Settlement,
    SettlementKind,
    Supplier,
    SupplierInvoice,
    SupplierPayment,
)
from purchases.services.invoices.posting import payable_line
from purchases.services.invoices.terms import early_discount
from purchases.services.payments.plan import OpenInvoice, Share, plan_named, plan_oldest_first

DISCOUNT_SOURCE = "purchases.payment_discount"
DISCOUNT_KIND = "payment_discount"
ZERO = Decimal(0)


def supplier_locked(supplier_id: int) -> Supplier:
    """The supplier, locked: whoever settles its invoices holds it. Raises SupplierNotFound."""
    found = lock(Supplier.objects.filter(pk=supplier_id))
    if not found:
        raise SupplierNotFound
    return found[0]


def shares_of(
    supplier: Supplier,
    *,
    available: Decimal,
    named: Mapping[int, Decimal] | None,
    discount_on: date | None = None,
) -> list[Share]:
    """What `available` money settles: the invoices named, or the oldest due first.

    discount_on: the day of payment, where discounts for early payment are to be taken. Locks the
    invoices. Raises SettlementRefused (errors per invoice).
    """
    invoices = _open_invoices(supplier, only=None if named is None else named.keys())
    items = [
        OpenInvoice(
            invoice_id=invoice.pk,
            open_amount=invoice.open_amount,
            discount=ZERO if discount_on is None else early_discount(invoice, on=discount_on),
        )
        for invoice in invoices
    ]
    if named is None:
        return plan_oldest_first(available, items)
    by_id = {item.invoice_id: item for item in items}
    _refuse_named(named, by_id, available=available)
    return plan_named(named, by_id)


def shares_required(
    supplier: Supplier,
    *,
    available: Decimal,
    named: Mapping[int, Decimal] | None,
    discount_on: date | None = None,
) -> list[Share]:
    """`shares_of`, where somebody asks to settle something. Raises NothingToSettle besides."""
    if available <= 0:
        raise NothingToSettle(_("All of it has been allocated: undo a settlement first."))
    shares = shares_of(supplier, available=available, named=named, discount_on=discount_on)
    if not shares:
        raise NothingToSettle(_("No posted invoice of this supplier is open."))
    return shares


def settle_with_payment(
    payment: SupplierPayment, shares: Sequence[Share], *, actor: Actor, now: datetime
) -> list[Settlement]:
    """Write what a payment settles; discounts are posted. The supplier and invoices are locked."""
    rows = []
    for share in shares:
        if share.amount:
            rows.append(
                Settlement(
                    invoice_id=share.invoice_id,
                    kind=SettlementKind.PAYMENT,
                    payment=payment,
                    amount=share.amount,
                )
            )
        if share.discount:
            entry_id = _post_discount(payment.supplier_id, share.discount, actor=actor, now=now)
            rows.append(
                Settlement(
                    invoice_id=share.invoice_id,
                    kind=SettlementKind.DISCOUNT,
                    payment=payment,
                    amount=share.discount,
                    entry_id=entry_id,
                )
            )
    payment.allocated += sum((share.amount for share in shares), ZERO)
    payment.save(update_fields=["allocated"])
    return _write(rows, actor=actor, now=now)


def settle_with_note(
    note: CreditNote, shares: Sequence[Share], *, actor: Actor, now: datetime
) -> list[Settlement]:
    """Write what a credit note settles. The supplier and invoices are locked."""
    rows = [
        Settlement(
            invoice_id=share.invoice_id,
            kind=SettlementKind.CREDIT_NOTE,
            credit_note=note,
            amount=share.amount,
        )
        for share in shares
        if share.amount
    ]
    note.allocated += sum((share.amount for share in shares), ZERO)
    note.save(update_fields=["allocated", "updated_at"])
    return _write(rows, actor=actor, now=now)


@transaction.atomic
def settlement_undo(
    *, actor: Actor, now: datetime, settlement_id: int, reason: str = ""
) -> SupplierInvoice:
    """Take back what settled an invoice; the money is free for others, the invoice open again.

    With a payment goes the discount it earned on the invoice. Returns the invoice.

    Raises SettlementNotFound, SettlementUndone.
    """
    found = Settlement.objects.select_related("invoice").filter(pk=settlement_id).first()
    if found is None:
        raise SettlementNotFound
    supplier_locked(found.invoice.supplier_id)
    rows = Settlement.objects.filter(pk=found.pk)
    if found.kind == SettlementKind.PAYMENT:
        rows |= Settlement.objects.filter(
            invoice=found.invoice, payment=found.payment, kind=SettlementKind.DISCOUNT
        )
    if found.reverses_id is not None or not _undo(rows, actor=actor, now=now, reason=reason):
        raise SettlementUndone
    return SupplierInvoice.objects.select_related("supplier").get(pk=found.invoice_id)


def settlements_undo_of(
    payment: SupplierPayment, *, actor: Actor, now: datetime, reason: str
) -> None:
    """Take back everything a payment settled. The supplier is locked."""
    _undo(payment.settlements.all(), actor=actor, now=now, reason=reason)


def _open_invoices(supplier: Supplier, *, only: Collection[int] | None) -> list[SupplierInvoice]:
    rows = SupplierInvoice.objects.select_related("supplier").filter(
        supplier=supplier, state=InvoiceState.POSTED
    )
    if only is not None:
        rows = rows.filter(pk__in=only)
    found = [invoice for invoice in lock(rows) if invoice.open_amount > 0]
    return sorted(found, key=lambda each: (each.due_date, each.invoice_date, each.pk))


def _refuse_named(
    named: Mapping[int, Decimal], known: Mapping[int, OpenInvoice], *, available: Decimal
) -> None:
    problems = []
    for invoice_id, amount in named.items():
        path = f"invoices.{invoice_id}"
        if invoice_id not in known:
            problems.append(
                FieldProblem(
                    path, "not_open", _("This supplier has no such posted and unpaid invoice.")
                )
            )
        elif amount <= 0 or amount > known[invoice_id].open_amount:
            problems.append(
                FieldProblem(
                    path,
                    "beyond_open",
                    _("Give an amount above zero and at most %(open)s %(currency)s.")
                    % {
                        "open": format_money(known[invoice_id].open_amount),
                        "currency": currency(),
                    },
                )
            )
    if sum(named.values(), ZERO) > available:
        problems.append(
            FieldProblem(
                "invoices",
                "beyond_available",
                _("Only %(left)s %(currency)s are left to allocate.")
                % {"left": format_money(available), "currency": currency()},
            )
        )
    if problems:
        raise SettlementRefused(errors=problems)


def _post_discount(supplier_id: int, amount: Decimal, *, actor: Actor, now: datetime) -> int:
    return entry_post(
        actor=actor,
        now=now,
        source_type=DISCOUNT_SOURCE,
        source_id=str(uuid4()),
        kind=DISCOUNT_KIND,
        postings=[
            payable_line(amount, supplier_id=supplier_id),
            Posting(account=SystemAccount.PURCHASE_PRICE_DIFFERENCE, credit=amount),
        ],
    )


def _write(rows: Sequence[Settlement], *, actor: Actor, now: datetime) -> list[Settlement]:
    """Save the rows and bring the invoices up to date; audited per invoice."""
    changes: dict[int, Decimal] = {}
    for row in rows:
        row.settled_on, row.settled_at, row.settled_by_id = local_date(now), now, actor.id
        changes[row.invoice_id] = changes.get(row.invoice_id, ZERO) + row.amount
    saved = Settlement.objects.bulk_create(rows)
    invoices = lock(SupplierInvoice.objects.filter(pk__in=changes))
    for invoice in invoices:
        invoice.settled += changes[invoice.pk]
    SupplierInvoice.objects.bulk_update(invoices, ["settled"])
    audit.record_all(
        actor=actor,
        occurred_at=now,
        entries=[
            (
                "purchases.invoice_settled",
                invoice,
                {
                    "amount": format_money(changes[invoice.pk]),
                    "open": format_money(invoice.open_amount),
                },
            )
            for invoice in invoices
        ],
    )
    return saved


def _undo(rows: QuerySet[Settlement], *, actor: Actor, now: datetime, reason: str) -> int:
    """Write the opposites of those rows that stand; returns how many."""
    standing = list(
        rows.filter(reverses__isnull=True, reversed_by__isnull=True)
        .select_related("payment", "credit_note")
        .order_by("pk")
    )
    lock(SupplierInvoice.objects.filter(pk__in=[row.invoice_id for row in standing]))
    payments = {row.payment.pk: row.payment for row in standing if row.payment}
    notes = {row.credit_note.pk: row.credit_note for row in standing if row.credit_note}
    opposites = []
    for row in standing:
        entry_id = row.entry_id
        if entry_id is not None:
            entry_id = entry_reverse(actor=actor, now=now, entry_id=entry_id, reason=reason)
        if row.payment and row.kind == SettlementKind.PAYMENT:
            payments[row.payment.pk].allocated -= row.amount
        elif row.credit_note:
            notes[row.credit_note.pk].allocated -= row.amount
        opposites.append(
            Settlement(
                invoice_id=row.invoice_id,
                kind=row.kind,
                payment_id=row.payment_id,
                credit_note_id=row.credit_note_id,
                amount=-row.amount,
                entry_id=entry_id,
                reverses=row,
            )
        )
    SupplierPayment.objects.bulk_update(payments.values(), ["allocated"])
    CreditNote.objects.bulk_update(notes.values(), ["allocated"])
    _write(opposites, actor=actor, now=now)
    return len(standing)
