"""Goods receipts: what arrived on an order and where it went, with its money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from capital.public import commitment_consume
from core import audit, outbox
from core.audit import SYSTEM, Actor
from core.db import lock
from core.models import local_date
from core.money import unit_cost
from core.numbering import next_number
from core.states import next_state
from inventory.public import ReceiptLine, StockEffect, incoming_receive_lines, stock_receive
from purchases.constraints import refusing
from purchases.errors import DeliveryNoteTaken, OrderNotFound, OrderStateRefused
from purchases.events import GoodsReceived
from purchases.models import (
    UNRECEIVED_STATES,
    GoodsReceipt,
    GoodsReceiptLine,
    OrderState,
    PurchaseOrder,
    PurchaseOrderLine,
)
from purchases.services.arrivals import Arrival, arrivals_of
from purchases.services.closing import proposal_follow_order
from purchases.services.deliveries import Batch, Delivery, refuse_faulty
from purchases.services.proposals import PROPOSAL_SOURCE
from purchases.states import ORDER_TRANSITIONS, OrderAction

RECEIPT_SOURCE = "purchases.goods_receipt"
SUPPLIER_PARTY = "purchases.supplier"


@transaction.atomic
def goods_receive(
    *,
    actor: Actor,
    now: datetime,
    order_id: int,
    deliveries: Sequence[Delivery],
    delivery_note: str = "",
) -> GoodsReceipt:
    """Put a delivery on the shelf, owe it to the supplier, free its part of the commitment.

    deliveries: one per order line, in one or several batches. delivery_note: the supplier's own
    document number, taken once per order. Publishes GoodsReceived.

    Raises OrderNotFound, OrderStateRefused, ReceiptRefused (errors per line and batch),
    DeliveryNoteTaken, and what inventory refuses.
    """
    order = _locked(order_id)
    next_state(ORDER_TRANSITIONS, order.state, OrderAction.RECEIVE_PART, OrderStateRefused)
    lines = {line.pk: line for line in order.lines.all()}
    refuse_faulty(deliveries, lines, today=local_date(now))
    note = delivery_note.strip()
    if note and order.receipts.filter(delivery_note=note).exists():
        raise DeliveryNoteTaken
    return _receive(
        order,
        arrivals_of(deliveries, lines),
        actor=actor,
        now=now,
        delivery_note=note,
        automatic=False,
    )


@transaction.atomic
def order_receive_at_once(*, now: datetime, order_id: int) -> GoodsReceipt | None:
    """Receive all of an open order of an *immediate* supplier; None where that is done already.

    Batch numbers and expiry dates are not known and stay so, flagged for a person.
    """
    order = _locked(order_id)
    if not order.receive_on_order or order.state not in UNRECEIVED_STATES:
        return None
    lines = {line.pk: line for line in order.lines.all()}
    deliveries = [
        Delivery(order_line_id=line.pk, batches=(Batch(quantity=line.outstanding_quantity),))
        for line in lines.values()
    ]
    return _receive(
        order,
        arrivals_of(deliveries, lines),
        actor=SYSTEM,
        now=now,
        delivery_note="",
        automatic=True,
    )


def _locked(order_id: int) -> PurchaseOrder:
    found = lock(PurchaseOrder.objects.select_related("supplier", "proposal").filter(pk=order_id))
    if not found:
        raise OrderNotFound
    return found[0]


def _receive(
    order: PurchaseOrder,
    arrivals: Sequence[Arrival],
    *,
    actor: Actor,
    now: datetime,
    delivery_note: str,
    automatic: bool,
) -> GoodsReceipt:
    """Write the receipt and its effects: incoming, stock with its money, commitment, order."""
    receipt = GoodsReceipt(
        number=next_number("GRN", on=local_date(now)),
        order=order,
        delivery_note=delivery_note,
        received_at=now,
        received_by_id=None if automatic else actor.id,
        automatic=automatic,
        total=sum((arrival.amount for arrival in arrivals), Decimal(0)),
    )
    with refusing({"purchases_receipt_delivery_note_once": DeliveryNoteTaken}):
        receipt.save(force_insert=True)
    received = _count(arrivals)
    incoming_receive_lines(
        source_type=PROPOSAL_SOURCE,
        source_id=str(order.proposal_id),
        received={line.position: quantity for line, quantity in received.items()},
    )
    effects = _shelve(receipt, arrivals, actor=actor, now=now)
    _write_lines(receipt, arrivals, effects)
    _consume(receipt, arrivals, actor=actor, now=now)
    _advance(order, arrivals, received, now=now)
    proposal_follow_order(actor=actor, now=now, order=order)
    _announce(receipt, arrivals, actor=actor)
    return receipt


def _count(arrivals: Sequence[Arrival]) -> dict[PurchaseOrderLine, int]:
    received: dict[PurchaseOrderLine, int] = {}
    for arrival in arrivals:
        line = arrival.order_line
        received[line] = received.get(line, 0) + arrival.batch.quantity
    return received


def _shelve(
    receipt: GoodsReceipt, arrivals: Sequence[Arrival], *, actor: Actor, now: datetime
) -> dict[int, StockEffect]:
    effects = stock_receive(
        actor=actor,
        now=now,
        source_type=RECEIPT_SOURCE,
        source_id=str(receipt.pk),
        lines=[
            ReceiptLine(
                line=arrival.line,
                product_id=arrival.order_line.product_id,
                batch_number=arrival.batch.batch_number,
                expiry_date=arrival.batch.expiry_date,
                quantity=arrival.batch.quantity,
                total_cost=arrival.amount,
                location_id=arrival.batch.location_id,
            )
            for arrival in arrivals
        ],
        party_type=SUPPLIER_PARTY,
        party_id=str(receipt.order.supplier_id),
        party_name=receipt.order.supplier.name,
    )
    return {effect.line: effect for effect in effects}


def _write_lines(
    receipt: GoodsReceipt, arrivals: Sequence[Arrival], effects: Mapping[int, StockEffect]
) -> None:
    GoodsReceiptLine.objects.bulk_create(
        GoodsReceiptLine(
            receipt=receipt,
            line=arrival.line,
            order_line=arrival.order_line,
            product_id=arrival.order_line.product_id,
            batch_number=effects[arrival.line].batch_number,
            expiry_date=arrival.batch.expiry_date,
            quantity=arrival.batch.quantity,
            counted_quantity=arrival.batch.quantity,
            batch_id=effects[arrival.line].batch_id,
            amount=arrival.amount,
            ordered_amount=arrival.ordered_amount,
            unit_cost=unit_cost(arrival.amount / arrival.batch.quantity),
            flags=arrival.flags,
            movement_id=effects[arrival.line].movement_id,
        )
        for arrival in arrivals
    )


def _consume(
    receipt: GoodsReceipt, arrivals: Sequence[Arrival], *, actor: Actor, now: datetime
) -> None:
    """The commitment shrinks by what these goods were ordered at, whatever the invoice says."""
    ordered = sum((arrival.ordered_amount for arrival in arrivals), Decimal(0))
    if ordered > 0:
        commitment_consume(
            actor=actor,
            now=now,
            source_type=PROPOSAL_SOURCE,
            source_id=str(receipt.order.proposal_id),
            amount=ordered,
            document_type=RECEIPT_SOURCE,
            document_id=str(receipt.pk),
        )


def _advance(
    order: PurchaseOrder,
    arrivals: Sequence[Arrival],
    received: Mapping[PurchaseOrderLine, int],
    *,
    now: datetime,
) -> None:
    for line, quantity in received.items():
        line.received_quantity += quantity
    for arrival in arrivals:
        arrival.order_line.received_amount += arrival.ordered_amount
    PurchaseOrderLine.objects.bulk_update(received.keys(), ["received_quantity", "received_amount"])
    outstanding = any(line.outstanding_quantity for line in order.lines.all())
    action = OrderAction.RECEIVE_PART if outstanding else OrderAction.RECEIVE_REST
    order.state = next_state(ORDER_TRANSITIONS, order.state, action, OrderStateRefused)
    order.closed_at = None if outstanding else now
    order.save()


def _announce(receipt: GoodsReceipt, arrivals: Sequence[Arrival], *, actor: Actor) -> None:
    order = receipt.order
    difference = sum((a.amount - a.ordered_amount for a in arrivals), Decimal(0))
    outbox.publish(
        GoodsReceived(
            receipt_id=receipt.pk,
            number=receipt.number,
            order_id=order.pk,
            order_number=order.number,
            supplier_name=order.supplier.name,
            requested_by_id=order.proposal.requested_by_id,
            total=receipt.total,
            price_difference=difference,
            flagged=sum(bool(arrival.flags) for arrival in arrivals),
            order_complete=order.state == OrderState.RECEIVED,
        )
    )
    audit.record(
        actor=actor,
        action="purchases.goods_received",
        subject=receipt,
        changes={
            "order": order.number,
            "order_state": order.state,
            "total": receipt.total,
            "price_difference": difference,
        },
    )
