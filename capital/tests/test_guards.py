"""What the database itself refuses, tried with plain SQL as the application's own role."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from capital.chart import SystemAccount
from capital.models import (
    Account,
    AccountBalance,
    Commitment,
    CommitmentChange,
    JournalEntry,
    JournalLine,
)
from capital.selectors import balances_check
from capital.services.commitments import commitment_create
from capital.services.ledger import entry_reverse
from capital.tests.factories import post, put_in
from core.audit import SYSTEM

Line = tuple[str, int, int]  # account, debit, credit

INSERT_ENTRY = """
    INSERT INTO capital_journalentry (number, kind, source_type, source_id, entry_date,
        occurred_at, recorded_at, posted_in, total, memo, reverses_id)
    VALUES ('X-' || %(source)s, 'k', 't', %(source)s, '2026-03-10', now(), '2020-01-01', 1,
        %(total)s, '', %(reverses)s)
    RETURNING id
"""
INSERT_LINE = """
    INSERT INTO capital_journalline (entry_id, line, account_id, debit, credit, party_type,
        party_id, memo)
    SELECT %(entry)s, %(line)s, id, %(debit)s, %(credit)s, '', '', '' FROM capital_account
     WHERE system_code = %(account)s
"""


@pytest.fixture
def books(transactional_db, now):
    """A committed entry with two lines, its reversal's candidate, and a commitment."""
    entry_id = put_in(100, now=now)
    commitment_create(actor=SYSTEM, now=now, source_type="order", source_id="1", amount=Decimal(30))
    return entry_id


def rows() -> list[object]:
    models = (Account, AccountBalance, JournalEntry, JournalLine, Commitment, CommitmentChange)
    return [list(model.objects.order_by("pk").values()) for model in models]


def insert_entry(cursor, source: str, total: int, reverses: int | None = None) -> int:
    cursor.execute(INSERT_ENTRY, {"source": source, "total": total, "reverses": reverses})
    return cursor.fetchone()[0]


def insert_line(cursor, entry: int, line: int, account: str, debit=0, credit=0) -> None:
    cursor.execute(
        INSERT_LINE,
        {"entry": entry, "line": line, "account": account, "debit": debit, "credit": credit},
    )


def insert_raw(total: int, lines: list[Line], reverses: int | None = None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        entry = insert_entry(cursor, "raw", total, reverses)
        for number, line in enumerate(lines, start=1):
            insert_line(cursor, entry, number, *line)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE capital_journalentry SET memo = 'x'",
        "UPDATE capital_journalentry SET posted_in = pg_current_xact_id()::text::bigint",
        "UPDATE capital_journalline SET debit = debit + 1 WHERE debit > 0",
        "UPDATE capital_commitmentchange SET amount = 1",
        "DELETE FROM capital_journalline",
        "DELETE FROM capital_journalentry",
        "DELETE FROM capital_commitmentchange",
        "TRUNCATE capital_journalline",
        "TRUNCATE capital_journalentry CASCADE",
        "TRUNCATE capital_commitmentchange",
        "TRUNCATE capital_account CASCADE",
        "DELETE FROM capital_account WHERE system_code = 'expenses'",
        "UPDATE capital_account SET code = '1' WHERE system_code = 'cash'",
        "UPDATE capital_account SET type = 'income' WHERE system_code = 'cash'",
        "UPDATE capital_account SET normal_side = 'credit' WHERE system_code = 'cash'",
        "UPDATE capital_account SET system_code = NULL WHERE system_code = 'cash'",
        "UPDATE capital_account SET name_ar = '' WHERE system_code = 'cash'",
        "UPDATE capital_accountbalance SET credit_total = debit_total + 1 WHERE never_negative",
        "UPDATE capital_accountbalance SET debit_total = -1",
        "UPDATE capital_commitment SET amount = amount + 1",
        "UPDATE capital_commitment SET amount = amount - 1",
        "UPDATE capital_commitment SET consumed = 1",
        "UPDATE capital_commitment SET released = 1",
        "UPDATE capital_commitment SET consumed = amount + 1",
        "UPDATE capital_commitment SET released = -1",
        "UPDATE capital_commitment SET status = 'closed', closed_at = now()",
        "UPDATE capital_commitment SET consumed = amount",
        "UPDATE capital_commitment SET source_id = '2'",
        "DELETE FROM capital_commitment",
    ],
)
def test_the_books_cannot_be_rewritten(books, statement):
    before = rows()
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows() == before


def test_names_of_system_accounts_may_be_changed(books):
    Account.objects.filter(system_code="cash").update(name_en="Till")
    assert Account.objects.get(system_code="cash").name_en == "Till"


def test_accounts_of_the_pharmacys_own_may_be_removed(books):
    own = Account.objects.create(
        code="6010",
        name_en="Rent",
        name_ar="إيجار",
        type="expense",
        normal_side="debit",
        parent=Account.objects.get(system_code="expenses"),
    )
    own.delete()
    assert not Account.objects.filter(code="6010").exists()


@pytest.mark.parametrize(
    ("total", "lines"),
    [
        (10, [("cash", 10, 0), ("owner_equity", 0, 9)]),
        (10, [("cash", 10, 0)]),
        (10, []),
        (9, [("cash", 10, 0), ("owner_equity", 0, 10)]),
    ],
    ids=["sides differ", "one line", "no line", "wrong total"],
)
def test_an_entry_that_does_not_balance_cannot_be_committed(books, total, lines):
    before = rows()
    with pytest.raises(IntegrityError, match="lines, debits"):
        insert_raw(total, lines)
    assert rows() == before


