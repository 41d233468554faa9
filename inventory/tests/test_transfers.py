"""Transfers: value moves exactly, both sides or none, at once or through "in transit"."""

from decimal import Decimal

import pytest
from django.utils import timezone

from capital.public import capital_summary
from core.audit import SYSTEM
from inventory.errors import (
    InsufficientStock,
    InvalidTransfer,
    StockReserved,
    TransferRefused,
)
from inventory.models import StockLevel, StockMovement, Transfer, TransferStatus
from inventory.records import TransferItem
from inventory.selectors.reconciliation import differences
from inventory.services.transfer_arrivals import transfer_cancel, transfer_receive
from inventory.services.transfers import transfer_post
from inventory.tests.stock import (
    available,
    everything,
    in_days,
    issue,
    main_store,
    move,
    place,
    product,
    receive,
    reserve,
)

pytestmark = pytest.mark.django_db


def levels():
    return {
        (level.batch.number, level.location_id): (level.quantity, level.value)
        for level in StockLevel.objects.select_related("batch")
        if level.quantity or level.value
    }


def test_value_moves_with_the_goods_and_the_last_unit_takes_what_is_left():
    item, back = product(), place("back_store")
    (came,) = receive((item, "A", in_days(90), 3, 10))
    for _ in range(3):
        move(came.batch_id, 1, to=back)
    assert levels() == {("A", back): (3, Decimal(10))}
    assert capital_summary().stock_at_cost == 10
    assert differences() == []


def test_both_sides_are_movements_of_one_line_and_post_no_money():
    item, back = product(), place("back_store")
    (came,) = receive((item, "A", in_days(90), 10, 1000))
    transfer = Transfer.objects.get(pk=move(came.batch_id, 4, to=back))
    rows = StockMovement.objects.filter(source_id=f"{transfer.pk}/0").order_by("part")
    assert [(row.location_id, row.quantity, row.value, row.line) for row in rows] == [
        (main_store(), -4, -400, 0),
        (back, 4, 400, 0),
    ]
    assert transfer.number.startswith("ST-")
    assert transfer.status == TransferStatus.COMPLETED


def test_a_product_is_moved_first_expiring_first_without_what_is_held_back():
    item, back = product(), place("back_store")
    receive((item, "LATE", in_days(300), 5, 50), (item, "SOON", in_days(30), 5, 50))
    transfer_post(
        actor=SYSTEM,
        now=timezone.now(),
        origin_id=main_store(),
        destination_id=back,
        lines=[TransferItem(line=0, product_id=item, quantity=7)],
    )
    assert {key: quantity for key, (quantity, _v) in levels().items()} == {
        ("SOON", back): 5,
        ("LATE", back): 2,
        ("LATE", main_store()): 3,
    }


def test_in_transit_goods_belong_to_the_pharmacy_but_are_not_handed_out():
    item, back, transit = product(), place("back_store"), place("in_transit")
    (came,) = receive((item, "A", in_days(90), 10, 100))
    transfer_id = move(came.batch_id, 6, to=back, in_transit=True)
    assert available(item) == 4
    assert levels()["A", transit] == (6, 60)
    with pytest.raises(InsufficientStock):
        issue((item, 5))
    transfer_receive(actor=SYSTEM, now=timezone.now(), transfer_id=transfer_id, received={0: 2})
    assert Transfer.objects.get().status == TransferStatus.IN_TRANSIT
    assert available(item) == 6
    transfer_receive(actor=SYSTEM, now=timezone.now(), transfer_id=transfer_id)
    assert Transfer.objects.get().status == TransferStatus.COMPLETED
    assert levels() == {("A", main_store()): (4, 40), ("A", back): (6, 60)}
    assert differences() == []


def test_what_has_not_arrived_can_be_brought_back_once():
    item, back = product(), place("back_store")
    place("in_transit")
    (came,) = receive((item, "A", in_days(90), 10, 100))
    transfer_id = move(came.batch_id, 6, to=back, in_transit=True)
    transfer_receive(actor=SYSTEM, now=timezone.now(), transfer_id=transfer_id, received={0: 1})
    transfer_cancel(actor=SYSTEM, now=timezone.now(), transfer_id=transfer_id)
    assert levels() == {("A", main_store()): (9, 90), ("A", back): (1, 10)}
    before = everything()
    with pytest.raises(TransferRefused):
        transfer_cancel(actor=SYSTEM, now=timezone.now(), transfer_id=transfer_id)
    with pytest.raises(TransferRefused):
        transfer_receive(actor=SYSTEM, now=timezone.now(), transfer_id=transfer_id)
    assert everything() == before


def test_more_than_was_sent_does_not_arrive():
    item, back = product(), place("back_store")
    place("in_transit")
    (came,) = receive((item, "A", in_days(90), 10, 100))
    transfer_id = move(came.batch_id, 6, to=back, in_transit=True)
    before = everything()
    with pytest.raises(TransferRefused):
        transfer_receive(actor=SYSTEM, now=timezone.now(), transfer_id=transfer_id, received={0: 7})
    with pytest.raises(InvalidTransfer):
        transfer_receive(actor=SYSTEM, now=timezone.now(), transfer_id=transfer_id, received={9: 1})
    assert everything() == before


def test_reserved_units_go_into_quarantine_but_not_on_a_journey():
    item, back, quarantine = product(), place("back_store"), place("quarantine")
    place("in_transit")
    (came,) = receive((item, "A", in_days(90), 10, 100))
    reserve((item, 6))
    before = everything()
    with pytest.raises(StockReserved):
        move(came.batch_id, 5, to=back, in_transit=True)
    assert everything() == before
    move(came.batch_id, 4, to=back, in_transit=True)
    move(came.batch_id, 6, to=quarantine)
    assert available(item) == -6


@pytest.mark.parametrize(
    "lines",
    [
        [TransferItem(line=0, quantity=1)],
        [TransferItem(line=0, quantity=1, batch_id=1, product_id=1)],
    ],
)
def test_a_line_names_a_batch_or_a_product(lines):
    before = everything()
    with pytest.raises(InvalidTransfer):
        transfer_post(
            actor=SYSTEM,
            now=timezone.now(),
            origin_id=main_store(),
            destination_id=place(),
            lines=lines,
        )
    assert everything() == before


def test_goods_do_not_move_to_where_they_are_and_no_more_than_there_are():
    item, back = product(), place()
    (came,) = receive((item, "A", in_days(90), 10, 100))
    before = everything()
    with pytest.raises(InvalidTransfer):
        move(came.batch_id, 1, to=main_store())
    with pytest.raises(InvalidTransfer):
        move(came.batch_id, 1, to=back, in_transit=True)  # there is no such place
    with pytest.raises(InsufficientStock) as refusal:
        move(came.batch_id, 11, to=back)
    assert [error.field for error in refusal.value.errors] == ["lines.0.quantity"]
    assert everything() == before
