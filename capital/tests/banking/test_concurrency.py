"""Several people at the same bank account at the same moment."""

from __future__ import annotations

import pytest

from capital.chart import SystemAccount as A
from capital.errors import AlreadyReconciled, StatementAlreadyImported
from capital.models import BankReconciliation, BankStatement, JournalEntry
from capital.services.reconciliation import missing_entry_post
from capital.tests.banking.files import ARABIC_CSV
from capital.tests.banking.test_reconciliation import NOW, book_line, line, load, make, on
from capital.tests.factories import post
from core.audit import SYSTEM
from core.tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 6


@pytest.fixture
def statement():
    post(A.BANK, A.OWNER_EQUITY, 800_000, now=on(8))
    return load(ARABIC_CSV)


def kinds(results) -> dict[type, int]:
    return {kind: [type(one) for one in results].count(kind) for kind in map(type, results)}


def test_the_same_file_is_imported_once():
    results = together([lambda: load(ARABIC_CSV)] * PEOPLE)
    assert kinds(results) == {int: 1, StatementAlreadyImported: PEOPLE - 1}
    assert BankStatement.objects.count() == 1


def test_the_same_lines_are_reconciled_once(statement):
    bank_line, of_books = line(1), book_line(800_000)
    results = together([lambda: make([bank_line], [of_books])] * PEOPLE)
    assert kinds(results) == {int: 1, AlreadyReconciled: PEOPLE - 1}
    assert BankReconciliation.objects.count() == 1


def test_a_missing_entry_is_posted_once(statement):
    before = JournalEntry.objects.count()
    fee = line(4).pk
    results = together(
        [lambda: missing_entry_post(actor=SYSTEM, now=NOW, bank_line_id=fee, kind="bank_fee")]
        * PEOPLE
    )
    assert kinds(results) == {int: 1, AlreadyReconciled: PEOPLE - 1}
    assert JournalEntry.objects.count() == before + 1
