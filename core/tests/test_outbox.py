import os
import signal
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core import numbering, outbox
from core.correlation import correlated, current_correlation_id
from core.models import DocumentSeries, OutboxDelivery, OutboxEvent
from core.outbox import MAX_ATTEMPTS, Event, delivered_event_id, publish, relay, resend, subscribe
from core.tests.crashing import KILLED, run_killed_at


@dataclass(frozen=True, kw_only=True)
class ShelfFilled(Event):
    name: ClassVar[str] = "test.shelf_filled"
    shelf_id: int
    amount: Decimal
    on: date
    at: datetime
    batch: UUID
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class ShelfBroken(Event):
    name: ClassVar[str] = "test.shelf_broken"
    shelf_id: int


@dataclass(frozen=True, kw_only=True)
class ShelfMoved(Event):
    name: ClassVar[str] = "test.shelf_moved"
    shelf_id: int


FILLED = ShelfFilled(
    shelf_id=3,
    amount=Decimal("12.50"),
    on=date(2026, 2, 28),
    at=datetime(2026, 2, 28, 12, tzinfo=UTC),
    batch=UUID(int=5),
)
HANDLER_KILLS = "PHARMACIO_TEST_HANDLER_KILLS"  # in the environment of a worker to die
seen: list = []
faults: list = []


@subscribe(ShelfFilled)
def note_event(event):
    seen.append((event, current_correlation_id()))


@subscribe(ShelfFilled)
def write_a_row(event):
    numbering.next_number("TEST", on=event.on)


@subscribe(ShelfMoved)
def remember_the_event(event):
    seen.append(delivered_event_id())
    if len(seen) == 1:
        raise RuntimeError("not yet")


@subscribe(ShelfBroken)
def fail_halfway(event):
    numbering.next_number("TEST", on=date(2026, 1, 1))
    faults.append(event)
    raise RuntimeError("password=hunter2 is wrong")


@pytest.fixture(autouse=True)
def _empty():
    seen.clear()
    faults.clear()


def published(event):
    with transaction.atomic():
        publish(event)


def make_due():
    OutboxDelivery.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def documents_written():
    return DocumentSeries.objects.filter(series="TEST").values_list("last_number", flat=True)


@pytest.mark.django_db
def test_event_reaches_every_handler_with_its_types_restored():
    with correlated("request-0002"):
        published(FILLED)
    assert seen == []
    assert relay() == 2
    assert seen == [(FILLED, "request-0002")]
    assert set(OutboxDelivery.objects.values_list("status", flat=True)) == {"delivered"}


@pytest.mark.django_db
def test_delivered_event_is_not_delivered_again():
    published(FILLED)
    relay()
    assert relay() == 0
    assert list(documents_written()) == [1]


@pytest.mark.django_db(transaction=True)
def test_event_of_a_rolled_back_transaction_never_happened():
    with transaction.atomic():
        publish(FILLED)
        transaction.set_rollback(True)
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        publish(FILLED)


@pytest.mark.django_db
def test_failed_handler_leaves_nothing_and_is_retried_with_growing_pauses():
    published(ShelfBroken(shelf_id=1))
    pauses = []
    for _ in range(3):
        make_due()
        before = timezone.now()
        relay()
        pauses.append(OutboxDelivery.objects.get().next_attempt_at - before)
    assert len(faults) == 3
    assert not documents_written().exists()
    assert pauses[0] < pauses[1] < pauses[2]
    assert OutboxDelivery.objects.get().status == "pending"


@pytest.mark.django_db
def test_pausing_delivery_is_not_attempted_before_it_is_due():
    published(ShelfBroken(shelf_id=1))
    assert relay() == 1
    assert relay() == 0


@pytest.mark.django_db
def test_handler_that_keeps_failing_becomes_a_dead_letter_without_secrets():
    published(ShelfBroken(shelf_id=1))
    for _ in range(MAX_ATTEMPTS + 3):
        make_due()
        relay()
    letter = OutboxDelivery.objects.get()
    assert (letter.status, letter.attempts) == ("dead", MAX_ATTEMPTS)
    assert letter.last_error.startswith("RuntimeError")
    assert "hunter2" not in letter.last_error


