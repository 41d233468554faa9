"""Tables of cash flow, capital statement and tax summary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from capital.reports.capital_statement import PROFIT, CapitalChange, CapitalPart, CapitalStatement
from capital.reports.cash_flow import CashFlow
from capital.reports.causes import ACTIVITY_TITLES, Activity, cause_title
from capital.reports.tables.parts import account_name, dated, money, scope_lines
from capital.reports.tax import TaxAccount, TaxSummary
from files.public import Column, ColumnKind, Row, RowKind, Section, TableDocument


def cash_flow_table(report: CashFlow, *, now: datetime) -> TableDocument:
    sections = [Section((Row((_("Cash at the beginning"), None, None, report.opening),
                             RowKind.SUBTOTAL),))]  # fmt: skip
    for activity in Activity:
        rows = [
            Row((cause_title(line.kind), line.inflow, line.outflow, line.net), level=1)
            for line in report.lines_of(activity)
        ]
        net = Row((_("Net"), None, None, report.net_of(activity)), RowKind.SUBTOTAL)
        sections.append(Section((*rows, net), ACTIVITY_TITLES[activity]))
    closing = (
        Row((_("Change of cash"), None, None, report.net), RowKind.SUBTOTAL),
        Row((_("Cash at the end"), None, None, report.closing), RowKind.TOTAL),
    )
    return TableDocument(
        name="cash-flow",
        dated=dated(report.scope),
        title=_("Cash flow"),
        lines=scope_lines(report.scope),
        columns=(
            Column(_("Operation")),
            money(_("Came in")),
            money(_("Went out")),
            money(_("Net")),
        ),
        sections=(*sections, Section(closing, _("Together"))),
        notes=(_("Cash is what stands in drawers and in the bank; transfers are left out."),),
        generated_at=now,
    )


def capital_statement_table(report: CapitalStatement, *, now: datetime) -> TableDocument:
    return TableDocument(
        name="capital-statement",
        dated=dated(report.scope),
        title=_("Capital statement"),
        lines=scope_lines(report.scope),
        columns=(
            Column(_("Day"), ColumnKind.DATE),
            Column(_("Entry")),
            Column(_("Operation")),
            Column(_("Document")),
            Column(_("Memo")),
            money(_("Amount")),
            money(_("Balance")),
        ),
        sections=(
            Section(tuple(_part_rows(report.owner)), _("Owner's capital")),
            Section(tuple(_part_rows(report.available)), _("Available capital")),
        ),
        notes=(_("Available: cash and bank less what is promised to approved orders."),),
        generated_at=now,
    )


def _part_rows(part: CapitalPart) -> Iterator[Row]:
    opening = (None, "", _("At the beginning"), "", "", None, part.opening)
    yield Row(opening, RowKind.SUBTOTAL)
    for change in part.changes:
        yield Row(
            (
                change.day,
                change.number,
                _change_title(change),
                change.document or f"{change.source_type} {change.source_id}".strip(),
                change.memo,
                change.amount,
                change.balance,
            )
        )
    yield Row((None, "", _("At the end"), "", "", None, part.closing), RowKind.TOTAL)


def _change_title(change: CapitalChange) -> str:
    return _("Profit of the period") if change.kind == PROFIT else cause_title(change.kind)


def tax_summary_table(report: TaxSummary, *, now: datetime) -> TableDocument:
    total = Row(
        ("", _("Owed to the tax office"), report.opening, report.charged, report.deducted,
         report.due),
        RowKind.TOTAL,
    )  # fmt: skip
    return TableDocument(
        name="tax-summary",
        dated=dated(report.scope),
        title=_("Tax summary"),
        lines=scope_lines(report.scope),
        columns=(
            Column(_("Code")),
            Column(_("Account")),
            money(_("Opening balance")),
            money(_("Charged")),
            money(_("Deducted or paid")),
            money(_("Closing balance")),
        ),
        sections=(
            Section(tuple(row for account in report.accounts for row in _tax_rows(account))),
            Section((total,)),
        ),
        generated_at=now,
    )


def _tax_rows(tax: TaxAccount) -> Iterator[Row]:
    name = account_name(tax.account)
    amounts = (tax.opening, tax.charged, tax.deducted, tax.closing)
    yield Row((tax.account.code, name, *amounts), RowKind.SUBTOTAL)
    for cause in tax.causes:
        turnover = cause.turnover
        yield Row(
            ("", cause_title(cause.kind), None, turnover.credit, turnover.debit, None), level=1
        )
