"""Real threads on real connections: nobody spends the same money twice, nobody deadlocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from capital.chart import SystemAccount
from capital.errors import (
    DuplicateEntry,
    EntryAlreadyReversed,
    InsufficientCapital,
    InsufficientFunds,
)
from capital.models import Commitment, JournalEntry
from capital.selectors import balances_check, capital_summary
from capital.services.accounts import account_update
from capital.services.commitments import commitment_consume, commitment_create
from capital.services.ledger import entry_reverse
from capital.services.operations import owner_withdrawal_record
from capital.tests.factories import drawer, post, put_in
from core.audit import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def together(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all at the same moment; each result, or the exception it ended with."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return work()
        except Exception as exc:  # noqa: BLE001 - the test judges it
            return exc
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def commit(now, source_id: str, amount: int) -> int:
    return commitment_create(
        actor=SYSTEM, now=now, source_type="order", source_id=source_id, amount=Decimal(amount)
    )


def test_two_approvals_cannot_both_commit_the_last_money(now):
    for round_ in range(5):
        put_in(100, now=now)  # 100 more each time, of which 60 will be promised
        wanted = int(capital_summary().available) - 40
        results = together(
            [partial(commit, now, f"{round_}-{side}", wanted) for side in ("a", "b")]
        )
        assert kinds(results) == [InsufficientCapital.__name__, "int"]
        assert Commitment.objects.count() == round_ + 1
        assert capital_summary().available == 40
    assert balances_check() == []


def test_an_approval_and_a_withdrawal_cannot_both_take_the_last_money(now):
    put_in(100, now=now)

    def withdraw() -> str:
        owner_withdrawal_record(
            actor=SYSTEM, now=now, amount=Decimal(60), account=SystemAccount.CASH
        )
        return "withdrawn"

    results = together([lambda: commit(now, "1", 60), withdraw])
    assert kinds(results) in (["InsufficientCapital", "int"], ["InsufficientCapital", "str"])
    assert capital_summary().available == 40


def test_two_payments_cannot_both_take_the_last_cash(now):
    put_in(100, now=now)
    results = together([lambda: post(SystemAccount.EXPENSES, SystemAccount.CASH, 60, now=now)] * 2)
    assert kinds(results) == [InsufficientFunds.__name__, "int"]
    assert capital_summary().cash == 40


def test_the_same_document_posted_by_two_workers_is_posted_once(now):
    results = together(
        [lambda: post(SystemAccount.CASH, SystemAccount.OWNER_EQUITY, 5, now=now, source_id="same")]
        * 4
    )
    assert kinds(results) == [DuplicateEntry.__name__] * 3 + ["int"]
    assert capital_summary().cash == 5


def test_an_entry_reversed_by_two_people_is_reversed_once(now):
    entry_id = put_in(10, now=now)
    put_in(10, now=now)
    results = together(
        [lambda: entry_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="x")] * 3
    )
    assert kinds(results) == [EntryAlreadyReversed.__name__] * 2 + ["int"]
    assert capital_summary().cash == 10


def test_transactions_that_post_several_entries_in_any_order_never_deadlock(now):
    put_in(1000, now=now)
    pairs = [
        (SystemAccount.CASH, SystemAccount.SALES_REVENUE),
        (SystemAccount.INVENTORY, SystemAccount.PAYABLES),
        (SystemAccount.EXPENSES, SystemAccount.CASH),
        (SystemAccount.BANK, SystemAccount.OWNER_EQUITY),
    ]

    def post_all(order: int) -> None:
        with transaction.atomic():
            for step in range(len(pairs)):
                debit, credit = pairs[(step * order) % len(pairs)]
                post(debit, credit, 1, now=now)
            commitment_create(
                actor=SYSTEM,
                now=now,
                source_type="order",
                source_id=str(order),
                amount=Decimal(1),
            )

    results = together([lambda order=order: post_all(order) for order in (1, 3, 5, 7, 9, 11)])

    assert results == [None] * 6
    assert JournalEntry.objects.count() == 1 + 6 * len(pairs)
    numbers = sorted(JournalEntry.objects.values_list("number", flat=True))
    assert numbers == [f"JE-2026-{number:06d}" for number in range(1, len(numbers) + 1)]
    assert balances_check() == []


def test_two_receipts_of_one_order_consume_no_more_than_was_committed(now):
    put_in(100, now=now)
    commitment_create(
        actor=SYSTEM, now=now, source_type="order", source_id="1", amount=Decimal(100)
    )
    results = together(
        [
            lambda receipt=receipt: commitment_consume(
                actor=SYSTEM,
                now=now,
                source_type="order",
                source_id="1",
                amount=Decimal(70),
                document_type="receipt",
                document_id=str(receipt),
            )
            for receipt in range(2)
        ]
    )
    assert sorted(results) == [30, 70]
    assert balances_check() == []


def test_transfers_between_drawers_in_every_direction_never_deadlock(now):
    accounts = [SystemAccount.CASH, SystemAccount.BANK]
    accounts += [drawer(f"T{number}", now=now).account_id for number in range(3)]
    for account in accounts:
        post(account, SystemAccount.OWNER_EQUITY, 100, now=now)

    def move_round(step: int) -> None:
        with transaction.atomic():
            for position in range(len(accounts)):
                source = accounts[(position * step) % len(accounts)]
                target = accounts[(position * step + step) % len(accounts)]
                post(target, source, 1, now=now)

    results = together([lambda step=step: move_round(step) for step in (1, 2, 3, 4) * 2])

    assert results == [None] * 8
    assert capital_summary().liquid == 500
    assert balances_check() == []


def test_a_till_posts_while_its_account_is_being_renamed(now):
    """Neither waits for the other: what is changed here is not what the lines refer to."""
    till = drawer("T1", now=now)
    with transaction.atomic():
        account_update(actor=SYSTEM, now=now, account_id=till.account_id, name_en="Front till")
        results = together(
            [partial(post, till.account_id, SystemAccount.SALES_REVENUE, 5, now=now)] * 2
        )
    assert kinds(results) == ["int", "int"]
    assert balances_check() == []
