from __future__ import annotations

from datetime import date, timedelta

import pytest

from capital.chart import SystemAccount
from capital.selectors import capital_summary, payables, trial_balance
from capital.tests.factories import post, put_in

pytestmark = pytest.mark.django_db


def test_an_empty_ledger_sums_to_zero(settings):
    settings.PHARMACY_CURRENCY = "SYP"
    summary = capital_summary()
    assert summary.currency == "SYP"
    assert summary.available == summary.stock_at_cost == summary.payables == 0


def test_the_summary_takes_two_queries_however_long_the_ledger(now, django_assert_num_queries):
    for _ in range(5):
        put_in(1, now=now)
    with django_assert_num_queries(2):
        capital_summary()


def test_the_trial_balance_stands_on_both_sides(now):
    put_in(1000, now=now)
    post(SystemAccount.EXPENSES, SystemAccount.CASH, 250, now=now)
    balance = trial_balance()
    stands = {
        row.account.system_code: (row.debit_balance, row.credit_balance)
        for row in balance.rows
        if row.debit_total or row.credit_total
    }
    assert stands == {
        "cash": (750, 0),
        "expenses": (250, 0),
        "owner_equity": (0, 1000),
    }
    assert balance.debit_total == balance.credit_total == 1000


def test_the_trial_balance_of_a_past_day_leaves_later_entries_out(now):
    put_in(1000, now=now)
    post(SystemAccount.EXPENSES, SystemAccount.CASH, 250, now=now + timedelta(days=2))
    assert trial_balance(as_of=date(2026, 3, 11)).debit_total == 1000
    cash_then = trial_balance(as_of=date(2026, 3, 11)).rows[0]
    assert (cash_then.account.system_code, cash_then.debit_balance) == ("cash", 1000)
    assert trial_balance(as_of=date(2026, 3, 12)).rows[0].debit_balance == 750
    assert trial_balance(as_of=date(2026, 3, 9)).debit_total == 0


def test_the_trial_balance_takes_one_query(now, django_assert_num_queries):
    put_in(1, now=now)
    with django_assert_num_queries(1):
        trial_balance(as_of=date(2026, 3, 11))


def test_payables_without_a_party_are_nobodys(now):
    post(SystemAccount.INVENTORY, SystemAccount.PAYABLES, 5, now=now)
    assert payables() == []
    assert capital_summary().payables == 5
