"""A supplier's statement: every receipt, invoice, payment and credit, with the running balance.

It is the supplier's account in the ledger, line by line, so that its balance is the ledger's; an
invoice that agreed and moved no money is a line too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from capital.public import SUPPLIER_PARTY, PartyEntry, SystemAccount, names_of, party_entries
from core.models import local_date
from purchases.models import CreditNote, Supplier, SupplierInvoice
from purchases.selectors.supplier_account import end_of, posted_invoices
from purchases.selectors.suppliers import supplier_by_id

INVOICE_SOURCE = "purchases.supplier_invoice"
NOTE_SOURCE = "purchases.credit_note"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One document. amount: money the debt grows by (> 0) or shrinks by; balance: after it.

    kind: of the journal entry, or `supplier_invoice` and `credit_note` for documents that moved
    no money. document: what it is called; billed: the invoice's or note's own amount, if it is one.
    """

    day: date
    kind: str
    document: str
    source_type: str
    source_id: str
    entry_number: str
    memo: str
    billed: Decimal | None
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """opening: the balance before the first day, 0 where it goes back to the beginning."""

    supplier: Supplier
    date_from: date | None
    as_of: date
    opening: Decimal
    lines: tuple[StatementLine, ...]

    @property
    def closing(self) -> Decimal:
        return self.lines[-1].balance if self.lines else self.opening

    @property
    def increases(self) -> Decimal:
        return sum((line.amount for line in self.lines if line.amount > 0), ZERO)

    @property
    def decreases(self) -> Decimal:
        return -sum((line.amount for line in self.lines if line.amount < 0), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    day: date
    order: tuple[int, int]
    kind: str
    source: tuple[str, str]
    entry_number: str = ""
    memo: str = ""
    amount: Decimal = ZERO


def statement(supplier_id: int, *, as_of: date, date_from: date | None = None) -> Statement:
    """The account from `date_from` (the beginning if None) to `as_of`, both included.

    Raises SupplierNotFound. A constant number of queries.
    """
    supplier = supplier_by_id(supplier_id)
    entries = party_entries(
        SystemAccount.PAYABLES, party_type=SUPPLIER_PARTY, party_id=str(supplier_id), upto=as_of
    )
    opening = sum(
        (entry.amount for entry in entries if date_from is not None and entry.day < date_from),
        ZERO,
    )
    items = [_of_entry(entry) for entry in entries]
    items += _without_entry(supplier_id, as_of)
    items = [item for item in items if date_from is None or item.day >= date_from]
    items.sort(key=lambda item: (item.day, item.order))
    return Statement(
        supplier=supplier,
        date_from=date_from,
        as_of=as_of,
        opening=opening,
        lines=tuple(_running(items, opening, _billed(supplier_id))),
    )


def _of_entry(entry: PartyEntry) -> _Item:
    return _Item(
        day=entry.day,
        order=(1, entry.entry_id),
        kind=entry.kind,
        source=(entry.source_type, entry.source_id),
        entry_number=entry.number,
        memo=entry.memo,
        amount=entry.amount,
    )


def _without_entry(supplier_id: int, as_of: date) -> Iterator[_Item]:
    """Invoices and credit notes that moved no money, after the entries of their day."""
    for invoice in posted_invoices(as_of, supplier_id=supplier_id).filter(entry_id__isnull=True):
        yield _Item(
            day=local_date(invoice.posted_at),  # type: ignore[arg-type]
            order=(2, invoice.pk),
            kind="supplier_invoice",
            source=(INVOICE_SOURCE, str(invoice.pk)),
            memo=invoice.supplier_number,
        )
    end = end_of(as_of)
    for note in CreditNote.objects.filter(
        supplier_id=supplier_id, entry_id__isnull=True, entered_at__lt=end
    ).filter(Q(reversed_at__isnull=True) | Q(reversed_at__gte=end)):
        yield _Item(
            day=local_date(note.entered_at),
            order=(2, note.pk),
            kind="credit_note",
            source=(NOTE_SOURCE, str(note.pk)),
            memo=note.supplier_number,
        )


def _billed(supplier_id: int) -> dict[tuple[str, str], Decimal]:
    """The own amounts of invoices (what is owed of them) and credit notes, by reference."""
    invoices = SupplierInvoice.objects.filter(supplier_id=supplier_id, posted_at__isnull=False)
    notes = CreditNote.objects.filter(supplier_id=supplier_id)
    return {
        **{
            (INVOICE_SOURCE, str(pk)): amount
            for pk, amount in invoices.values_list("pk", "payable")
        },
        **{(NOTE_SOURCE, str(pk)): -amount for pk, amount in notes.values_list("pk", "amount")},
    }


def _running(
    items: list[_Item], opening: Decimal, billed: dict[tuple[str, str], Decimal]
) -> Iterator[StatementLine]:
    names = names_of({item.source for item in items})
    balance = opening
    for item in items:
        balance += item.amount
        yield StatementLine(
            day=item.day,
            kind=item.kind,
            document=names[item.source],
            source_type=item.source[0],
            source_id=item.source[1],
            entry_number=item.entry_number,
            memo=item.memo,
            billed=billed.get(item.source),
            amount=item.amount,
            balance=balance,
        )
