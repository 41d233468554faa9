"""Write-offs: asked for by one, approved by another; and nothing moves before."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from capital.public import capital_summary
from core.audit import Actor
from inventory.errors import (
    InsufficientStock,
    InvalidReason,
    NothingToWriteOff,
    WriteOffNeedsAnother,
    WriteOffRefused,
)
from inventory.models import Batch, StockDocument, WriteOff, WriteOffLine, WriteOffStatus
from inventory.records import WriteOffItem
from inventory.selectors.reconciliation import differences
from inventory.services.batches import batch_quarantine
from inventory.services.write_offs import (
    TRANSITIONS,
    write_off_approve,
    write_off_cancel,
    write_off_reject,
    write_off_request,
    write_off_request_expired,
)
from inventory.sources import names_of
from inventory.tests.stock import (
    everything,
    in_days,
    issue,
    move,
    on_hand,
    place,
    product,
    receive,
    reserve,
)
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [Actor(id=UserFactory().pk, label=name) for name in ("Samir", "Huda")]


def ask(actor, batch_id, quantity, reason="damage"):
    return write_off_request(
        actor=actor,
        now=timezone.now(),
        reason=reason,
        lines=[WriteOffItem(line=0, batch_id=batch_id, quantity=quantity)],
    )


def act(verb, actor, write_off_id):
    options = {"actor": actor, "now": timezone.now(), "write_off_id": write_off_id}
    if verb == "reject":
        return write_off_reject(**options, note="Not yet")
    return {"approve": write_off_approve, "cancel": write_off_cancel}[verb](**options)


def test_stock_and_money_move_when_somebody_else_approves(people):
    samir, huda = people
    item = product()
    (came,) = receive((item, "A", in_days(90), 10, 1000))
    write_off_id = ask(samir, came.batch_id, 3)
    assert (on_hand(item), capital_summary().stock_at_cost) == (10, 1000)
    before = everything()
    with pytest.raises(WriteOffNeedsAnother):
        act("approve", samir, write_off_id)
    assert everything() == before
    act("approve", huda, write_off_id)
    write_off = WriteOff.objects.get()
    assert (write_off.status, write_off.value) == (WriteOffStatus.APPROVED, 300)
    assert (on_hand(item), capital_summary().stock_at_cost) == (7, 700)
    assert differences() == []


def test_reports_call_documents_of_stock_by_their_numbers(people):
    (came,) = receive((product(), "A", in_days(90), 10, 1000))
    write_off_id = ask(people[0], came.batch_id, 3)
    document = StockDocument.objects.create(
        number="OB-2026-000001", kind="opening", reason="opening", lines=1, value=5,
        occurred_at=timezone.now(),
    )  # fmt: skip
    told = {
        ("inventory.write_off", str(write_off_id)): WriteOff.objects.get().number,
        ("inventory.stock_document", str(document.pk)): document.number,
        ("inventory.stock_document", "no key"): "",
    }
    assert names_of(told) == told


@pytest.mark.parametrize("verb", ["approve", "reject", "cancel"])
@pytest.mark.parametrize("state", WriteOffStatus.values)
def test_every_state_allows_what_its_table_says_and_nothing_else(people, state, verb):
    samir, huda = people
    (came,) = receive((product(), "A", in_days(90), 10, 1000))
    write_off_id = ask(samir, came.batch_id, 3)
    first = {"approved": "approve", "rejected": "reject", "cancelled": "cancel"}.get(state)
    if first:
        act(first, samir if first == "cancel" else huda, write_off_id)
    before = everything()
    actor = samir if verb == "cancel" else huda
    if (state, verb) in TRANSITIONS:
        act(verb, actor, write_off_id)
        assert WriteOff.objects.get().status == TRANSITIONS[state, verb]
    else:
        with pytest.raises(WriteOffRefused):
            act(verb, actor, write_off_id)
        assert everything() == before


def test_only_who_asked_withdraws(people):
    samir, huda = people
    (came,) = receive((product(), "A", in_days(90), 10, 1000))
    write_off_id = ask(samir, came.batch_id, 3)
    with pytest.raises(WriteOffRefused):
        act("cancel", huda, write_off_id)
    assert WriteOff.objects.get().status == WriteOffStatus.REQUESTED


def test_all_that_has_expired_is_found_wherever_it_lies_and_in_whatever_state(people):
    samir, huda = people
    item, other, controlled = product(), product(), product(controlled_class="narcotic")
    aside = place("quarantine")
    old, held, narcotic, _good = receive(
        (item, "OLD", in_days(5), 4, 40),
        (other, "HELD", in_days(6), 2, 20),
        (controlled, "N", in_days(6), 1, 5),
        (item, "GOOD", in_days(50), 9, 90),
    )
    move(old.batch_id, 1, to=aside)
    batch_quarantine(actor=samir, now=timezone.now(), batch_id=held.batch_id, reason="Smells")
    now = timezone.now() + timedelta(days=6)
    write_off_id = write_off_request_expired(actor=samir, now=now)
    lines = WriteOffLine.objects.filter(write_off=write_off_id).values_list("batch_id", "quantity")
    assert sorted(lines) == sorted(
        [(old.batch_id, 3), (old.batch_id, 1), (held.batch_id, 2), (narcotic.batch_id, 1)]
    )
    with pytest.raises(NothingToWriteOff):
        write_off_request_expired(actor=samir, now=now)
    act("approve", huda, write_off_id)
    assert capital_summary().stock_at_cost == 90
    assert WriteOff.objects.get().reason == "expiry"


def test_goods_that_have_moved_since_are_named_and_nothing_changes(people):
    samir, huda = people
    item = product()
    (came,) = receive((item, "A", in_days(90), 5, 50))
    write_off_id = ask(samir, came.batch_id, 4)
    issue((item, 2))
    before = everything()
    with pytest.raises(InsufficientStock):
        act("approve", huda, write_off_id)
    assert everything() == before


def test_what_cannot_be_written_off_is_not_asked_for(people):
    samir, _huda = people
    (came,) = receive((product(), "A", in_days(90), 5, 50))
    before = everything()
    with pytest.raises(InvalidReason):
        ask(samir, came.batch_id, 1, reason="sale")
    with pytest.raises(InsufficientStock):
        ask(samir, came.batch_id, 6)
    assert everything() == before


def test_a_loss_releases_what_had_been_promised(people):
    samir, huda = people
    item = product()
    (came,) = receive((item, "A", in_days(90), 5, 50))
    reserve((item, 5))
    act("approve", huda, ask(samir, came.batch_id, 2))
    assert on_hand(item) == 3
    with pytest.raises(InsufficientStock):
        issue((item, 1))
    issue((item, 3), reserved_for=("tests.order", "1"))


def test_the_database_wants_two_people(people):
    samir, _huda = people
    (came,) = receive((product(), "A", in_days(90), 5, 50))
    write_off_id = ask(samir, came.batch_id, 1)
    with pytest.raises(IntegrityError, match="inventory_writeoff_two_people"), transaction.atomic():
        WriteOff.objects.filter(pk=write_off_id).update(
            status="approved", decided_by=samir.id, decided_at=timezone.now(), value=1
        )
    assert Batch.objects.get().number == "A"
