"""Every figure of docs/flows/financial-reports.md, computed."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from capital.chart import SystemAccount
from capital.reports.ageing import ageing
from capital.reports.balance_sheet import balance_sheet
from capital.reports.capital_statement import capital_statement
from capital.reports.cash_flow import cash_flow
from capital.reports.causes import Activity
from capital.reports.ledger import Scope
from capital.reports.profit_and_loss import profit_and_loss
from capital.reports.tax import tax_summary
from capital.reports.trial_balance import trial_balance
from capital.tests.reports.month import on, post_month

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 31)
MARCH = Scope(LAST, date(2026, 3, 1))


@pytest.fixture(autouse=True)
def month(db):
    post_month()


def page(heading: str) -> dict[str, Decimal]:
    """The lines of the page's table below `heading`."""
    text = (settings.BASE_DIR / "docs/flows/financial-reports.md").read_text()
    (section,) = re.findall(rf"^## {heading}[^\n]*\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    rows = re.findall(r"^\| ([^|]+) \| (-?[\d,]+) \|$", section, re.M)
    assert rows, heading
    return {line: Decimal(amount.replace(",", "")) for line, amount in rows}


def accounts(*sections):
    return {line.account.system_code: line.amount for lines in sections for line in lines}


def test_balance_sheet_of_the_page():
    sheet = balance_sheet(as_of=LAST)
    assert page("Balance sheet") == {
        **accounts(sheet.assets, sheet.liabilities, sheet.equity),
        "total assets": sheet.assets_total[0],
        "total liabilities": sheet.liabilities_total[0],
        "earnings of earlier years": sheet.retained_earnings[0],
        "earnings of this year": sheet.current_earnings[0],
        "total equity": sheet.equity_total[0],
        "liabilities and equity": sheet.claims_total[0],
    }


def test_profit_and_loss_of_the_page():
    report = profit_and_loss(MARCH)
    assert page("Profit and loss") == {
        **accounts(report.revenue, report.cost_of_sales, report.other_income, report.expenses),
        "gross profit": report.gross_profit[0],
        "net profit": report.net_profit[0],
    }
    assert report.gross_margin_percent == (Decimal("35.00"),)


def test_cash_flow_of_the_page():
    flow = cash_flow(MARCH)
    assert page("Cash flow") == {
        **{line.kind: line.net for line in flow.lines},
        "at the beginning": flow.opening,
        "operating": flow.net_of(Activity.OPERATING),
        "financing": flow.net_of(Activity.FINANCING),
        "at the end": flow.closing,
    }
    (rent,) = [line for line in flow.lines if line.kind == "expense"]
    assert (rent.inflow, rent.outflow) == (100_000, 200_000)


def test_capital_statement_of_the_page():
    statement = capital_statement(MARCH)
    promised = next(c for c in statement.available.changes if c.kind == "commitment_created")
    assert page("Capital statement") == {
        "owner's capital at the beginning": statement.owner.opening,
        "owner's capital at the end": statement.owner.closing,
        "available at the beginning": statement.available.opening,
        "available on 3 March, 450,000 being promised": promised.balance,
        "available at the end": statement.available.closing,
    }
    assert (promised.source_type, promised.source_id) == ("purchases.order", "12")
    assert [change.kind for change in statement.owner.changes] == [
        "owner_contribution", "owner_withdrawal", "net_profit",
    ]  # fmt: skip


def test_debts_by_age_of_the_page():
    payables = ageing(SystemAccount.PAYABLES, scope=Scope(LAST))
    receivables = ageing(SystemAccount.RECEIVABLES, scope=Scope(LAST))
    assert page("Debts by age") == {
        "payables, 0-30 days": payables.bucket_totals[0],
        "payables, 31-60 days": payables.bucket_totals[1],
        "payables, together": payables.balance,
        "receivables, 0-30 days": receivables.bucket_totals[0],
    }
    (row,) = payables.rows
    assert [(item.days, item.open_amount) for item in row.items] == [(39, 40_000), (21, 360_000)]


def test_tax_of_the_page():
    report = tax_summary(MARCH)
    assert page("Tax") == {
        "charged": report.charged,
        "deducted": report.deducted,
        "due": report.due,
    }


def test_buckets_are_as_asked_for():
    report = ageing(SystemAccount.PAYABLES, scope=Scope(LAST), bounds=(10, 20, 21, 38))
    assert report.bucket_totals == (0, 0, 360_000, 0, 40_000)


def test_an_overpaid_party_has_paid_ahead():
    report = ageing(SystemAccount.PAYABLES, scope=Scope(date(2026, 2, 28)))
    assert (report.balance, report.unapplied) == (350_000, 0)


def test_yesterday_is_shown_as_it_was():
    earlier = balance_sheet(as_of=date(2026, 3, 9), compare_to=date(2026, 2, 19))
    assert earlier.assets_total == (2_350_000, 0)
    assert earlier.current_earnings == (0, 0)


def test_what_was_not_recorded_yet_was_not_known(django_user_model):
    # The database stamps recorded_at itself: all of the month was recorded just now.
    before = Scope(LAST, known_at=on(3, 31))
    assert trial_balance(before).debit_total == 0
    assert trial_balance(Scope(LAST)).debit_total == 3_045_000
    assert cash_flow(Scope(LAST, date(2026, 3, 1), on(3, 31))).closing == 0
    assert capital_statement(Scope(LAST, None, on(3, 31))).available.changes == ()


def test_earnings_of_last_year_are_apart():
    sheet = balance_sheet(as_of=date(2027, 1, 1))
    assert (sheet.retained_earnings, sheet.current_earnings) == ((90_000,), (0,))


def test_the_fiscal_year_begins_where_the_pharmacy_says(settings):
    settings.FISCAL_YEAR_START_MONTH = 3
    assert balance_sheet(as_of=LAST).current_earnings == (90_000,)
    settings.FISCAL_YEAR_START_MONTH = 4
    assert balance_sheet(as_of=date(2026, 4, 1)).retained_earnings == (90_000,)
