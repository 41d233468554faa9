"""Reservations: what is promised to an order nobody else gets, and no counter repeats it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from core.audit import SYSTEM
from core.models import OutboxEvent
from inventory.errors import (
    DuplicateReservation,
    InsufficientStock,
    InvalidReservation,
    ReservationNotFound,
)
from inventory.models import ProductStock, Reservation, ReservationStatus
from inventory.records import AdjustmentLine
from inventory.selectors.search import products_list
from inventory.selectors.stock import shortages
from inventory.services.documents import stock_adjust
from inventory.services.reconciliation import stock_rebuild
from inventory.services.reservations import (
    reservation_extend,
    reservation_release,
    reservations_expire,
)
from inventory.tasks import expire_reservations
from inventory.tests.stock import (
    available,
    everything,
    in_days,
    issue,
    on_hand,
    product,
    receive,
    reserve,
)

pytestmark = pytest.mark.django_db
ORDER = {"source_type": "tests.order", "source_id": "1"}


@pytest.fixture
def item():
    item = product(min_stock=5, max_stock=20)
    receive((item, "A", in_days(90), 10, 100))
    return item


def lose(batch_id, quantity):
    stock_adjust(
        actor=SYSTEM,
        now=timezone.now(),
        reason="damage",
        lines=[AdjustmentLine(line=0, batch_id=batch_id, quantity=-quantity)],
    )


def told():
    return [
        (event.payload["line"], event.payload["quantity"], event.payload["outcome"])
        for event in OutboxEvent.objects.filter(name="inventory.reservation_closed").order_by("pk")
    ]


def test_a_plain_sale_does_not_take_reserved_units(item):
    reserve((item, 7))
    assert (on_hand(item), available(item)) == (10, 3)
    before = everything()
    with pytest.raises(InsufficientStock) as refusal:
        issue((item, 4))
    assert refusal.value.extra["shortfalls"][0] == {
        "line": 0, "product_id": item, "requested": 4, "available": 3,
        "expired": 0, "held_back": 0, "reserved": 7,
    }  # fmt: skip
    assert everything() == before
    issue((item, 3))
    assert (on_hand(item), available(item)) == (7, 0)


def test_the_order_takes_what_was_promised_to_it_in_parts(item):
    reserve((item, 7))
    issue((item, 5), reserved_for=("tests.order", "1"))
    row = Reservation.objects.get()
    assert (row.consumed, row.outstanding, row.status) == (5, 2, ReservationStatus.OPEN)
    assert available(item) == 3
    issue((item, 2), reserved_for=("tests.order", "1"))
    assert Reservation.objects.get().status == ReservationStatus.CONSUMED
    assert (on_hand(item), available(item)) == (3, 3)


def test_an_order_takes_more_than_was_promised_only_from_what_is_free(item):
    reserve((item, 4), order="1")
    reserve((item, 3), order="2")
    with pytest.raises(InsufficientStock):
        issue((item, 8), reserved_for=("tests.order", "1"))
    issue((item, 7), reserved_for=("tests.order", "1"))
    assert (on_hand(item), available(item)) == (3, 0)


def test_more_than_is_available_is_not_promised_and_lines_add_up(item):
    other = product()
    receive((other, "B", in_days(90), 5, 50))
    before = everything()
    with pytest.raises(InsufficientStock) as refusal:
        reserve((other, 5), (item, 6), (item, 5))
    assert [error.field for error in refusal.value.errors] == ["lines.2.quantity"]
    assert everything() == before


def test_a_line_is_promised_once(item):
    reserve((item, 2))
    before = everything()
    with pytest.raises(DuplicateReservation):
        reserve((item, 2))
    assert everything() == before


def test_what_is_released_is_available_again_and_can_be_promised_again(item):
    reserve((item, 7))
    assert reservation_release(actor=SYSTEM, now=timezone.now(), **ORDER) == 1
    assert reservation_release(actor=SYSTEM, now=timezone.now(), **ORDER) == 0
    assert available(item) == 10
    reserve((item, 10))
    assert available(item) == 0


def test_a_worker_releases_what_has_run_out_and_tells_the_order(item):
    soon = timezone.now() + timedelta(minutes=5)
    reserve((item, 7), expires_at=soon)
    assert reservations_expire(now=soon - timedelta(seconds=1)) == 0
    assert available(item) == 3
    assert reservations_expire(now=soon) == 1
    assert (available(item), told()) == (10, [(0, 7, "expired")])
    expire_reservations()
    assert told() == [(0, 7, "expired")]
    reserve((item, 2), order="2", expires_at=soon)
    with time_machine.travel(soon):
        expire_reservations()
    assert available(item) == 10


def test_a_reservation_is_extended_while_it_is_open(item):
    soon, later = (timezone.now() + timedelta(minutes=m) for m in (5, 50))
    reserve((item, 7), expires_at=soon)
    reservation_extend(actor=SYSTEM, now=timezone.now(), expires_at=later, **ORDER)
    assert reservations_expire(now=soon) == 0
    with pytest.raises(InvalidReservation):
        reservation_extend(actor=SYSTEM, now=later, expires_at=soon, **ORDER)
    reservations_expire(now=later)
    with pytest.raises(ReservationNotFound):
        reservation_extend(actor=SYSTEM, now=timezone.now(), expires_at=None, **ORDER)


def test_goods_that_are_lost_are_promised_to_nobody_the_youngest_promise_first(item):
    batch = ProductStock.objects.get(product_id=item).product.batches.get().pk
    reserve((item, 6), order="old")
    reserve((item, 4), order="young")
    lose(batch, 5)
    assert on_hand(item) == 5
    assert told() == [(0, 4, "lost"), (0, 1, "lost")]
    rows = Reservation.objects.filter(status="open")
    assert [(row.source_id, row.outstanding) for row in rows] == [("old", 5)]


def test_every_reading_of_available_counts_reservations(item):

    def crossings():
        return [
            OutboxEvent.objects.filter(name=f"inventory.low_stock_{way}").count()
            for way in ("crossed", "recovered")
        ]

    fallen, recovered = crossings()
    reserve((item, 7))
    (shown,) = products_list(now=timezone.now())
    assert (shown.on_hand, shown.reserved, shown.available) == (10, 7, 3)
    (short,) = shortages()
    assert (short.available, short.needed) == (3, 17)
    assert crossings() == [fallen + 1, recovered]
    reservation_release(actor=SYSTEM, now=timezone.now(), **ORDER)
    assert crossings() == [fallen + 1, recovered + 1]


def test_building_stock_again_releases_what_was_promised_of_units_that_never_were(item):
    ProductStock.objects.filter(product_id=item).update(on_hand=99)
    Reservation.objects.create(
        product_id=item, source_type="tests.order", source_id="1", line=0, quantity=50,
        created_at=timezone.now(),
    )  # fmt: skip
    stock_rebuild(actor=SYSTEM, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert (on_hand(item), available(item), told()) == (10, 0, [(0, 40, "lost")])
