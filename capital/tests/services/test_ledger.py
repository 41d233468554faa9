from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from capital.chart import SystemAccount
from capital.errors import (
    DuplicateEntry,
    EntryAlreadyReversed,
    EntryNotFound,
    InsufficientFunds,
    InvalidPosting,
    ReversalNotReversible,
    UnbalancedEntry,
)
from capital.models import AccountBalance, JournalEntry, JournalLine
from capital.selectors import balances_check, capital_summary
from capital.services.ledger import Posting, entry_post, entry_reverse
from capital.tests.factories import post, put_in
from core.audit import SYSTEM
from core.models import AuditEntry

pytestmark = pytest.mark.django_db

CASH = Posting(account=SystemAccount.CASH, debit=Decimal(100))
EQUITY = Posting(account=SystemAccount.OWNER_EQUITY, credit=Decimal(100))


def balance(account: SystemAccount) -> Decimal:
    return AccountBalance.objects.get(account__system_code=account).debit_balance


def assert_nothing_posted() -> None:
    assert not JournalEntry.objects.exists()
    assert not JournalLine.objects.exists()
    assert not AccountBalance.objects.exclude(debit_total=0, credit_total=0).exists()
    assert not AuditEntry.objects.exists()


def refuse(error, now, postings, **overrides):
    with pytest.raises(error) as caught:
        entry_post(
            actor=SYSTEM,
            now=now,
            postings=postings,
            **{"source_type": "t", "source_id": "1", "kind": "k", **overrides},
        )
    return caught.value


def test_an_entry_moves_both_balances_and_is_numbered_and_audited(now):
    entry_id = post(SystemAccount.CASH, SystemAccount.OWNER_EQUITY, "1500.25", now=now)

    entry = JournalEntry.objects.get(pk=entry_id)
    assert entry.number == "JE-2026-000001"
    assert entry.total == Decimal("1500.25")
    assert [(line.line, line.account.system_code) for line in entry.lines.all()] == [
        (1, "cash"),
        (2, "owner_equity"),
    ]
    assert balance(SystemAccount.CASH) == Decimal("1500.25")
    assert balance(SystemAccount.OWNER_EQUITY) == Decimal("-1500.25")
    audit = AuditEntry.objects.get(action="capital.entry_posted")
    assert audit.subject_id == str(entry_id)
    assert balances_check() == []


def test_the_entry_date_is_the_local_day_of_what_happened(settings, now):
    settings.PHARMACY_TIME_ZONE = "Asia/Damascus"
    late_evening_utc = datetime(2026, 2, 28, 22, 0, tzinfo=UTC)
    entry_id = post(
        SystemAccount.CASH,
        SystemAccount.OWNER_EQUITY,
        5,
        now=now,
        occurred_at=late_evening_utc,
    )
    entry = JournalEntry.objects.get(pk=entry_id)
    assert entry.entry_date.isoformat() == "2026-03-01"
    assert entry.occurred_at == late_evening_utc


def test_one_account_may_stand_on_several_lines(now):
    entry_post(
        actor=SYSTEM,
        now=now,
        source_type="t",
        source_id="1",
        kind="k",
        postings=[CASH, replace(CASH, debit=Decimal(20)), replace(EQUITY, credit=Decimal(120))],
    )
    assert balance(SystemAccount.CASH) == 120
    assert balances_check() == []


def test_an_entry_whose_sides_differ_is_refused(now):
    refuse(UnbalancedEntry, now, [CASH, replace(EQUITY, credit=Decimal("99.99"))])
    assert_nothing_posted()


@pytest.mark.parametrize(
    "amount", ["-1", "0.001", "NaN", "Infinity", "-Infinity", "1000000000000000.01", "1E+20"]
)
def test_an_amount_that_is_no_money_is_refused_by_name(now, amount):
    amount = Decimal(amount)
    error = refuse(
        InvalidPosting, now, [replace(CASH, debit=amount), replace(EQUITY, credit=amount)]
    )
    assert [problem.field for problem in error.errors] == ["postings.0.debit", "postings.1.credit"]
    assert_nothing_posted()


def test_the_largest_amount_is_accepted(now):
    put_in(Decimal(10) ** 15, now=now)
    assert capital_summary().cash == Decimal(10) ** 15


def test_a_line_with_both_sides_is_refused(now):
    error = refuse(InvalidPosting, now, [replace(CASH, credit=Decimal(1)), EQUITY])
    assert error.errors[0].code == "one_side"
    assert_nothing_posted()


def test_a_line_with_no_amount_is_refused(now):
    error = refuse(InvalidPosting, now, [CASH, EQUITY, Posting(account=SystemAccount.BANK)])
    assert error.errors[0].field == "postings.2"
    assert_nothing_posted()


def test_half_a_party_is_refused(now):
    error = refuse(InvalidPosting, now, [replace(CASH, party_id="7"), EQUITY])
    assert error.errors[0].code == "party_incomplete"
    assert_nothing_posted()


def test_an_entry_of_one_line_is_refused(now):
    refuse(InvalidPosting, now, [CASH])
    assert_nothing_posted()


