"""The whole matrix of an order: every state takes exactly the actions of the table."""

from datetime import timedelta

import pytest
from django.utils import timezone

from purchases.errors import OrderStateRefused
from purchases.models import DispatchChannel, OrderState, PurchaseOrder
from purchases.services.acknowledging import order_acknowledge
from purchases.services.amending import (
    LineAmendment,
    LineCancellation,
    order_amend,
    order_cancel_lines,
)
from purchases.services.deliveries import Batch
from purchases.services.dispatching import order_dispatch, order_mark_sent
from purchases.services.ordering import order_cancel, order_expire, order_reschedule
from purchases.services.receipts import goods_receive
from purchases.states import ORDER_TRANSITIONS, OrderAction
from purchases.tests.factories import (
    SupplierFactory,
    delivery,
    placed_order,
    two_line_order,
)
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def receive_part(order, actor):
    goods_receive(
        actor=actor,
        now=timezone.now(),
        order_id=order.pk,
        deliveries=[delivery(order, Batch(quantity=4))],
    )


def in_state(state, actor):
    """An order of two lines, 10 units each, in any state; of the first line 4 may have come."""
    now = timezone.now()
    order = two_line_order(supplier=SupplierFactory(order_email="orders@supplier.example"))
    if state == "sent":
        order_mark_sent(actor=actor, now=now, order_id=order.pk, channel="phone")
    if state == "acknowledged":
        order_acknowledge(actor=actor, now=now, order_id=order.pk)
    if state == "partially_received":
        receive_part(order, actor)
    if state == "received":
        goods_receive(
            actor=actor,
            now=now,
            order_id=order.pk,
            deliveries=[delivery(order, position=1), delivery(order, position=2)],
        )
    if state == "cancelled":
        order_cancel(actor=actor, now=now, order_id=order.pk, reason="none left")
    if state == "expired":
        assert order_expire(now=order.expires_at, order_id=order.pk)
    order.refresh_from_db()
    assert order.state == state
    return order


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
}


@pytest.mark.parametrize("action", list(OrderAction))
@pytest.mark.parametrize("state", list(OrderState))
def test_every_state_takes_exactly_the_actions_of_the_table(state, action, pharmacist):
    order = in_state(state, pharmacist)
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
    order = in_state(state, pharmacist)
    before = everything()
    with pytest.raises(OrderStateRefused):
        order_dispatch(
            actor=pharmacist, now=timezone.now(), order_id=order.pk, language="ar", format="pdf"
        )
    assert everything() == before


@pytest.mark.parametrize("state", ["sent", "acknowledged"])
def test_what_was_changed_is_to_be_sent_and_confirmed_again(state, pharmacist, now):
    order = in_state(state, pharmacist)
    CARRY_OUT[OrderAction.AMEND](order, pharmacist, now)
    order.refresh_from_db()
    assert (order.state, order.sent_at, order.acknowledged_at) == ("open", None, None)


ENDPOINTS = {
    "send/": ({"format": "pdf"}, 202),
    "mark-sent/": ({"channel": "phone"}, 201),
    "acknowledgements/": ({}, 201),
    "amendments/": (None, 200),
    "cancel-lines/": (None, 200),
    "cancel/": ({"reason": "no"}, 200),
}
ALLOWED = {"owner", "pharmacist", "purchasing"}


@pytest.mark.parametrize("role", ["owner", "pharmacist", "purchasing", "accountant", "cashier"])
@pytest.mark.parametrize("path", ENDPOINTS)
def test_each_role_does_what_it_may_and_nothing_else(path, role, client_as):
    order = placed_order(need=10, supplier=SupplierFactory(order_email="o@supplier.example"))
    body, status = ENDPOINTS[path]
    line = {"line_id": order.lines.get().pk}
    if body is None:
        line |= {"packs": 5} if path == "amendments/" else {"quantity": 2}
        body = {"lines": [line], "reason": "fewer"}
    client = client_as(role)
    before = everything()
    answer = client.post(f"/api/v1/purchase-orders/{order.pk}/{path}", body, format="json")
    if role in ALLOWED:
        assert answer.status_code == status, answer.content
        assert everything() != before
    else:
        assert answer.status_code == 403
        assert everything() == before


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
