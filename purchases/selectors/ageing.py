"""Payables by due date: what is overdue, for how long, supplier by supplier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from capital.public import SUPPLIER_PARTY, SystemAccount, party_balances
from purchases.models import Supplier, SupplierInvoice
from purchases.selectors.supplier_account import (
    not_invoiced,
    open_at,
    posted_invoices,
)

ZERO = Decimal(0)
DEFAULT_BOUNDS = (30, 60, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """An open invoice. overdue_days: below zero while it is not due yet."""

    invoice: SupplierInvoice
    open_amount: Decimal
    overdue_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """One supplier. balance = not_due + Σ buckets + not_invoiced - unapplied.

    buckets: overdue money by days overdue, youngest first. unapplied: payments and credits that
    settle no invoice yet, less what is owed for other reasons.
    """

    supplier: Supplier
    not_due: Decimal
    buckets: tuple[Decimal, ...]
    not_invoiced: Decimal
    balance: Decimal
    items: tuple[DueItem, ...]

    @property
    def overdue(self) -> Decimal:
        return sum(self.buckets, ZERO)

    @property
    def unapplied(self) -> Decimal:
        return self.not_due + self.overdue + self.not_invoiced - self.balance


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAgeing:
    """bounds: last day overdue of each bucket but the last, which has no end."""

    as_of: date
    bounds: tuple[int, ...]
    rows: tuple[DueRow, ...]

    @property
    def bucket_totals(self) -> tuple[Decimal, ...]:
        return tuple(
            sum((row.buckets[place] for row in self.rows), ZERO)
            for place in range(len(self.bounds) + 1)
        )

    def total(self, figure: str) -> Decimal:
        """The sum over all suppliers of a figure of `DueRow`."""
        return sum((getattr(row, figure) for row in self.rows), ZERO)


def due_ageing(
    *, as_of: date, bounds: Sequence[int] = DEFAULT_BOUNDS, supplier_id: int | None = None
) -> DueAgeing:
    """Open invoices at the end of the day by how long they are overdue, largest debt first.

    A constant number of queries.
    """
    items: dict[int, list[DueItem]] = {}
    for invoice in posted_invoices(as_of, supplier_id=supplier_id):
        if open_at(invoice) > 0:
            items.setdefault(invoice.supplier_id, []).append(
                DueItem(
                    invoice=invoice,
                    open_amount=open_at(invoice),
                    overdue_days=(as_of - invoice.due_date).days,
                )
            )
    unbilled = not_invoiced(as_of, supplier_id=supplier_id)
    balances = party_balances(
        SystemAccount.PAYABLES,
        party_type=SUPPLIER_PARTY,
        party_ids=None if supplier_id is None else [str(supplier_id)],
        upto=as_of,
    )
    ids = {*items, *unbilled, *(int(pk) for pk in balances if pk.isdecimal())}
    rows = [
        _row(
            supplier,
            items.get(supplier.pk, []),
            tuple(bounds),
            unbilled=unbilled.get(supplier.pk, ZERO),
            balance=balances.get(str(supplier.pk), ZERO),
        )
        for supplier in Supplier.objects.filter(pk__in=ids)
    ]
    rows.sort(key=lambda row: (-row.balance, row.supplier.name_key))
    return DueAgeing(as_of=as_of, bounds=tuple(bounds), rows=tuple(rows))


def _row(
    supplier: Supplier,
    items: Sequence[DueItem],
    bounds: tuple[int, ...],
    *,
    unbilled: Decimal,
    balance: Decimal,
) -> DueRow:
    buckets = [ZERO] * (len(bounds) + 1)
    not_due = ZERO
    for item in items:
        if item.overdue_days <= 0:
            not_due += item.open_amount
        else:
            buckets[sum(item.overdue_days > bound for bound in bounds)] += item.open_amount
    return DueRow(
        supplier=supplier,
        not_due=not_due,
        buckets=tuple(buckets),
        not_invoiced=unbilled,
        balance=balance,
        items=tuple(items),
    )
