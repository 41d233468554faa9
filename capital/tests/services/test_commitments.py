from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from capital.chart import SystemAccount
from capital.errors import (
    CommitmentNotFound,
    DuplicateCommitment,
    DuplicateConsumption,
    InsufficientCapital,
    InvalidPosting,
)
from capital.models import Commitment, CommitmentChange
from capital.selectors import balances_check, capital_summary
from capital.services.commitments import (
    commitment_consume,
    commitment_create,
    commitment_raise,
    commitment_release,
    commitment_restore,
)
from capital.tests.factories import post, put_in
from core.audit import SYSTEM
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(now):
    """100 in the drawer and 50 in the bank."""
    put_in(100, now=now)
    post(SystemAccount.BANK, SystemAccount.OWNER_EQUITY, 50, now=now)


def commit(now, amount, source_id="1"):
    return commitment_create(
        actor=SYSTEM, now=now, source_type="order", source_id=source_id, amount=Decimal(amount)
    )


def consume(now, amount, source_id="1", **document):
    return commitment_consume(
        actor=SYSTEM,
        now=now,
        source_type="order",
        source_id=source_id,
        amount=Decimal(amount),
        **document,
    )


def release(now, source_id="1"):
    return commitment_release(
        actor=SYSTEM, now=now, source_type="order", source_id=source_id, reason="cancelled"
    )


def test_a_commitment_lowers_what_is_available_and_is_audited(ledger, now):
    commitment_id = commit(now, 120)
    summary = capital_summary()
    assert (summary.liquid, summary.committed, summary.available) == (150, 120, 30)
    assert CommitmentChange.objects.get().kind == "created"
    assert AuditEntry.objects.filter(
        action="capital.commitment_created", subject_id=str(commitment_id)
    ).exists()


def test_the_last_unit_of_money_may_be_committed(ledger, now):
    commit(now, 150)
    assert capital_summary().available == 0


def test_more_than_is_available_is_refused_and_says_how_much_is(ledger, now):
    commit(now, 100)
    with pytest.raises(InsufficientCapital) as caught:
        commit(now, "50.01", source_id="2")
    assert caught.value.extra == {"available": "50.00", "requested": "50.01"}
    assert caught.value.status == 409
    assert Commitment.objects.count() == CommitmentChange.objects.count() == 1


def test_a_document_commits_once(ledger, now):
    commit(now, 10)
    with pytest.raises(DuplicateCommitment):
        commit(now, 10)
    assert capital_summary().committed == 10


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity", "1E+20"])
def test_a_commitment_of_no_money_is_refused(ledger, now, amount):
    with pytest.raises(InvalidPosting):
        commit(now, amount)
    assert not Commitment.objects.exists()


def test_goods_received_use_the_commitment_up_in_parts(ledger, now):
    commit(now, 100)
    assert consume(now, 60) == 60
    assert capital_summary().committed == 40
    assert consume(now, 40) == 40
    closed = Commitment.objects.get()
    assert (closed.status, closed.remaining, closed.closed_at) == ("closed", 0, now)
    assert balances_check() == []


def test_dearer_goods_use_up_no_more_than_was_committed(ledger, now):
    commit(now, 100)
    assert consume(now, 130) == 100
    assert consume(now, 1) == 0
    assert capital_summary().committed == 0
    assert CommitmentChange.objects.filter(kind="consumed").count() == 1


def test_the_same_receipt_consumes_once(ledger, now):
    commit(now, 100)
    receipt = {"document_type": "receipt", "document_id": "5"}
    consume(now, 10, **receipt)
    with pytest.raises(DuplicateConsumption):
        consume(now, 10, **receipt)
    assert capital_summary().committed == 90


def test_what_did_not_come_is_released(ledger, now):
    commit(now, 100)
    consume(now, 30)
    assert release(now) == 70
    commitment = Commitment.objects.get()
    assert (commitment.status, commitment.consumed, commitment.released) == ("closed", 30, 70)
    assert capital_summary().available == 150
    assert CommitmentChange.objects.get(kind="released").reason == "cancelled"


