"""Goods receipts: what arrived on an order, held against it and taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from core.audit import SYSTEM, Actor
from core.db import lock
from core.models import local_date
from core.states import next_state
from inventory.public import alike_products, location_quarantine, products_by_id
from purchases.errors import DeliveryNoteTaken, OrderNotFound, OrderStateRefused, ReceiptRefused
from purchases.models import UNRECEIVED_STATES, GoodsReceipt, PurchaseOrder, PurchaseOrderLine
from purchases.selectors.receiving_policies import receiving_policy_for, shelf_life_minimums
from purchases.services.receipts.arrivals import arrivals_of
from purchases.services.receipts.deliveries import (
    NO_LEAVE,
    Batch,
    Delivery,
    Leave,
    refuse_malformed,
)
from purchases.services.receipts.posting import RECEIPT_SOURCE, receipt_post
from purchases.services.receipts.tolerances import Terms, Verdict, judge
from purchases.states import ORDER_TRANSITIONS, OrderAction

__all__ = [
    "RECEIPT_SOURCE",
    "goods_receive",
    "order_lock",
    "order_receive_at_once",
]


@transaction.atomic
def goods_receive(
    *,
    actor: Actor,
    now: datetime,
    order_id: int,
    deliveries: Sequence[Delivery],
    delivery_note: str = "",
    leave: Leave = NO_LEAVE,
) -> GoodsReceipt:
    """Put a delivery on the shelf, owe it to the supplier, free its part of the commitment.

    deliveries: one per order line, in one or several batches. delivery_note: the supplier's own
    document number, taken once per order. leave: what the actor may take in beyond what was
    ordered. Lines of the receipt are numbered from 1 in the order of the batches. Publishes
    GoodsReceived.

    Raises OrderNotFound, OrderStateRefused, ReceiptRefused (errors per line and batch),
    DeliveryNoteTaken, and what inventory refuses. A constant number of queries.
    """
    order = order_lock(order_id)
    next_state(ORDER_TRANSITIONS, order.state, OrderAction.RECEIVE_PART, OrderStateRefused)
    lines = {line.pk: line for line in order.lines.all()}
    refuse_malformed(deliveries, lines)
    verdicts = _judged(order, deliveries, lines, leave=leave, now=now)
    if problems := [problem for verdict in verdicts for problem in verdict.problems]:
        raise ReceiptRefused(errors=problems)
    note = delivery_note.strip()
    if note and _is_taken(order, note):
        raise DeliveryNoteTaken
    return receipt_post(
        order,
        arrivals_of(deliveries, lines, verdicts),
        actor=actor,
        now=now,
        delivery_note=note,
        closing=[lines[each.order_line_id] for each in deliveries if each.close_rest],
    )


@transaction.atomic
def order_receive_at_once(*, now: datetime, order_id: int) -> GoodsReceipt | None:
    """Receive all of an open order of an *immediate* supplier; None where that is done already.

    Nobody has seen the goods: batch numbers, expiry dates and temperatures are not known and stay
    so, flagged for a person.
    """
    order = order_lock(order_id)
    if not order.receive_on_order or order.state not in UNRECEIVED_STATES:
        return None
    lines = {line.pk: line for line in order.lines.all()}
    deliveries = [
        Delivery(order_line_id=line.pk, batches=(Batch(quantity=line.outstanding_quantity),))
        for line in lines.values()
        if line.outstanding_quantity
    ]
    verdicts = _judged(order, deliveries, lines, leave=NO_LEAVE, now=now)
    return receipt_post(
        order,
        arrivals_of(deliveries, lines, verdicts),
        actor=SYSTEM,
        now=now,
        automatic=True,
    )


def order_lock(order_id: int) -> PurchaseOrder:
    """The order, locked, with its supplier and proposal. Raises OrderNotFound."""
    found = lock(PurchaseOrder.objects.select_related("supplier", "proposal").filter(pk=order_id))
    if not found:
        raise OrderNotFound
    return found[0]


def _is_taken(order: PurchaseOrder, delivery_note: str) -> bool:
    return order.receipts.filter(delivery_note=delivery_note).exists()


def _judged(
    order: PurchaseOrder,
    deliveries: Sequence[Delivery],
    lines: Mapping[int, PurchaseOrderLine],
    *,
    leave: Leave,
    now: datetime,
) -> list[Verdict]:
    pairs = {
        (lines[delivery.order_line_id].product_id, batch.product_id)
        for delivery in deliveries
        for batch in delivery.batches
        if batch.product_id is not None
    }
    products = {line.product_id for line in lines.values()} | {other for _one, other in pairs}
    terms = Terms(
        policy=receiving_policy_for(order.supplier_id),
        products=products_by_id(products),
        alike=alike_products(pairs) if pairs else frozenset(),
        minimums=shelf_life_minimums(products),
        celsius=_cold_chain(),
        has_quarantine=location_quarantine() is not None,
        today=local_date(now),
        leave=leave,
    )
    return [
        judge(f"lines.{index}", delivery, lines[delivery.order_line_id], terms=terms)
        for index, delivery in enumerate(deliveries)
    ]


def _cold_chain() -> tuple[Decimal, Decimal]:
    lowest, highest = settings.RECEIVING_COLD_CHAIN_CELSIUS
    return lowest, highest
