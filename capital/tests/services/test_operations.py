from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from capital.chart import SystemAccount
from capital.errors import (
    EntryBelongsToDocument,
    EntryNotFound,
    InsufficientCapital,
    InsufficientFunds,
    InvalidPosting,
    PaymentExceedsPayable,
)
from capital.models import JournalEntry
from capital.selectors import capital_summary, party_balance, payables
from capital.services.commitments import commitment_create
from capital.services.ledger import Posting, entry_post
from capital.services.operations import (
    SUPPLIER_PARTY,
    operation_reverse,
    owner_contribution_record,
    owner_withdrawal_record,
    supplier_payment_record,
)
from capital.tests.factories import post, put_in
from core.audit import SYSTEM

pytestmark = pytest.mark.django_db


def receive_goods(now, supplier_id: int, amount: int) -> None:
    entry_post(
        actor=SYSTEM,
        now=now,
        source_type="receipt",
        source_id=f"{supplier_id}-{amount}",
        kind="receipt",
        postings=[
            Posting(account=SystemAccount.INVENTORY, debit=Decimal(amount)),
            Posting(
                account=SystemAccount.PAYABLES,
                credit=Decimal(amount),
                party_type=SUPPLIER_PARTY,
                party_id=str(supplier_id),
            ),
        ],
    )


def pay(now, amount, supplier_id=7, account=SystemAccount.CASH):
    return supplier_payment_record(
        actor=SYSTEM, now=now, supplier_id=supplier_id, amount=Decimal(amount), account=account
    )


def test_the_owner_puts_money_into_the_bank(now):
    owner_contribution_record(
        actor=SYSTEM, now=now, amount=Decimal(500), account=SystemAccount.BANK, memo="start"
    )
    assert capital_summary().bank == 500
    assert JournalEntry.objects.get().memo == "start"


def test_two_equal_contributions_are_two_entries(now):
    for _ in range(2):
        owner_contribution_record(
            actor=SYSTEM, now=now, amount=Decimal(500), account=SystemAccount.CASH
        )
    assert capital_summary().cash == 1000


def test_the_owner_takes_money_out(now):
    put_in(500, now=now)
    owner_withdrawal_record(actor=SYSTEM, now=now, amount=Decimal(200), account=SystemAccount.CASH)
    assert capital_summary().cash == 300


def test_the_owner_cannot_take_what_is_promised_to_an_order(now):
    put_in(500, now=now)
    commitment_create(
        actor=SYSTEM, now=now, source_type="order", source_id="1", amount=Decimal(400)
    )
    with pytest.raises(InsufficientCapital):
        owner_withdrawal_record(
            actor=SYSTEM, now=now, amount=Decimal(101), account=SystemAccount.CASH
        )
    assert capital_summary().cash == 500


def test_the_owner_cannot_take_cash_that_lies_in_the_bank(now):
    post(SystemAccount.BANK, SystemAccount.OWNER_EQUITY, 500, now=now)
    with pytest.raises(InsufficientFunds):
        owner_withdrawal_record(
            actor=SYSTEM, now=now, amount=Decimal(1), account=SystemAccount.CASH
        )
    assert capital_summary().bank == 500


def test_a_payment_lowers_what_is_owed_to_that_supplier_only(now):
    put_in(500, now=now)
    receive_goods(now, 7, 300)
    receive_goods(now, 8, 90)
    pay(now, 120)
    assert [(row.party_id, row.balance) for row in payables()] == [("7", 180), ("8", 90)]
    summary = capital_summary()
    assert (summary.cash, summary.payables, summary.available_after_payables) == (380, 270, 110)


def test_a_supplier_paid_in_full_leaves_the_list(now):
    put_in(500, now=now)
    receive_goods(now, 7, 300)
    pay(now, 300)
    assert payables() == []
    owed = party_balance(SystemAccount.PAYABLES, party_type=SUPPLIER_PARTY, party_id="7")
    assert owed == 0


def test_more_than_is_owed_is_not_paid(now):
    put_in(500, now=now)
    receive_goods(now, 7, 300)
    with pytest.raises(PaymentExceedsPayable) as caught:
        pay(now, "300.01")
    assert caught.value.extra == {"owed": "300.00"}
    assert capital_summary().cash == 500


def test_a_supplier_nothing_is_owed_to_is_not_paid(now):
    put_in(500, now=now)
    receive_goods(now, 7, 300)
    with pytest.raises(PaymentExceedsPayable):
        pay(now, 1, supplier_id=8)
    assert capital_summary().cash == 500


def test_money_that_is_not_there_is_not_paid(now):
    put_in(100, now=now)
    receive_goods(now, 7, 300)
    with pytest.raises(InsufficientFunds):
        pay(now, 101)
    assert capital_summary().payables == 300


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "0.001", "1E+20"])
def test_amounts_that_are_no_money_are_refused_everywhere(now, amount):
    put_in(100, now=now)
    money = {"actor": SYSTEM, "now": now, "amount": Decimal(amount)}
    with pytest.raises(InvalidPosting):
        owner_contribution_record(account=SystemAccount.CASH, **money)
    with pytest.raises(InvalidPosting):
        owner_withdrawal_record(account=SystemAccount.CASH, **money)
    with pytest.raises(InvalidPosting):
        supplier_payment_record(account=SystemAccount.CASH, supplier_id=7, **money)
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("shift", "code"),
    [(timedelta(seconds=1), "in_the_future"), (timedelta(days=-3654), "too_long_ago")],
)
def test_an_operation_is_not_dated_in_the_future_or_in_another_age(now, shift, code):
    with pytest.raises(InvalidPosting) as caught:
        owner_contribution_record(
            actor=SYSTEM,
            now=now,
            amount=Decimal(1),
            account=SystemAccount.CASH,
            occurred_at=now + shift,
        )
    assert [(problem.field, problem.code) for problem in caught.value.errors] == [
        ("occurred_at", code)
    ]
    assert not JournalEntry.objects.exists()


def test_an_operation_of_last_week_is_dated_then(now):
    owner_contribution_record(
        actor=SYSTEM,
        now=now,
        amount=Decimal(1),
        account=SystemAccount.CASH,
        occurred_at=now - timedelta(days=7),
    )
    assert JournalEntry.objects.get().entry_date.isoformat() == "2026-03-03"


def test_an_operation_is_reversed(now):
    entry_id = owner_contribution_record(
        actor=SYSTEM, now=now, amount=Decimal(500), account=SystemAccount.CASH
    )
    operation_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="typed twice")
    assert capital_summary().cash == 0


def test_the_entry_of_a_receipt_is_not_reversed_without_its_goods(now):
    receive_goods(now, 7, 300)
    with pytest.raises(EntryBelongsToDocument):
        operation_reverse(actor=SYSTEM, now=now, entry_id=JournalEntry.objects.get().pk, reason="x")
    assert capital_summary().stock_at_cost == 300


def test_an_unknown_operation_cannot_be_reversed(now):
    with pytest.raises(EntryNotFound):
        operation_reverse(actor=SYSTEM, now=now, entry_id=4711, reason="x")
