"""An order waits again for what was taken back: incoming, promised, counted back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from capital.public import commitment_release, commitment_restore
from core.audit import Actor
from core.states import next_state
from inventory.public import incoming_restore
from purchases.errors import OrderStateRefused
from purchases.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    OrderState,
    PurchaseOrder,
    PurchaseOrderLine,
    ReceiptClosure,
    ReceiptReversal,
)
from purchases.services.proposals.closing import proposal_follow_order
from purchases.services.proposals.proposals import PROPOSAL_SOURCE
from purchases.services.receipts.reversal_stock import REVERSAL_SOURCE
from purchases.states import ORDER_TRANSITIONS, OrderAction

# What comes back to an order in one of these is not waited for again.
_GIVEN_UP = (OrderState.CANCELLED, OrderState.EXPIRED)


def expect_again(
    reversal: ReceiptReversal,
    order: PurchaseOrder,
    lines: Sequence[GoodsReceiptLine],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let the order wait for the goods of these lines again, and for what was given up with them.

    An order that was cancelled or has expired does not: its capital stays free.
    """
    closures = _closures(reversal.receipt, lines)
    _announce_again(order, lines, closures)
    _promise_again(reversal, order, lines, closures, actor=actor, now=now)
    _count_back(lines, closures)
    _advance(order)
    proposal_follow_order(actor=actor, now=now, order=order)


def _closures(
    receipt: GoodsReceipt, lines: Sequence[GoodsReceiptLine]
) -> dict[int, ReceiptClosure]:
    """What the receipt gave up of order lines that nothing of it fulfils any more, by their id."""
    standing = set(
        receipt.lines.filter(reversal_line__isnull=True)
        .exclude(pk__in=[line.pk for line in lines])
        .values_list("order_line_id", flat=True)
    )
    ended = {line.order_line_id for line in lines} - standing
    return {row.order_line_id: row for row in receipt.closures.filter(order_line_id__in=ended)}


def _announce_again(
    order: PurchaseOrder,
    lines: Sequence[GoodsReceiptLine],
    closures: Mapping[int, ReceiptClosure],
) -> None:
    received: Counter[int] = Counter()
    cancelled: dict[int, int] = {}
    for line in lines:
        if line.counted_quantity:
            received[line.order_line.position] += line.counted_quantity
        if line.order_line_id in closures:
            cancelled[line.order_line.position] = closures[line.order_line_id].quantity
    if received or cancelled:
        incoming_restore(
            source_type=PROPOSAL_SOURCE,
            source_id=str(order.proposal_id),
            received=received,
            cancelled=cancelled,
        )


def _promise_again(
    reversal: ReceiptReversal,
    order: PurchaseOrder,
    lines: Sequence[GoodsReceiptLine],
    closures: Mapping[int, ReceiptClosure],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The debt ends and the promise it came from is there again, unless the order has ended."""
    consumed = sum((line.ordered_amount for line in lines), Decimal(0))
    released = sum((row.amount for row in closures.values()), Decimal(0))
    source = {"source_type": PROPOSAL_SOURCE, "source_id": str(order.proposal_id)}
    restored = commitment_restore(
        actor=actor,
        now=now,
        reason=reversal.reason,
        consumed=consumed,
        released=released,
        document_type=REVERSAL_SOURCE,
        document_id=str(reversal.pk),
        **source,
    )
    if restored and order.state in _GIVEN_UP:
        commitment_release(actor=actor, now=now, reason=reversal.reason, amount=restored, **source)


def _count_back(lines: Sequence[GoodsReceiptLine], closures: Mapping[int, ReceiptClosure]) -> None:
    rows: dict[int, PurchaseOrderLine] = {}
    for line in lines:
        row = rows.setdefault(line.order_line_id, line.order_line)
        row.received_quantity -= line.counted_quantity
        row.received_amount -= line.ordered_amount
        row.over_quantity -= line.over_quantity
    for pk, closure in closures.items():
        rows[pk].cancelled_quantity -= closure.quantity
    PurchaseOrderLine.objects.bulk_update(
        rows.values(),
        ["received_quantity", "received_amount", "over_quantity", "cancelled_quantity"],
    )


def _advance(order: PurchaseOrder) -> None:
    rows = list(order.lines.all())
    order.total = sum((row.wanted_amount for row in rows), Decimal(0))
    waits = any(row.outstanding_quantity for row in rows)
    if waits and order.state not in _GIVEN_UP:
        left = any(row.received_quantity or row.over_quantity for row in rows)
        action = OrderAction.TAKE_BACK_PART if left else OrderAction.TAKE_BACK_ALL
        order.state = next_state(ORDER_TRANSITIONS, order.state, action, OrderStateRefused)
        if not left:
            order.state = order.unreceived_state
        order.closed_at = None
    order.save()
