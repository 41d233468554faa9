"""Orders past their time: what has not arrived is given up, goods and capital alike."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from capital.public import balances_check, capital_summary
from capital.tests.factories import put_in
from core.models import AuditEntry, OutboxEvent
from purchases.errors import OrderExpiryPast, OrderNotFound, OrderStateRefused
from purchases.models import PurchaseOrder
from purchases.selectors.waiting import orders_to_expire
from purchases.services.orders.ordering import order_expire, order_reschedule
from purchases.services.proposals.decisions import proposal_approve
from purchases.services.receipts.deliveries import Batch
from purchases.services.receipts.receipts import goods_receive
from purchases.tasks import expire_orders
from purchases.tests.factories import (
    actor_with,
    delivery,
    placed_order,
    submitted_proposal,
)
from purchases.tests.lower import Incoming
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days", "expected"), [(30, timedelta(days=30)), (0, None)])
def test_an_order_expires_as_the_setting_says(settings, days, expected):
    settings.ORDER_VALIDITY_DAYS = days
    order = placed_order(need=10)
    waited = order.expires_at and order.expires_at - order.ordered_at
    assert waited == expected


def test_expiry_frees_the_rest_of_goods_and_capital(pharmacist):
    order = placed_order(need=10, price=100)  # 1,000 committed
    goods_receive(
        actor=pharmacist,
        now=timezone.now(),
        order_id=order.pk,
        deliveries=[delivery(order, Batch(quantity=4))],
    )
    available = capital_summary().available
    assert capital_summary().committed == 600

    assert order_expire(now=order.expires_at, order_id=order.pk)

    order.refresh_from_db()
    assert (order.state, order.closed_at) == ("expired", order.expires_at)
    assert capital_summary().committed == 0
    assert capital_summary().available == available + 600
    assert Incoming.objects.get().cancelled_at is not None
    event = OutboxEvent.objects.get(name="purchases.order_expired")
    assert Decimal(event.payload["released"]) == 600
    assert AuditEntry.objects.filter(action="purchases.order_expired").count() == 1
    assert balances_check() == []


def test_an_order_is_not_given_up_a_moment_too_early():
    order = placed_order(need=10)
    before = everything()
    assert not order_expire(now=order.expires_at - timedelta(microseconds=1), order_id=order.pk)
    assert everything() == before


def test_an_expired_order_is_given_up_once():
    order = placed_order(need=10)
    assert order_expire(now=order.expires_at, order_id=order.pk)
    before = everything()
    assert not order_expire(now=order.expires_at, order_id=order.pk)
    assert everything() == before


def test_the_worker_gives_up_exactly_the_orders_whose_time_is_over():
    due, waiting, for_ever = (placed_order(need=10) for _ in range(3))
    past = timezone.now() - timedelta(seconds=1)
    PurchaseOrder.objects.filter(pk=due.pk).update(expires_at=past)
    PurchaseOrder.objects.filter(pk=for_ever.pk).update(expires_at=None)
    assert orders_to_expire(now=timezone.now()) == [due.pk]
    expire_orders()
    states = dict(PurchaseOrder.objects.values_list("pk", "state"))
    assert states == {due.pk: "expired", waiting.pk: "open", for_ever.pk: "open"}


def test_an_order_can_be_waited_for_longer_but_not_into_the_past(pharmacist):
    order = placed_order(need=10)
    now = timezone.now()
    later = order.expires_at + timedelta(days=14)
    order_reschedule(actor=pharmacist, now=now, order_id=order.pk, expires_at=later)
    assert not order_expire(now=order.expires_at, order_id=order.pk)
    before = everything()
    with pytest.raises(OrderExpiryPast):
        order_reschedule(actor=pharmacist, now=now, order_id=order.pk, expires_at=now)
    with pytest.raises(OrderNotFound):
        order_reschedule(actor=pharmacist, now=now, order_id=10**9, expires_at=None)
    assert everything() == before


def test_rescheduling_over_the_wire(client_as):
    order = placed_order(need=10)
    response = client_as("owner").put(
        f"/api/v1/purchase-orders/{order.pk}/expiry/", {"expires_at": None}, format="json"
    )
    assert (response.status_code, response.json()["expires_at"]) == (200, None)
    refused = client_as("auditor").put(
        f"/api/v1/purchase-orders/{order.pk}/expiry/", {"expires_at": None}, format="json"
    )
    assert refused.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_goods_that_arrive_as_the_order_expires_are_received_or_refused_never_both(together):
    pharmacist = actor_with("pharmacist")
    for _round in range(3):
        order = placed_order(need=10, price=100)
        arrival = partial(
            goods_receive,
            actor=pharmacist,
            now=timezone.now(),
            order_id=order.pk,
            deliveries=[delivery(order)],
        )
        end = partial(order_expire, now=order.expires_at, order_id=order.pk)
        received, expired = together([arrival, end])
        order.refresh_from_db()
        if expired is True:
            assert isinstance(received, OrderStateRefused)
            assert order.state == "expired"
        else:
            assert expired is False
            assert order.state == "received"
        assert capital_summary().committed == 0
    assert balances_check() == []


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_for_the_last_money_one_wins(together):
    put_in(1000, now=timezone.now())
    approver = actor_with("pharmacist")
    proposals = [submitted_proposal(need=6, price=100) for _ in range(2)]
    results = together(
        [
            partial(
                proposal_approve,
                actor=approver,
                now=timezone.now(),
                proposal_id=proposal.pk,
                version=proposal.version,
            )
            for proposal in proposals
        ]
    )
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["InsufficientCapital", "Proposal"]
    assert capital_summary().available == 400
    assert balances_check() == []
