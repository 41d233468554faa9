"""Writing a goods receipt with everything that follows from it, in one transaction.

The order is locked. Order of writes, which is that of the locks: incoming goods and stock with its
money, the commitment, the order, its proposal; then event and audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from capital.public import SUPPLIER_PARTY, commitment_consume, commitment_release
from core import audit, outbox
from core.audit import Actor
from core.models import local_date
from core.money import unit_cost
from core.numbering import next_number
from core.states import next_state
from inventory.public import (
    ReceiptLine,
    StockEffect,
    incoming_cancel_lines,
    incoming_receive_lines,
    location_quarantine,
    stock_receive,
)
from purchases.constraints import refusing
from purchases.errors import DeliveryNoteTaken, OrderStateRefused
from purchases.events import GoodsReceived
from purchases.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    Inspection,
    OrderState,
    PurchaseOrder,
    PurchaseOrderLine,
    ReceiptClosure,
)
from purchases.services.proposals.closing import proposal_follow_order
from purchases.services.proposals.proposals import PROPOSAL_SOURCE
from purchases.services.receipts.arrivals import Arrival, open_amount
from purchases.states import ORDER_TRANSITIONS, OrderAction

RECEIPT_SOURCE = "purchases.goods_receipt"


def receipt_post(
    order: PurchaseOrder,
    arrivals: Sequence[Arrival],
    *,
    actor: Actor,
    now: datetime,
    delivery_note: str = "",
    automatic: bool = False,
    closing: Sequence[PurchaseOrderLine] = (),
) -> GoodsReceipt:
    """Write the receipt of what was judged fit to come in; see `goods_receive`.

    closing: lines whose rest is not waited for any more.
    """
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
    counted = _count(arrivals)
    if counted:
        incoming_receive_lines(
            source_type=PROPOSAL_SOURCE,
            source_id=str(order.proposal_id),
            received={line.position: quantity for line, quantity in counted.items()},
        )
    quarantine = location_quarantine() if any(each.quarantine for each in arrivals) else None
    effects = _shelve(receipt, arrivals, quarantine, actor=actor, now=now)
    _write_lines(receipt, arrivals, effects, quarantine)
    _consume(receipt, arrivals, actor=actor, now=now)
    _fulfil(arrivals)
    _give_up(receipt, closing, actor=actor, now=now)
    _advance(order, now=now)
    proposal_follow_order(actor=actor, now=now, order=order)
    _announce(receipt, arrivals, actor=actor)
    return receipt


def _count(arrivals: Sequence[Arrival]) -> dict[PurchaseOrderLine, int]:
    counted: dict[PurchaseOrderLine, int] = {}
    for arrival in arrivals:
        if arrival.counted:
            line = arrival.order_line
            counted[line] = counted.get(line, 0) + arrival.counted
    return counted


def _shelve(
    receipt: GoodsReceipt,
    arrivals: Sequence[Arrival],
    quarantine: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> dict[int, StockEffect]:
    effects = stock_receive(
        actor=actor,
        now=now,
        source_type=RECEIPT_SOURCE,
        source_id=str(receipt.pk),
        lines=[
            ReceiptLine(
                line=arrival.line,
                product_id=arrival.product_id,
                batch_number=arrival.batch.batch_number,
                expiry_date=arrival.batch.expiry_date,
                quantity=arrival.batch.quantity,
                total_cost=arrival.amount,
                location_id=_waits(arrival, quarantine) or arrival.batch.location_id,
            )
            for arrival in arrivals
        ],
        party_type=SUPPLIER_PARTY,
        party_id=str(receipt.order.supplier_id),
        party_name=receipt.order.supplier.name,
    )
    return {effect.line: effect for effect in effects}


def _waits(arrival: Arrival, quarantine: int | None) -> int | None:
    """Where the batch waits for its inspection, None if it need not, or nobody was there to see."""
    return quarantine if arrival.quarantine else None


def _write_lines(
    receipt: GoodsReceipt,
    arrivals: Sequence[Arrival],
    effects: Mapping[int, StockEffect],
    quarantine: int | None,
) -> None:
    rows = GoodsReceiptLine.objects.bulk_create(
        GoodsReceiptLine(
            receipt=receipt,
            line=arrival.line,
            order_line=arrival.order_line,
            product_id=arrival.product_id,
            batch_id=effects[arrival.line].batch_id,
            batch_number=effects[arrival.line].batch_number,
            expiry_date=arrival.batch.expiry_date,
            quantity=arrival.batch.quantity,
            counted_quantity=arrival.counted,
            over_quantity=arrival.over,
            amount=arrival.amount,
            ordered_amount=arrival.ordered_amount,
            unit_cost=unit_cost(arrival.amount / arrival.batch.quantity),
            temperature_celsius=arrival.batch.checks.temperature_celsius,
            replaced_product_id=arrival.replaced_product_id,
            substitution_reason=arrival.batch.substitution_reason.strip()
            if arrival.replaced_product_id
            else "",
            accepted_because=arrival.accepted_because,
            flags=arrival.flags,
            movement_id=effects[arrival.line].movement_id,
        )
        for arrival in arrivals
    )
    if quarantine is None:
        return
    Inspection.objects.bulk_create(
        Inspection(
            receipt_line=row,
            because=list(arrival.quarantine),
            quantity=arrival.batch.quantity,
            quarantine_id=waits,
            location_id=arrival.batch.location_id,
            temperature_celsius=arrival.batch.checks.temperature_celsius,
            packaging_intact=arrival.batch.checks.packaging_intact,
            seals_intact=arrival.batch.checks.seals_intact,
            leaflet_readable=arrival.batch.checks.leaflet_readable,
        )
        for row, arrival in zip(rows, arrivals, strict=True)
        if (waits := _waits(arrival, quarantine)) is not None
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


def _fulfil(arrivals: Sequence[Arrival]) -> None:
    """Count the goods for their order lines."""
    lines: dict[int, PurchaseOrderLine] = {}
    for arrival in arrivals:
        line = lines.setdefault(arrival.order_line.pk, arrival.order_line)
        line.received_quantity += arrival.counted
        line.received_amount += arrival.ordered_amount
        line.over_quantity += arrival.over
    PurchaseOrderLine.objects.bulk_update(
        lines.values(), ["received_quantity", "received_amount", "over_quantity"]
    )


def _give_up(
    receipt: GoodsReceipt, closing: Sequence[PurchaseOrderLine], *, actor: Actor, now: datetime
) -> None:
    """Wait no longer for the rest of these lines: it is not incoming, its capital is free."""
    closures = [
        ReceiptClosure(
            receipt=receipt,
            order_line=line,
            quantity=line.outstanding_quantity,
            amount=open_amount(line),
        )
        for line in closing
        if line.outstanding_quantity
    ]
    if not closures:
        return
    source = {"source_type": PROPOSAL_SOURCE, "source_id": str(receipt.order.proposal_id)}
    incoming_cancel_lines(
        cancelled={each.order_line.position: each.quantity for each in closures}, **source
    )
    released = sum((each.amount for each in closures), Decimal(0))
    if released > 0:
        commitment_release(
            actor=actor, now=now, amount=released, reason=f"{receipt.number}: rest given up",
            **source,
        )  # fmt: skip
    for each in closures:
        each.order_line.cancelled_quantity += each.quantity
    PurchaseOrderLine.objects.bulk_update(closing, ["cancelled_quantity"])
    ReceiptClosure.objects.bulk_create(closures)


def _advance(order: PurchaseOrder, *, now: datetime) -> None:
    lines = list(order.lines.all())
    outstanding = any(line.outstanding_quantity for line in lines)
    order.total = sum((line.wanted_amount for line in lines), Decimal(0))
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
            "flags": sorted({flag for arrival in arrivals for flag in arrival.flags}),
        },
    )
