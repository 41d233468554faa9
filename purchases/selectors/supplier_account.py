"""What stands between the pharmacy and its suppliers, on any day.

The ledger says what is owed; the documents say why. What the documents do not explain is shown as
such, never hidden: `other`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from capital.public import (
    SUPPLIER_PARTY,
    OperationKind,
    SystemAccount,
    party_balances,
    party_entries,
)
from purchases.models import (
    WAITING_STATES,
    CreditNote,
    GoodsReceiptLine,
    InvoiceMatch,
    Proposal,
    ProposalState,
    PurchaseOrderLine,
    Settlement,
    SettlementKind,
    Supplier,
    SupplierInvoice,
    SupplierReturn,
)
from purchases.selectors.suppliers import supplier_by_id, terms_of
from purchases.threeway import share

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierAccount:
    """All money, at the end of the day `as_of`.

    balance = open_invoices + not_invoiced - free_payments - free_credits - expected_credits
    + other. not_invoiced: received, not billed by a posted invoice. free_payments, free_credits:
    paid or credited and not allocated. expected_credits: of goods returned, not credited yet.
    other: freight owed, opening balances, entries made by hand. disputed: no part of the balance.
    """

    supplier: Supplier
    as_of: date
    balance: Decimal
    open_invoices: Decimal
    not_invoiced: Decimal
    free_payments: Decimal
    free_credits: Decimal
    expected_credits: Decimal
    disputed: Decimal

    @property
    def other(self) -> Decimal:
        return self.balance - (
            self.open_invoices
            + self.not_invoiced
            - self.free_payments
            - self.free_credits
            - self.expected_credits
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """owed: money, on_order: approved or ordered, not received. limit: the most that may be owed,
    None is no limit; room: what may still be ordered, below zero where there is too much."""

    owed: Decimal
    on_order: Decimal
    limit: Decimal | None

    @property
    def total(self) -> Decimal:
        return self.owed + self.on_order

    @property
    def room(self) -> Decimal | None:
        return None if self.limit is None else self.limit - self.total

    def exceeded_by(self, amount: Decimal = ZERO) -> Decimal:
        """Money by which ordering for `amount` more goes beyond the limit; 0 where it does not."""
        return ZERO if self.room is None else max(amount - self.room, ZERO)


def end_of(day: date) -> datetime:
    """The moment the day is over at the pharmacy."""
    zone = ZoneInfo(settings.PHARMACY_TIME_ZONE)
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


def supplier_account(supplier_id: int, *, as_of: date) -> SupplierAccount:
    """Raises SupplierNotFound. A constant number of queries."""
    supplier = supplier_by_id(supplier_id)
    invoices = posted_invoices(as_of, supplier_id=supplier_id)
    return SupplierAccount(
        supplier=supplier,
        as_of=as_of,
        balance=party_balances(
            SystemAccount.PAYABLES,
            party_type=SUPPLIER_PARTY,
            party_ids=[str(supplier_id)],
            upto=as_of,
        ).get(str(supplier_id), ZERO),
        open_invoices=sum((open_at(invoice) for invoice in invoices), ZERO),
        not_invoiced=not_invoiced(as_of, supplier_id=supplier_id).get(supplier_id, ZERO),
        free_payments=_free_payments(supplier_id, as_of),
        free_credits=_free_credits(supplier_id, as_of),
        expected_credits=_expected_credits(supplier_id, as_of),
        disputed=sum((invoice.disputed - invoice.dispute_settled for invoice in invoices), ZERO),
    )


def account_with_exposure(supplier_id: int, *, as_of: date) -> dict[str, object]:
    """The account on that day, by name, and the supplier's exposure now."""
    account = supplier_account(supplier_id, as_of=as_of)
    figures = (*SupplierAccount.__dataclass_fields__, "other")
    return {
        **{name: getattr(account, name) for name in figures},
        "exposure": supplier_exposure([supplier_id])[supplier_id],
    }


def posted_invoices(as_of: date, *, supplier_id: int | None = None) -> QuerySet[SupplierInvoice]:
    """Invoices that stood posted at the end of the day, each with what had `settled_by_then`."""
    end = end_of(as_of)
    found = SupplierInvoice.objects.filter(posted_at__lt=end).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=end)
    )
    if supplier_id is not None:
        found = found.filter(supplier_id=supplier_id)
    return found.annotate(
        settled_by_then=Sum(
            "settlements__amount", filter=Q(settlements__settled_on__lte=as_of), default=ZERO
        )
    ).order_by("due_date", "invoice_date", "pk")


def open_at(invoice: SupplierInvoice) -> Decimal:
    """What was open of an invoice of `posted_invoices`, by then."""
    return invoice.payable - invoice.settled_by_then  # type: ignore[attr-defined]