def insert_checking_early(total: int, lines: list[Line], late: Line) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        entry = insert_entry(cursor, "raw", total)
        for number, line in enumerate(lines, start=1):
            insert_line(cursor, entry, number, *line)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        insert_line(cursor, entry, len(lines) + 1, *late)


def test_checking_early_does_not_let_later_lines_through(books):
    before = rows()
    with pytest.raises(IntegrityError, match="lines, debits"):
        insert_checking_early(10, [("cash", 10, 0), ("owner_equity", 0, 10)], ("cash", 5, 0))
    assert rows() == before


def test_a_committed_entry_takes_no_further_lines_even_balanced_ones(books):
    before = rows()
    with (
        pytest.raises(IntegrityError, match="not posted in this transaction"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        insert_line(cursor, books, 3, "cash", debit=5)
    assert rows() == before


def test_a_forged_transaction_mark_is_overwritten(books):
    """An entry inserted with another transaction's mark carries its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        entry = insert_entry(cursor, "raw", 10)
        insert_line(cursor, entry, 1, "cash", debit=10)
        insert_line(cursor, entry, 2, "owner_equity", credit=10)
        cursor.execute("SELECT pg_current_xact_id()::text::bigint, now()")
        mark = cursor.fetchone()
    stored = JournalEntry.objects.get(pk=entry)
    assert (stored.posted_in, stored.recorded_at) == mark


def test_a_line_cannot_come_before_its_entry(books):
    with (
        pytest.raises(IntegrityError, match="not posted in this transaction"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        insert_line(cursor, books + 1000, 1, "cash", debit=5)


@pytest.mark.parametrize(("debit", "credit"), [(5, 5), (0, 0), (-5, 0), (0, -5)])
def test_a_line_has_exactly_one_side_above_zero(books, debit, credit):
    with (
        pytest.raises(IntegrityError, match="capital_line_one_side"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        insert_line(cursor, insert_entry(cursor, "raw", 5), 1, "cash", debit, credit)


def test_the_same_source_cannot_be_inserted_twice(books):
    entry = JournalEntry.objects.get(pk=books)
    with pytest.raises(IntegrityError, match="capital_entry_source_unique"):
        JournalEntry.objects.create(
            number="X-1",
            kind=entry.kind,
            source_type=entry.source_type,
            source_id=entry.source_id,
            entry_date=entry.entry_date,
            occurred_at=entry.occurred_at,
            total=1,
        )


def test_a_reversal_that_is_no_mirror_cannot_be_committed(books):
    before = rows()
    with pytest.raises(IntegrityError, match="does not mirror"):
        insert_raw(50, [("cash", 0, 50), ("owner_equity", 50, 0)], reverses=books)
    assert rows() == before


def test_a_reversal_that_mirrors_is_committed(books):
    insert_raw(100, [("cash", 0, 100), ("owner_equity", 100, 0)], reverses=books)
    assert JournalEntry.objects.get(reverses_id=books).lines.count() == 2


def test_a_second_reversal_cannot_be_inserted(books, now):
    entry_reverse(actor=SYSTEM, now=now, entry_id=books, reason="x")
    with (
        pytest.raises(IntegrityError, match="reverses_id"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        insert_entry(cursor, "raw", 100, reverses=books)


def test_a_reversal_of_a_reversal_cannot_be_inserted(books, now):
    reversal = entry_reverse(actor=SYSTEM, now=now, entry_id=books, reason="x")
    with (
        pytest.raises(IntegrityError, match="itself a reversal"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        insert_entry(cursor, "raw", 100, reverses=reversal)


@pytest.mark.django_db
def test_every_account_the_code_names_exists_with_a_balance():
    codes = set(AccountBalance.objects.values_list("account__system_code", flat=True))
    assert codes == set(SystemAccount)


@pytest.mark.django_db
def test_cash_is_the_first_row_every_writer_locks():
    assert AccountBalance.objects.order_by("pk").first().account.system_code == SystemAccount.CASH


@pytest.mark.django_db
def test_a_planted_difference_is_found_and_named(now):
    post(SystemAccount.BANK, SystemAccount.OWNER_EQUITY, 40, now=now)
    assert balances_check() == []
    AccountBalance.objects.filter(account__system_code="bank").update(debit_total=41)
    (difference,) = balances_check()
    assert "1010" in difference
    assert "41.00 / 0.00" in difference
    assert "40.00 / 0.00" in difference


@pytest.mark.django_db
def test_a_missing_balance_row_is_found(now):
    AccountBalance.objects.filter(account__system_code="tax_payable").delete()
    (difference,) = balances_check()
    assert "2100" in difference


@pytest.mark.django_db
def test_a_commitment_that_disagrees_with_its_changes_is_found(now):
    put_in(100, now=now)
    commitment_create(actor=SYSTEM, now=now, source_type="order", source_id="1", amount=Decimal(30))
    connection.check_constraints()
    with connection.cursor() as cursor:  # as somebody would who is above the guards
        cursor.execute("ALTER TABLE capital_commitment DISABLE TRIGGER capital_commitment_adds_up")
    Commitment.objects.update(consumed=5)
    (difference,) = balances_check()
    assert "order:1" in difference
