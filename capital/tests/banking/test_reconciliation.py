"""Bank and books, from the file to the explained difference."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from capital.banking import status
from capital.banking.csv_file import CsvLayout
from capital.chart import SystemAccount
from capital.errors import (
    AlreadyReconciled,
    BankAccountNotFound,
    BankLineNotFound,
    DuplicateEntry,
    InvalidReconciliation,
    ReconciliationUndone,
    StatementAlreadyImported,
)
from capital.models import (
    Account,
    BankReconciliation,
    BankStatement,
    BankStatementLine,
    JournalEntry,
    JournalLine,
    ReconciledBankLine,
)
from capital.selectors import balances_check, names
from capital.services.ledger import entry_reverse
from capital.services.operations import operation_reverse
from capital.services.reconciliation import (
    match_reject,
    missing_entry_post,
    reconciliation_make,
    reconciliation_undo,
)
from capital.services.statements import statement_import, statement_prepare
from capital.tests.banking.files import ARABIC_CSV, OFX_1
from capital.tests.factories import own_account, post
from core.audit import SYSTEM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
LAST = date(2026, 3, 31)
A = SystemAccount


def on(day: int) -> datetime:
    return datetime(2026, 3, day, 9, tzinfo=UTC)


def bank() -> Account:
    return Account.objects.get(system_code=A.BANK)


def load(text: str, *, account_id: int | None = None, encoding="utf-8") -> int:
    prepared = statement_prepare(
        file_name="آذار.csv", content=text.encode(encoding), layout=CsvLayout(), now=NOW
    )
    return statement_import(
        actor=SYSTEM, now=NOW, account_id=account_id or bank().pk, prepared=prepared
    )


@pytest.fixture
def books():
    """The books of docs/flows/bank-reconciliation.md."""
    post(A.CASH, A.OWNER_EQUITY, 2_000_000, now=on(1))
    post(A.BANK, A.CASH, 800_000, now=on(8), kind="transfer")
    post(A.PAYABLES, A.BANK, 310_000, now=on(12), kind="supplier_payment", memo="INV 553")
    post(A.EXPENSES, A.BANK, 100_000, now=on(28), kind="expense", memo="إيجار المحل")
    post(A.OWNER_DRAWINGS, A.BANK, 70_000, now=on(30), kind="owner_withdrawal", memo="شيك")


@pytest.fixture
def statement(books) -> int:
    return load(ARABIC_CSV)


def line(number: int) -> BankStatementLine:
    return BankStatementLine.objects.get(line=number)


def book_line(amount: int) -> JournalLine:
    side = {"debit": amount} if amount > 0 else {"credit": -amount}
    return JournalLine.objects.get(account=bank(), **side)


def make(bank_lines, book_lines, **kwargs) -> int:
    return reconciliation_make(
        actor=SYSTEM,
        now=NOW,
        bank_line_ids=[one.pk for one in bank_lines],
        journal_line_ids=[one.pk for one in book_lines],
        **kwargs,
    )


def everything():
    return (
        list(BankReconciliation.objects.values()),
        list(ReconciledBankLine.objects.values()),
        JournalEntry.objects.count(),
        BankStatementLine.objects.count(),
    )


def test_the_month_of_the_page(statement):
    suggested = status.statement_suggestions(statement_id=statement)
    assert [len(row.suggestions) for row in suggested] == [1, 1, 1, 0]
    for row in suggested[:3]:
        ((_found, lines),) = row.suggestions
        make([row.line], lines)
    before = status.bank_status(account=bank(), as_of=LAST)
    assert (before.book_balance, before.bank_balance) == (320_000, 386_000)
    assert (before.open_bank_total, before.open_journal_total) == (-4_000, -70_000)
    assert before.difference == 0

    missing_entry_post(actor=SYSTEM, now=NOW, bank_line_id=line(4).pk, kind="bank_fee")

    after = status.bank_status(account=bank(), as_of=LAST)
    assert (after.book_balance, after.bank_balance, after.difference) == (316_000, 386_000, 0)
    assert after.open_bank == ()
    assert [found.entry.memo for found in after.open_journal] == ["شيك"]
    assert not after.is_reconciled
    assert [check.agrees for check in after.checks] == [True]


def test_all_is_reconciled_when_nothing_is_open(statement):
    post(A.BANK, A.OWNER_DRAWINGS, 70_000, now=on(31), kind="owner_contribution")
    for number, amount in ((1, 800_000), (2, -310_000), (3, -100_000)):
        make([line(number)], [book_line(amount)])
    make([], [book_line(-70_000), book_line(70_000)])
    missing_entry_post(actor=SYSTEM, now=NOW, bank_line_id=line(4).pk, kind="bank_fee")
    assert status.bank_status(account=bank(), as_of=LAST).is_reconciled
    assert status.statement_get(statement).open_count == 0


def test_a_missing_entry_is_dated_the_day_of_the_bank_and_against_what_is_named(statement):
    rent = own_account("own expenses")
    entry_id = missing_entry_post(
        actor=SYSTEM, now=NOW, bank_line_id=line(4).pk, kind="bank_other", account_id=rent.pk
    )
    entry = JournalEntry.objects.get(pk=entry_id)
    assert (entry.entry_date, entry.kind, entry.memo) == (LAST, "bank_other", "رسوم الحساب")
    assert {(row.account_id, row.debit, row.credit) for row in entry.lines.all()} == {
        (rent.pk, 4_000, 0), (bank().pk, 0, 4_000),
    }  # fmt: skip


def test_a_wrong_missing_entry_is_reversed_and_posted_as_it_should_have_been(statement):
    missing = {"actor": SYSTEM, "now": NOW, "bank_line_id": line(4).pk, "kind": "bank_other"}
    rent, water = own_account("own expenses"), own_account("own expenses")
    wrong = missing_entry_post(**missing, account_id=rent.pk)
    made = BankReconciliation.objects.get()
    reconciliation_undo(actor=SYSTEM, now=NOW, reconciliation_id=made.pk, reason="Not the rent")
    before = JournalEntry.objects.count()
    with pytest.raises(DuplicateEntry):
        missing_entry_post(**missing, account_id=water.pk)
    assert JournalEntry.objects.count() == before
    operation_reverse(actor=SYSTEM, now=NOW, entry_id=wrong, reason="Not the rent")
    right = missing_entry_post(**missing, account_id=water.pk)
    assert [
        account.balance.debit_balance
        for account in Account.objects.filter(pk__in=[rent.pk, water.pk]).order_by("pk")
    ] == [0, 4_000]
    sources = JournalEntry.objects.filter(pk__in=[wrong, right]).values_list("source_id", flat=True)
    assert len(set(names.bank_line_names(sources))) == 2
    assert balances_check() == []


def test_interest_is_other_income(books):
    load("Date,Amount,Description\n2026-03-31,12.50,Interest\n")
    entry_id = missing_entry_post(
        actor=SYSTEM, now=NOW, bank_line_id=line(1).pk, kind="bank_interest"
    )
    against = JournalLine.objects.get(entry_id=entry_id, credit__gt=0)
    assert (against.account.system_code, against.credit) == ("other_income", D("12.5"))


@pytest.mark.parametrize("account", [None, A.CASH, A.OWNER_EQUITY])
def test_a_missing_entry_is_of_income_or_expenses_only(statement, account):
    chosen = account and Account.objects.get(system_code=account).pk
    before = everything()
    with pytest.raises(InvalidReconciliation):
        missing_entry_post(
            actor=SYSTEM, now=NOW, bank_line_id=line(4).pk, kind="bank_other", account_id=chosen
        )
    assert everything() == before


def test_the_same_file_is_refused(statement):
    before = everything()
    with pytest.raises(StatementAlreadyImported) as refused:
        load(ARABIC_CSV)
    assert refused.value.extra == {"statement_id": statement}
    assert everything() == before


def test_an_overlapping_file_brings_what_is_new_only(statement):
    longer = ARABIC_CSV.replace("المجموع", "31/03/2026;رسوم الحساب;;4,000.00;;382,000.00\nالمجموع")
    second = BankStatement.objects.get(pk=load(longer))
    assert (second.line_count, second.known_count) == (1, 4)
    with pytest.raises(StatementAlreadyImported):
        load(ARABIC_CSV + "\n")


def test_a_line_is_known_by_the_id_of_the_bank(books):
    load(OFX_1)
    with pytest.raises(StatementAlreadyImported):
        load(OFX_1.replace("Cash deposit", "Deposit of cash"))


def test_the_same_file_of_another_account_is_another_statement(statement):
    other = own_account("own bank")
    assert load(ARABIC_CSV, account_id=other.pk) != statement


def test_a_statement_is_of_the_bank(books):
    with pytest.raises(BankAccountNotFound):
        load(ARABIC_CSV, account_id=Account.objects.get(system_code=A.CASH).pk)


def test_sums_that_differ_are_refused(statement):
    before = everything()
    with pytest.raises(InvalidReconciliation) as refused:
        make([line(3)], [book_line(-310_000)])
    assert refused.value.extra == {"difference": "210000.00"}
    assert everything() == before


def test_several_lines_of_the_books_are_one_of_the_bank(books):
    load("Date,Amount\n2026-03-29,-170000\n")
    ((_found, lines),) = status.statement_suggestions(statement_id=BankStatement.objects.get().pk)[
        0
    ].suggestions
    make([line(1)], lines)
    assert status.statement_get(BankStatement.objects.get().pk).open_count == 0


def test_a_line_is_reconciled_once(statement):
    make([line(3)], [book_line(-100_000)])
    before = everything()
    for bank_lines, book_lines in (([line(3)], [book_line(-100_000)]),):
        with pytest.raises(AlreadyReconciled) as refused:
            make(bank_lines, book_lines)
        assert refused.value.extra == {
            "bank_line_ids": [line(3).pk], "journal_line_ids": [book_line(-100_000).pk],
        }  # fmt: skip
    with pytest.raises(AlreadyReconciled):
        missing_entry_post(actor=SYSTEM, now=NOW, bank_line_id=line(3).pk, kind="bank_fee")
    assert everything() == before


def test_lines_of_another_account_are_refused(statement):
    cash = JournalLine.objects.get(account__system_code=A.CASH, credit=800_000)
    with pytest.raises(InvalidReconciliation):
        make([line(1)], [cash])
    with pytest.raises(InvalidReconciliation):
        make([line(1)], [])
    with pytest.raises(BankLineNotFound):
        reconciliation_make(
            actor=SYSTEM, now=NOW, bank_line_ids=[line(1).pk], journal_line_ids=[10**9]
        )


def test_an_undone_reconciliation_opens_its_lines(statement):
    made = make([line(3)], [book_line(-100_000)])
    reconciliation_undo(actor=SYSTEM, now=NOW, reconciliation_id=made, reason="Mistaken")
    assert status.statement_get(statement).open_count == 4
    assert make([line(3)], [book_line(-100_000)]) != made
    with pytest.raises(ReconciliationUndone):
        reconciliation_undo(actor=SYSTEM, now=NOW, reconciliation_id=made, reason="Again")


def test_a_rejected_match_is_not_suggested_again(statement):
    for _twice in range(2):
        match_reject(
            actor=SYSTEM, now=NOW, bank_line_id=line(3).pk,
            journal_line_ids=[book_line(-100_000).pk],
        )  # fmt: skip
    suggested = status.statement_suggestions(statement_id=statement)
    assert [len(row.suggestions) for row in suggested] == [1, 1, 0, 0]


def test_an_entry_and_its_reversal_cancel_each_other(statement):
    rent = book_line(-100_000)
    entry_reverse(actor=SYSTEM, now=NOW, entry_id=rent.entry_id, reason="Twice")
    make([], [rent, book_line(100_000)])
    open_amounts = [
        row.debit - row.credit
        for row in status.bank_status(account=bank(), as_of=date(2026, 4, 1)).open_journal
    ]
    assert 100_000 not in open_amounts


def test_money_under_way_is_open_on_the_days_between(statement):
    make([line(2)], [book_line(-310_000)])  # books on the 12th, bank on the 13th
    that_day = status.bank_status(account=bank(), as_of=date(2026, 3, 12))
    assert book_line(-310_000) in that_day.open_journal
    assert that_day.difference == 0
    assert that_day.checks == ()
    next_day = status.bank_status(account=bank(), as_of=date(2026, 3, 13))
    assert book_line(-310_000) not in next_day.open_journal
    assert next_day.difference == 0


def test_what_stood_before_the_first_statement_is_named(books):
    load(ARABIC_CSV.replace("٨٠٠٬٠٠٠٫٠٠\n", "٨٥٠٬٠٠٠٫٠٠\n"))
    found = status.bank_status(account=bank(), as_of=LAST)
    assert found.opening_difference == 50_000
    assert found.difference == 0
    # The file itself says otherwise on its last line: its balance and its lines disagree.
    assert [check.agrees for check in found.checks] == [False]


def refused(sql: str, *params) -> None:
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        run_checked(sql, params)


def run_checked(sql: str, params) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_what_the_services_never_do(statement):
    made = make([line(3)], [book_line(-100_000)])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    refused("UPDATE capital_bankstatementline SET amount = 1")
    refused("DELETE FROM capital_bankstatementline")
    refused("TRUNCATE capital_bankstatement CASCADE")
    refused("DELETE FROM capital_reconciledbankline")
    refused("TRUNCATE capital_reconciledbankline")
    refused("TRUNCATE capital_reconciledjournalline")
    refused("UPDATE capital_reconciledbankline SET standing = false")
    refused(
        "INSERT INTO capital_reconciledbankline (reconciliation_id, line_id, standing)"
        " VALUES (%s, %s, true)", made, line(3).pk,
    )  # fmt: skip
    refused(
        "INSERT INTO capital_reconciledbankline (reconciliation_id, line_id, standing)"
        " VALUES (%s, %s, true)", made, line(2).pk,
    )  # fmt: skip
    refused(
        "INSERT INTO capital_bankreconciliation (account_id, reason, made_at, undone_reason)"
        " VALUES (%s, '', now(), '')", bank().pk,
    )  # fmt: skip
