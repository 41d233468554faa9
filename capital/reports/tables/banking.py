"""Table of a bank reconciliation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from capital.banking.status import BankStatus
from capital.reports.causes import cause_title
from capital.reports.tables.parts import account_name, money
from core.money import currency
from files.public import Cell, Column, ColumnKind, Row, RowKind, Section, TableDocument


def bank_status_table(report: BankStatus, *, now: datetime) -> TableDocument:
    """From the books' balance to the bank's, with every open line."""
    return TableDocument(
        name="bank-reconciliation",
        dated=report.as_of.isoformat(),
        title=_("Bank reconciliation"),
        lines=(
            f"{report.account.code} {account_name(report.account)}",
            _("As of %(day)s, in %(currency)s")
            % {"day": report.as_of.isoformat(), "currency": currency()},
        ),
        columns=(
            Column(_("Day"), ColumnKind.DATE),
            Column(_("Reference")),
            Column(_("Description")),
            money(_("Amount")),
        ),
        sections=(
            Section((_total(_("Balance in the books"), report.book_balance),
                     _total(_("Difference before the first statement"),
                            report.opening_difference))),
            Section(tuple(_book_rows(report)), _("In the books, not yet at the bank")),
            Section(tuple(_bank_rows(report)), _("At the bank, not in the books")),
            Section(tuple(_closing_rows(report)), _("Together")),
        ),
        generated_at=now,
    )  # fmt: skip


def _total(title: str, amount: Decimal | None, kind: RowKind = RowKind.SUBTOTAL) -> Row:
    cells: tuple[Cell, ...] = (None, "", title, amount)
    return Row(cells, kind)


def _book_rows(report: BankStatus) -> Iterator[Row]:
    for line in report.open_journal:
        entry = line.entry
        title = f"{cause_title(entry.kind)} {entry.memo}".strip()
        yield Row((entry.entry_date, entry.number, title, line.debit - line.credit))
    yield _total(_("Taken off"), -report.open_journal_total)


def _bank_rows(report: BankStatus) -> Iterator[Row]:
    for line in report.open_bank:
        yield Row((line.date, line.reference or line.bank_id, line.description, line.amount))
    yield _total(_("Added"), report.open_bank_total)


def _closing_rows(report: BankStatus) -> Iterator[Row]:
    yield _total(_("Expected at the bank"), report.expected_bank_balance)
    yield _total(_("Balance at the bank"), report.bank_balance, RowKind.TOTAL)
    yield _total(_("Unexplained"), report.difference, RowKind.TOTAL)