@pytest.mark.django_db
def test_dead_letter_can_be_sent_again():
    published(ShelfBroken(shelf_id=1))
    OutboxDelivery.objects.update(status="dead", attempts=MAX_ATTEMPTS)
    letter = OutboxDelivery.objects.get()
    assert resend([letter.pk]) == 1
    assert relay() == 1
    assert len(faults) == 1


@pytest.mark.django_db
def test_one_failing_handler_does_not_hold_up_other_events():
    published(ShelfBroken(shelf_id=1))
    published(FILLED)
    relay()
    assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
def test_concurrent_relays_deliver_each_event_once():
    for _ in range(20):
        published(FILLED)

    def run():
        relay()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 20
    assert list(documents_written()) == [20]


@pytest.mark.django_db
def test_purge_removes_old_finished_events_and_keeps_dead_letters():
    published(FILLED)
    relay()
    published(ShelfBroken(shelf_id=1))
    OutboxDelivery.objects.filter(status="pending").update(status="dead")
    outbox.purge(before=timezone.now() + timedelta(seconds=1))
    assert list(OutboxEvent.objects.values_list("name", flat=True)) == ["test.shelf_broken"]


@pytest.mark.django_db
def test_a_handler_knows_the_event_it_is_given_in_every_attempt():
    published(ShelfMoved(shelf_id=1))
    relay()
    OutboxDelivery.objects.update(next_attempt_at=timezone.now())
    relay()
    assert seen == [OutboxEvent.objects.get().pk] * 2


def test_outside_a_handler_there_is_no_delivered_event():
    with pytest.raises(LookupError):
        delivered_event_id()


@dataclass(frozen=True, kw_only=True)
class ShelfFell(Event):
    name: ClassVar[str] = "test.shelf_fell"
    shelf_id: int


@subscribe(ShelfFell)
def take_the_worker_along(_event):
    numbering.next_number("TEST", on=date(2026, 1, 1))
    if os.environ.get(HANDLER_KILLS):
        os.kill(os.getpid(), signal.SIGKILL)


def relay_in_a_worker(_argument):
    """One relay in a process of its own, which its handler may kill."""
    os.environ[HANDLER_KILLS] = "yes"
    relay(limit=1)


@pytest.mark.django_db(transaction=True)
def test_handler_that_kills_its_worker_is_counted_and_becomes_a_dead_letter():
    never = 10_000  # the handler itself ends the process, not a chosen statement
    published(ShelfFell(shelf_id=1))
    for attempt in range(1, 3):
        make_due()
        assert run_killed_at(never, __name__, "relay_in_a_worker", "") == KILLED
        letter = OutboxDelivery.objects.get()
        assert (letter.status, letter.attempts) == ("pending", attempt)
        assert letter.next_attempt_at > timezone.now()
    assert not documents_written().exists()
    OutboxDelivery.objects.update(attempts=MAX_ATTEMPTS)
    make_due()
    assert relay() == 1
    letter = OutboxDelivery.objects.get()
    assert (letter.status, letter.attempts, letter.last_error) == (
        "dead", MAX_ATTEMPTS, outbox.WORKER_DIED,
    )  # fmt: skip
    assert not documents_written().exists()


@pytest.mark.django_db(transaction=True)
def test_event_whose_relay_is_killed_anywhere_takes_effect_exactly_once():
    for statement in range(1, 40):
        OutboxEvent.objects.all().delete()
        DocumentSeries.objects.all().delete()
        published(ShelfFell(shelf_id=1))
        ended = run_killed_at(statement, __name__, "relay_once", "")
        make_due()
        relay()
        assert list(documents_written()) == [1]
        assert OutboxDelivery.objects.get().status == "delivered"
        if ended == 0:
            break
    assert ended == 0
    assert statement > 5


def relay_once(_argument):
    relay(limit=1)