def not_invoiced(as_of: date, *, supplier_id: int | None = None) -> dict[int, Decimal]:
    """Money of goods received that no invoice standing posted then bills, by supplier.

    Two queries.
    """
    end = end_of(as_of)
    received = GoodsReceiptLine.objects.filter(receipt__received_at__lt=end).filter(
        Q(reversal_line__isnull=True) | Q(reversal_line__reversal__reversed_at__gte=end)
    )
    billed = InvoiceMatch.objects.filter(line__invoice__posted_at__lt=end).filter(
        Q(line__invoice__ended_at__isnull=True) | Q(line__invoice__ended_at__gte=end)
    )
    if supplier_id is not None:
        received = received.filter(receipt__order__supplier_id=supplier_id)
        billed = billed.filter(line__invoice__supplier_id=supplier_id)
    totals = dict(
        received.order_by()
        .values_list("receipt__order__supplier_id")
        .annotate(amount=Sum("amount"))
    )
    for pk, amount in (
        billed.order_by().values_list("line__invoice__supplier_id").annotate(Sum("received_amount"))
    ):
        totals[pk] = totals.get(pk, ZERO) - amount
    return {pk: amount for pk, amount in totals.items() if amount}


def supplier_exposure(ids: Collection[int]) -> dict[int, Exposure]:
    """What is owed to these suppliers and on order with them now, against their credit limits.

    Unknown ids are absent. A constant number of queries.
    """
    known = Supplier.objects.filter(pk__in=ids)
    owed = party_balances(
        SystemAccount.PAYABLES, party_type=SUPPLIER_PARTY, party_ids=[str(pk) for pk in ids]
    )
    on_order, approved = _on_order(ids), _approved(ids)
    return {
        supplier.pk: Exposure(
            owed=owed.get(str(supplier.pk), ZERO),
            on_order=on_order.get(supplier.pk, ZERO) + approved.get(supplier.pk, ZERO),
            limit=terms_of(supplier).credit_limit,
        )
        for supplier in known
    }


def _on_order(ids: Collection[int]) -> Mapping[int, Decimal]:
    rows = PurchaseOrderLine.objects.filter(
        order__supplier_id__in=ids,
        order__state__in=WAITING_STATES,
    ).select_related("order")
    totals: dict[int, Decimal] = {}
    for line in rows:
        if line.outstanding_quantity > 0:
            amount = share(
                line.amount,
                before=line.ordered_quantity - line.outstanding_quantity,
                quantity=line.outstanding_quantity,
                whole=line.ordered_quantity,
            )
            totals[line.order.supplier_id] = totals.get(line.order.supplier_id, ZERO) + amount
    return totals


def _approved(ids: Collection[int]) -> dict[int, Decimal]:
    """Of proposals that wait for a worker to order them: nobody can stop that any more."""
    rows = Proposal.objects.filter(supplier_id__in=ids, state=ProposalState.APPROVED)
    return dict(rows.order_by().values_list("supplier_id").annotate(Sum("total")))


def _settled_by(as_of: date, kinds: Sequence[str], **of: int) -> Decimal:
    rows = Settlement.objects.filter(
        settled_on__lte=as_of, kind__in=kinds, invoice__supplier_id=of["supplier_id"]
    )
    return rows.aggregate(total=Sum("amount", default=ZERO))["total"]


def _free_payments(supplier_id: int, as_of: date) -> Decimal:
    """Payments of the ledger, whoever recorded them, less what settles invoices."""
    entries = party_entries(
        SystemAccount.PAYABLES,
        party_type=SUPPLIER_PARTY,
        party_id=str(supplier_id),
        upto=as_of,
    )
    payments = {
        entry.entry_id: -entry.amount
        for entry in entries
        if entry.kind == OperationKind.SUPPLIER_PAYMENT
    }
    undone = {entry.reverses_id for entry in entries}
    paid = sum((amount for pk, amount in payments.items() if pk not in undone), ZERO)
    return paid - _settled_by(as_of, [SettlementKind.PAYMENT], supplier_id=supplier_id)


def _standing_notes(supplier_id: int, as_of: date) -> QuerySet[CreditNote]:
    end = end_of(as_of)
    return CreditNote.objects.filter(supplier_id=supplier_id, entered_at__lt=end).filter(
        Q(reversed_at__isnull=True) | Q(reversed_at__gte=end)
    )


def _free_credits(supplier_id: int, as_of: date) -> Decimal:
    given = _standing_notes(supplier_id, as_of).aggregate(total=Sum("allocatable", default=ZERO))[
        "total"
    ]
    return given - _settled_by(as_of, [SettlementKind.CREDIT_NOTE], supplier_id=supplier_id)


def _expected_credits(supplier_id: int, as_of: date) -> Decimal:
    """Of returns that were on their way then, what no credit note had answered."""
    end = end_of(as_of)
    sent = SupplierReturn.objects.filter(supplier_id=supplier_id, dispatched_at__lt=end).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=end)
    )
    expected = sent.aggregate(total=Sum("expected_credit", default=ZERO))["total"]
    answered = ZERO
    for note in _standing_notes(supplier_id, as_of).filter(supplier_return__in=sent):
        answered += note.amount - note.tax - note.difference
    return expected - answered
