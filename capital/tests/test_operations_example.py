"""The tables of docs/flows/capital-postings.md (operations) and docs/flows/cash-drawers.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from capital.chart import SystemAccount
from capital.models import AccountBalance, JournalEntry, JournalLine
from capital.selectors import capital_summary, party_balance, session_report
from capital.services.ledger import Posting, entry_post
from capital.services.operations import (
    CUSTOMER_PARTY,
    SUPPLIER_PARTY,
    customer_receipt_record,
    operation_reverse,
    owner_contribution_record,
    owner_withdrawal_record,
    supplier_payment_record,
)
from capital.services.policies import category_create, policy_update
from capital.services.sessions import session_close, session_count, session_drop, session_open
from capital.services.spending import expense_record, transfer_record
from capital.services.till import till_account
from capital.tests.factories import drawer, own_account, post
from core.audit import SYSTEM, Actor

pytestmark = pytest.mark.django_db


def lines(entry_id: int) -> list[tuple[str, int, int]]:
    found = JournalLine.objects.filter(entry_id=entry_id).order_by("line")
    return [
        (line.account.system_code or line.account.code, int(line.debit), int(line.credit))
        for line in found.select_related("account")
    ]


def standing(now) -> None:
    """1,000,000 in cash, 200,000 in the bank, 300,000 owed to supplier 7, 80,000 by customer 31."""
    post(SystemAccount.CASH, SystemAccount.OWNER_EQUITY, 1_000_000, now=now)
    post(SystemAccount.BANK, SystemAccount.OWNER_EQUITY, 200_000, now=now)
    owing = {SystemAccount.PAYABLES, SystemAccount.RECEIVABLES}
    for debit, credit, party in (
        (SystemAccount.INVENTORY, SystemAccount.PAYABLES, (SUPPLIER_PARTY, "7")),
        (SystemAccount.RECEIVABLES, SystemAccount.SALES_REVENUE, (CUSTOMER_PARTY, "31")),
    ):
        amount = Decimal(300_000 if party[1] == "7" else 80_000)
        named: dict[str, Any] = {"party_type": party[0], "party_id": party[1]}
        entry_post(
            actor=SYSTEM,
            now=now,
            source_type="test.document",
            source_id=party[1],
            kind="document",
            postings=[
                Posting(account=debit, debit=amount, **(named if debit in owing else {})),
                Posting(account=credit, credit=amount, **(named if credit in owing else {})),
            ],
        )


def test_every_operation_posts_the_figures_of_its_row(now):
    standing(now)
    own_account("expenses", "6020", now=now)
    electricity = category_create(
        actor=SYSTEM, now=now, name_en="Electricity", name_ar="كهرباء", account="6020"
    )
    by = {"actor": SYSTEM, "now": now}

    def check(entry_id, expected, cash, bank):
        assert lines(entry_id) == expected
        summary = capital_summary()
        assert (summary.cash, summary.bank) == (cash, bank)
        return entry_id

    check(
        owner_contribution_record(**by, amount=Decimal(500_000), account="cash"),
        [("cash", 500_000, 0), ("owner_equity", 0, 500_000)],
        1_500_000,
        200_000,
    )
    check(
        owner_withdrawal_record(**by, amount=Decimal(150_000), account="bank"),
        [("owner_drawings", 150_000, 0), ("bank", 0, 150_000)],
        1_500_000,
        50_000,
    )
    expense = check(
        expense_record(
            **by,
            category_id=electricity.pk,
            amount=Decimal(55_000),
            tax=Decimal(5_000),
            account="cash",
        ),
        [("6020", 50_000, 0), ("tax_receivable", 5_000, 0), ("cash", 0, 55_000)],
        1_445_000,
        50_000,
    )
    check(
        transfer_record(**by, amount=Decimal(700_000), account="cash", to_account="bank"),
        [("bank", 700_000, 0), ("cash", 0, 700_000)],
        745_000,
        750_000,
    )
    check(
        supplier_payment_record(**by, supplier_id=7, amount=Decimal(120_000), account="bank"),
        [("payables", 120_000, 0), ("bank", 0, 120_000)],
        745_000,
        630_000,
    )
    check(
        customer_receipt_record(**by, party_id="31", amount=Decimal(20_000), account="cash"),
        [("cash", 20_000, 0), ("receivables", 0, 20_000)],
        765_000,
        630_000,
    )
    check(
        operation_reverse(**by, entry_id=expense, reason="paid by the landlord"),
        [("6020", 0, 50_000), ("tax_receivable", 0, 5_000), ("cash", 55_000, 0)],
        820_000,
        630_000,
    )
    owed = party_balance(SystemAccount.PAYABLES, party_type=SUPPLIER_PARTY, party_id="7")
    claim = party_balance(SystemAccount.RECEIVABLES, party_type=CUSTOMER_PARTY, party_id="31")
    assert (owed, claim) == (180_000, 60_000)


def test_a_session_at_the_till_posts_the_figures_of_its_table(now, user_as):
    till = drawer("T1", now=now, holding=100_000)
    drawer("SAFE", now=now, kind="safe")
    petty = category_create(actor=SYSTEM, now=now, name_en="Petty", name_ar="نثريات")
    policy_update(actor=SYSTEM, now=now, difference_tolerance=Decimal(500))
    user = user_as("cashier")
    by = {"actor": Actor(id=user.pk, label=user.username), "now": now}

    def held() -> Decimal:
        return AccountBalance.objects.get(account_id=till.account_id).debit_balance

    session = session_open(**by, drawer_id=till.pk, counted=Decimal(100_000))
    for amount, after in ((60_000, 160_000), (25_000, 185_000)):
        account = till_account(actor=by["actor"])
        post(account, SystemAccount.SALES_REVENUE, amount, now=now, kind="sale")
        assert held() == after
    session_drop(**by, session_id=session.pk, amount=Decimal(120_000), to_account="1000-SAFE")
    assert held() == 65_000
    expense_record(
        actor=SYSTEM, now=now, category_id=petty.pk, amount=Decimal(5_000), account="1000-T1"
    )
    assert held() == 60_000
    counted = session_count(**by, session_id=session.pk, counted=Decimal(58_000))
    assert (counted.expected_amount, counted.difference) == (60_000, -2_000)
    closed = session_close(**by, session_id=session.pk, reason="change given twice")
    assert lines(closed.closing_entry_id) == [("cash_short", 2_000, 0), ("1000-T1", 0, 2_000)]
    assert JournalEntry.objects.get(pk=closed.closing_entry_id).kind == "cash_difference_closing"
    assert held() == 58_000
    report = session_report(session.pk)
    assert (report.received, report.paid, report.expected) == (85_000, 125_000, 60_000)
