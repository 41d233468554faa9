"""Free goods a deal promised that did not come: flagged, listed, settled."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from purchases.errors import FreeGoodsNotOwed, OrderNotFound, ReasonRequired
from purchases.selectors.free_goods import free_goods_owed
from purchases.services.receipts.free_goods import free_goods_settle
from purchases.services.receipts.reversal import receipt_reverse
from purchases.tests.factories import placed_order
from purchases.tests.services.taking_in import fresh, line_of, policy, receive
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    """12 packs of 10 under `1+6`: 120 bought, 20 free."""
    return placed_order(need=140, purchase_units=10, price=100, deal="1+6")


@pytest.fixture
def who(pharmacist):
    return {"actor": pharmacist, "now": timezone.now()}


def owed(**wanted):
    return [row.owed for row in free_goods_owed(**wanted)]


def flagged(receipt):
    return ["free_goods_missing" in row.flags for row in receipt.lines.order_by("line")]


def test_the_order_is_as_the_deal_says(order):
    line = line_of(order)
    assert (line.bought_quantity, line.free_quantity) == (120, 20)


def test_all_that_was_bought_without_its_free_goods_is_flagged_and_owed(order):
    receipt = receive(order, fresh(100), fresh(20, "B"), invoice_amount=Decimal(1200))
    assert flagged(receipt) == [True, True]
    # The whole price bought only what was bought: 10 a unit, not 8.57.
    assert {row.unit_cost for row in receipt.lines.all()} == {Decimal(10)}
    assert owed() == [20]
    assert owed(supplier_id=order.supplier_id) == [20]
    assert owed(supplier_id=order.supplier_id + 1) == []


def test_a_part_of_what_was_bought_owes_nothing_yet(order):
    assert flagged(receive(order, fresh(110))) == [False]
    assert owed() == []


def test_some_of_the_free_goods_leave_the_others_owed(order):
    assert flagged(receive(order, fresh(130))) == [True]
    assert owed() == [10]


def test_free_goods_that_come_later_are_owed_no_more(order):
    receive(order, fresh(120))
    assert flagged(receive(order, fresh(20))) == [False]
    assert owed() == []


def test_given_up_the_deal_gives_for_what_was_bought_in_whole_packs(order):
    policy(under_percent=100)
    # 70 of 120 bought: 20 * 70 / 120 = 11.67, one whole pack.
    assert flagged(receive(order, fresh(70), close_rest=True)) == [True]
    assert owed() == [10]


def test_what_never_came_gives_nothing(order):
    policy(under_percent=100)
    assert flagged(receive(order, fresh(50), close_rest=True)) == [False]
    assert owed() == []


def test_they_are_settled_bit_by_bit(order, who):
    receive(order, fresh(120))
    line = line_of(order)
    free_goods_settle(order_line_id=line.pk, quantity=15, reason="With the next order", **who)
    assert owed() == [5]
    before = everything()
    with pytest.raises(FreeGoodsNotOwed):
        free_goods_settle(order_line_id=line.pk, quantity=6, reason="Credit", **who)
    with pytest.raises(ReasonRequired):
        free_goods_settle(order_line_id=line.pk, quantity=5, reason=" ", **who)
    with pytest.raises(OrderNotFound):
        free_goods_settle(order_line_id=999_999, quantity=5, reason="x", **who)
    assert everything() == before
    free_goods_settle(order_line_id=line.pk, quantity=5, reason="Waived", **who)
    assert owed() == []


def test_goods_taken_back_are_owed_nothing_for(order, who):
    receipt = receive(order, fresh(120))
    receipt_reverse(receipt_id=receipt.pk, reason="x", **who)
    assert owed() == []


def test_settlements_cannot_be_changed_afterwards(order, who):
    receive(order, fresh(120))
    free_goods_settle(order_line_id=line_of(order).pk, quantity=1, reason="x", **who)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM purchases_freegoodssettlement")