def test_releasing_twice_changes_nothing_more(ledger, now):
    commit(now, 100)
    release(now)
    assert release(now) == 0
    assert CommitmentChange.objects.count() == 2


def test_a_document_that_never_committed_has_nothing_to_consume_or_release(ledger, now):
    with pytest.raises(CommitmentNotFound):
        consume(now, 1)
    with pytest.raises(CommitmentNotFound):
        release(now)


def raise_by(now, amount, source_id="1"):
    commitment_raise(
        actor=SYSTEM,
        now=now,
        source_type="order",
        source_id=source_id,
        amount=Decimal(amount),
        reason="two more",
    )


def test_a_promise_is_raised_within_what_is_available(ledger, now):
    commit(now, 100)
    raise_by(now, 50)
    commitment = Commitment.objects.get()
    assert (commitment.amount, commitment.remaining) == (150, 150)
    assert capital_summary().available == 0
    assert balances_check() == []
    with pytest.raises(InsufficientCapital) as caught:
        raise_by(now, "0.01")
    assert caught.value.extra == {"available": "0.00", "requested": "0.01"}
    assert CommitmentChange.objects.count() == 2


def test_a_promise_that_was_used_up_is_open_again_when_it_is_raised(ledger, now):
    commit(now, 100)
    consume(now, 100)
    raise_by(now, 10)
    commitment = Commitment.objects.get()
    assert (commitment.status, commitment.closed_at, commitment.remaining) == ("open", None, 10)
    assert balances_check() == []


def test_what_was_promised_never_shrinks_and_only_a_known_promise_is_raised(ledger, now):
    with pytest.raises(CommitmentNotFound):
        raise_by(now, 1)
    commit(now, 100)
    with pytest.raises(InvalidPosting):
        raise_by(now, 0)
    with pytest.raises(DatabaseError, match="what was promised"), transaction.atomic():
        Commitment.objects.update(amount=99)


def restore(now, source_id="1", **what):
    amounts = {name: Decimal(value) for name, value in what.items()}
    return commitment_restore(
        actor=SYSTEM,
        now=now,
        source_type="order",
        source_id=source_id,
        reason="went back",
        document_type="reversal",
        document_id="9",
        **amounts,
    )


def test_a_part_of_a_promise_is_released(ledger, now):
    commit(now, 120)
    freed = commitment_release(
        actor=SYSTEM, now=now, source_type="order", source_id="1", reason="less",
        amount=Decimal(20),
    )  # fmt: skip
    assert (freed, capital_summary().committed) == (20, 100)


def test_what_was_consumed_and_released_is_promised_again(ledger, now):
    commit(now, 120)
    consume(now, 80)
    release(now)
    assert capital_summary().committed == 0
    assert restore(now, consumed=50, released=10) == 60
    promise = Commitment.objects.get()
    assert (promise.consumed, promise.released, promise.remaining) == (30, 30, 60)
    assert (promise.status, promise.closed_at) == ("open", None)
    assert capital_summary().committed == 60
    kinds = CommitmentChange.objects.order_by("pk").values_list("kind", "amount")
    assert list(kinds)[3:] == [("restored", 50), ("reclaimed", 10)]
    assert balances_check() == []


def test_no_more_is_promised_again_than_was_used(ledger, now):
    commit(now, 120)
    consume(now, 80)
    assert restore(now, consumed=100, released=100) == 80
    assert capital_summary().committed == 120
    assert restore(now, consumed=1) == 0
    assert balances_check() == []


def test_what_cannot_be_money_or_has_no_promise_is_not_restored(ledger, now):
    commit(now, 120)
    with pytest.raises(InvalidPosting):
        restore(now, consumed=-1)
    with pytest.raises(CommitmentNotFound):
        restore(now, source_id="2", consumed=1)
    assert CommitmentChange.objects.count() == 1
