"""Every state of an order takes exactly the actions of the table, for the services.

Over HTTP and by role: purchases/tests/api/test_transition_matrix.py.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from purchases.errors import OrderStateRefused
from purchases.models import DispatchChannel, OrderState, PurchaseOrder
from purchases.services.orders.acknowledging import order_acknowledge
from purchases.services.orders.amending import (
    LineAmendment,
    LineCancellation,
    order_amend,
    order_cancel_lines,
)
from purchases.services.orders.dispatching import order_dispatch, order_mark_sent
from purchases.services.orders.ordering import order_cancel, order_expire, order_reschedule
from purchases.services.receipts.deliveries import Batch
from purchases.services.receipts.receipts import goods_receive
from purchases.services.receipts.reversal import receipt_reverse
from purchases.states import ORDER_TRANSITIONS, OrderAction
from purchases.tests.factories import delivery, placed_order
from purchases.tests.order_states import order_in
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def expire(order, actor, now):
    # A worker's action: what there is nothing to do for is passed over, not an error.
    if not order_expire(now=order.expires_at, order_id=order.pk):
        raise OrderStateRefused


def receive_rest(order, actor, now):
    open_lines = [line for line in order.lines.all() if line.outstanding_quantity]
    goods_receive(
        actor=actor,
        now=now,
        order_id=order.pk,
        deliveries=[delivery(order, position=line.position) for line in open_lines]
        or [delivery(order, Batch(quantity=1))],
    )


def take_back_part(order, actor, now):
    """One of the two lines that came, or a unit that came with the second delivery."""
    receipt, lines = order.receipts.first(), [2]
    if order.state == "partially_received":
        deliveries = [delivery(order, Batch(quantity=1))]
        receipt = goods_receive(actor=actor, now=now, order_id=order.pk, deliveries=deliveries)
        lines = [1]
    take_back(receipt, actor, now, lines=lines)


def take_back(receipt, actor, now, lines=None):
    if receipt is None:  # nothing has come that could be taken back
        raise OrderStateRefused
    receipt_reverse(actor=actor, now=now, receipt_id=receipt.pk, reason="x", lines=lines)


def last_line(order):
    return order.lines.get(position=2).pk


CARRY_OUT = {
    OrderAction.SEND: lambda order, actor, now: order_mark_sent(
        actor=actor, now=now, order_id=order.pk, channel=DispatchChannel.PAPER
    ),
    OrderAction.ACKNOWLEDGE: lambda order, actor, now: order_acknowledge(
        actor=actor, now=now, order_id=order.pk
    ),
    OrderAction.AMEND: lambda order, actor, now: order_amend(
        actor=actor,
        now=now,
        order_id=order.pk,
        lines=[LineAmendment(line_id=last_line(order), packs=5)],
        reason="fewer",
        may_approve=False,
    ),
    OrderAction.CANCEL_PART: lambda order, actor, now: order_cancel_lines(
        actor=actor,
        now=now,
        order_id=order.pk,
        lines=[LineCancellation(line_id=last_line(order), quantity=3)],
        reason="three less",
    ),
    OrderAction.RECEIVE_PART: lambda order, actor, now: goods_receive(
        actor=actor,
        now=now,
        order_id=order.pk,
        deliveries=[delivery(order, Batch(quantity=1))],
    ),
    OrderAction.RECEIVE_REST: receive_rest,
    OrderAction.CANCEL: lambda order, actor, now: order_cancel(
        actor=actor, now=now, order_id=order.pk, reason="no more"
    ),
    OrderAction.RESCHEDULE: lambda order, actor, now: order_reschedule(
        actor=actor, now=now, order_id=order.pk, expires_at=now + timedelta(days=60)
    ),
    OrderAction.EXPIRE: expire,
    OrderAction.TAKE_BACK_PART: take_back_part,
    OrderAction.TAKE_BACK_ALL: lambda order, actor, now: take_back(
        order.receipts.first(), actor, now
    ),
}


@pytest.mark.parametrize("action", list(OrderAction))
@pytest.mark.parametrize("state", list(OrderState))
def test_every_state_takes_exactly_the_actions_of_the_table(state, action, pharmacist):
    order = order_in(state, pharmacist)
    before = everything()
    target = ORDER_TRANSITIONS.get((state, action))
    if target is None:
        with pytest.raises(OrderStateRefused):
            CARRY_OUT[action](order, pharmacist, timezone.now())
        assert everything() == before
    else:
        CARRY_OUT[action](order, pharmacist, timezone.now())
        assert PurchaseOrder.objects.get(pk=order.pk).state == target


@pytest.mark.parametrize("state", ["received", "cancelled", "expired"])
def test_an_order_that_has_ended_is_not_queued_for_sending(state, pharmacist):
    order = order_in(state, pharmacist)
    before = everything()
    with pytest.raises(OrderStateRefused):
        order_dispatch(
            actor=pharmacist, now=timezone.now(), order_id=order.pk, language="ar", format="pdf"
        )
    assert everything() == before


@pytest.mark.parametrize("state", ["sent", "acknowledged"])
def test_what_was_changed_is_to_be_sent_and_confirmed_again(state, pharmacist, now):
    order = order_in(state, pharmacist)
    CARRY_OUT[OrderAction.AMEND](order, pharmacist, now)
    order.refresh_from_db()
    assert (order.state, order.sent_at, order.acknowledged_at) == ("open", None, None)


def test_growing_is_for_those_who_may_approve(client_as):
    order = placed_order(need=10, price=100)
    body = {
        "lines": [{"line_id": order.lines.get().pk, "packs": 11}],
        "reason": "one more",
    }
    path = f"/api/v1/purchase-orders/{order.pk}/amendments/"
    buyer = client_as("purchasing")
    before = everything()
    refused = buyer.post(path, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "order_amendment_needs_approval")
    assert everything() == before
    grown = client_as("pharmacist").post(path, body, format="json")
    assert (grown.status_code, grown.json()["total"]) == (200, "1100.00")
