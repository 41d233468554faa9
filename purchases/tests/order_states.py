"""Orders in every state, for tests."""

from __future__ import annotations

from django.utils import timezone

from core.audit import Actor
from purchases.models import DispatchChannel, PurchaseOrder
from purchases.services.orders.acknowledging import order_acknowledge
from purchases.services.orders.dispatching import order_mark_sent
from purchases.services.orders.ordering import order_cancel, order_expire
from purchases.services.receipts.deliveries import Batch
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import SupplierFactory, delivery, two_line_order


def receive_part(order: PurchaseOrder, actor: Actor) -> None:
    goods_receive(
        actor=actor,
        now=timezone.now(),
        order_id=order.pk,
        deliveries=[delivery(order, Batch(quantity=4))],
    )


def order_in(state: str, actor: Actor) -> PurchaseOrder:
    """An order of two lines, 10 units each, in any state; of the first line 4 may have come."""
    now = timezone.now()
    order = two_line_order(supplier=SupplierFactory(order_email="orders@supplier.example"))
    if state == "sent":
        order_mark_sent(actor=actor, now=now, order_id=order.pk, channel=DispatchChannel.PHONE)
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
        assert order.expires_at is not None
        assert order_expire(now=order.expires_at, order_id=order.pk)
    order.refresh_from_db()
    assert order.state == state
    return order
