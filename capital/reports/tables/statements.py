"""Tables of trial balance, balance sheet, and profit and loss."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from capital.reports.balance_sheet import BalanceSheet
from capital.reports.profit_and_loss import ProfitAndLoss
from capital.reports.tables.parts import (
    account_name,
    account_rows,
    dated,
    known_at_line,
    money,
    period_text,
    scope_lines,
    total_row,
)
from capital.reports.tree import AccountLine, Amounts
from capital.reports.trial_balance import TrialBalance
from core.money import currency
from files.public import Column, Row, RowKind, Section, TableDocument


def trial_balance_table(report: TrialBalance, *, now: datetime) -> TableDocument:
    rows = [
        Row(
            (
                row.account.code,
                account_name(row.account),
                row.opening,
                row.turnover.debit,
                row.turnover.credit,
                row.debit_balance,
                row.credit_balance,
            ),
            level=row.level,
        )
        for row in report.rows
    ]
    total = Row(
        (
            "",
            _("Total"),
            sum(row.opening for row in report.rows),
            report.debit_turnover,
            report.credit_turnover,
            report.debit_total,
            report.credit_total,
        ),
        RowKind.TOTAL,
    )
    return TableDocument(
        name="trial-balance",
        dated=dated(report.scope),
        title=_("Trial balance"),
        lines=scope_lines(report.scope),
        columns=(
            Column(_("Code")),
            Column(_("Account")),
            money(_("Opening balance")),
            money(_("Debited")),
            money(_("Credited")),
            money(_("Debit balance")),
            money(_("Credit balance")),
        ),
        sections=(Section((*rows, total)),),
        notes=(_("Opening balances count debits as positive."),),
        generated_at=now,
    )


def balance_sheet_table(report: BalanceSheet, *, now: datetime) -> TableDocument:
    earnings = (
        total_row(_("Earnings of earlier years"), report.retained_earnings, kind=RowKind.DETAIL),
        total_row(_("Earnings of this year"), report.current_earnings, kind=RowKind.DETAIL),
    )
    return TableDocument(
        name="balance-sheet",
        dated=report.days[0].isoformat(),
        title=_("Balance sheet"),
        lines=(
            _("As of %(day)s, in %(currency)s")
            % {"day": report.days[0].isoformat(), "currency": currency()},
            *known_at_line(report.known_at),
        ),
        columns=(
            Column(_("Code")),
            Column(_("Account")),
            *(money(day.isoformat()) for day in report.days),
        ),
        sections=(
            _section(_("Assets"), report.assets, _("Total assets"), report.assets_total),
            _section(
                _("Liabilities"),
                report.liabilities,
                _("Total liabilities"),
                report.liabilities_total,
            ),
            Section(
                (
                    *account_rows(report.equity),
                    *earnings,
                    total_row(_("Total equity"), report.equity_total),
                    total_row(_("Total liabilities and equity"), report.claims_total),
                ),
                _("Equity"),
            ),
        ),
        generated_at=now,
    )


def profit_and_loss_table(report: ProfitAndLoss, *, now: datetime) -> TableDocument:
    period = report.periods[0]
    return TableDocument(
        name="profit-and-loss",
        dated=dated(period),
        title=_("Profit and loss"),
        lines=scope_lines(period),
        columns=(
            Column(_("Code")),
            Column(_("Account")),
            *(money(period_text(scope)) for scope in report.periods),
        ),
        sections=(
            _section(_("Revenue"), report.revenue, _("Total revenue"), report.revenue_total),
            _section(
                _("Cost of sales"),
                report.cost_of_sales,
                _("Total cost of sales"),
                report.cost_of_sales_total,
                total_row(_("Gross profit"), report.gross_profit),
            ),
            _section(
                _("Other income"),
                report.other_income,
                _("Total other income"),
                report.other_income_total,
            ),
            _section(
                _("Expenses"),
                report.expenses,
                _("Total expenses"),
                report.expenses_total,
                total_row(_("Net profit"), report.net_profit),
            ),
        ),
        generated_at=now,
    )


def _section(
    title: str, lines: Iterable[AccountLine], total: str, amounts: Amounts, *after: Row
) -> Section:
    subtotal = total_row(total, amounts, kind=RowKind.SUBTOTAL)
    return Section((*account_rows(lines), subtotal, *after), title)