def test_the_same_source_and_kind_is_posted_once(now):
    first = post(
        SystemAccount.CASH, SystemAccount.OWNER_EQUITY, 100, now=now, source_id="1", kind="k"
    )
    error = refuse(DuplicateEntry, now, [CASH, EQUITY], source_type="test.document")
    assert error.extra == {"entry_id": first}
    assert balance(SystemAccount.CASH) == 100


def test_another_kind_of_the_same_source_is_posted(now):
    post(SystemAccount.CASH, SystemAccount.OWNER_EQUITY, 1, now=now, source_id="1", kind="a")
    post(SystemAccount.CASH, SystemAccount.OWNER_EQUITY, 1, now=now, source_id="1", kind="b")
    assert balance(SystemAccount.CASH) == 2


@pytest.mark.parametrize(
    "account", [SystemAccount.CASH, SystemAccount.BANK, SystemAccount.INVENTORY]
)
def test_what_cannot_be_less_than_nothing_is_not_overdrawn(now, account):
    post(account, SystemAccount.OWNER_EQUITY, 10, now=now)
    with pytest.raises(InsufficientFunds) as caught:
        post(SystemAccount.EXPENSES, account, "10.01", now=now)
    assert caught.value.extra == {"account": account, "held": "10.00", "short": "0.01"}
    assert balance(account) == 10
    assert balance(SystemAccount.EXPENSES) == 0
    assert JournalEntry.objects.count() == 1


def test_payables_may_turn_against_their_normal_side(now):
    put_in(5, now=now)
    post(SystemAccount.PAYABLES, SystemAccount.CASH, 5, now=now)
    assert capital_summary().payables == -5


def test_numbers_stay_gapless_when_an_entry_is_refused(now):
    put_in(1, now=now)
    with pytest.raises(InsufficientFunds):
        post(SystemAccount.EXPENSES, SystemAccount.CASH, 2, now=now)
    entry_id = put_in(1, now=now)
    assert JournalEntry.objects.get(pk=entry_id).number == "JE-2026-000002"


def test_posting_takes_the_same_number_of_queries_for_two_and_for_forty_lines(
    now, django_assert_num_queries
):
    def post_lines(count: int, source_id: str) -> None:
        entry_post(
            actor=SYSTEM,
            now=now,
            source_type="t",
            source_id=source_id,
            kind="k",
            postings=[
                *(replace(CASH, debit=Decimal(1)) for _ in range(count)),
                replace(EQUITY, credit=Decimal(count)),
            ],
        )

    for count in (1, 39):
        with django_assert_num_queries(10):
            post_lines(count, str(count))


def test_a_reversal_mirrors_every_line_names_its_entry_and_restores_the_balances(now):
    entry_id = entry_post(
        actor=SYSTEM,
        now=now,
        source_type="t",
        source_id="1",
        kind="k",
        postings=[
            CASH,
            Posting(
                account=SystemAccount.PAYABLES,
                credit=Decimal(100),
                party_type="purchases.supplier",
                party_id="7",
            ),
        ],
    )
    later = now + timedelta(days=3)

    reversal_id = entry_reverse(actor=SYSTEM, now=later, entry_id=entry_id, reason="typed twice")

    reversal = JournalEntry.objects.get(pk=reversal_id)
    assert reversal.reverses_id == entry_id
    assert reversal.entry_date.isoformat() == "2026-03-13"
    assert reversal.memo == "typed twice"
    mirrored = [(line.debit, line.credit, line.party_id) for line in reversal.lines.all()]
    assert mirrored == [(0, 100, ""), (100, 0, "7")]
    assert balance(SystemAccount.CASH) == 0
    assert balance(SystemAccount.PAYABLES) == 0
    assert balances_check() == []


def test_an_entry_is_reversed_once(now):
    entry_id = put_in(10, now=now)
    put_in(10, now=now)
    first = entry_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="wrong")
    with pytest.raises(EntryAlreadyReversed) as caught:
        entry_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="wrong again")
    assert caught.value.extra == {"reversed_by": first}
    assert balance(SystemAccount.CASH) == 10


def test_a_reversal_cannot_be_reversed(now):
    reversal_id = entry_reverse(actor=SYSTEM, now=now, entry_id=put_in(10, now=now), reason="x")
    with pytest.raises(ReversalNotReversible):
        entry_reverse(actor=SYSTEM, now=now, entry_id=reversal_id, reason="y")
    assert balance(SystemAccount.CASH) == 0


def test_an_unknown_entry_cannot_be_reversed(now):
    with pytest.raises(EntryNotFound):
        entry_reverse(actor=SYSTEM, now=now, entry_id=4711, reason="x")


def test_money_that_is_spent_cannot_be_reversed_away(now):
    entry_id = put_in(10, now=now)
    post(SystemAccount.EXPENSES, SystemAccount.CASH, 8, now=now)
    with pytest.raises(InsufficientFunds):
        entry_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="x")
    assert balance(SystemAccount.CASH) == 2
    assert JournalEntry.objects.count() == 2
