"""Taking a goods receipt back: goods, money, promise and order as if it had not been.

Append-only: the receipt stays, a reversal names it and each of its lines. Only while the goods
are still there in full and nobody has built on them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, outbox
from core.audit import Actor
from core.models import local_date
from core.numbering import next_number
from inventory.public import products_by_id
from purchases.constraints import refusing
from purchases.errors import (
    ReceiptAlreadyReversed,
    ReceiptLineNotFound,
    ReceiptNotFound,
)
from purchases.events import ReceiptReversed
from purchases.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    ReceiptReversal,
    ReceiptReversalLine,
    ReceivingScan,
)
from purchases.people import person_of, reason_given
from purchases.services.receipts.receipts import order_lock
from purchases.services.receipts.reversal_grounds import built_upon, refuse_built_upon
from purchases.services.receipts.reversal_order import expect_again
from purchases.services.receipts.reversal_stock import gone, into_quarantine_again, unshelve


@transaction.atomic
def receipt_reverse(
    *,
    actor: Actor,
    now: datetime,
    receipt_id: int,
    reason: str,
    lines: Collection[int] | None = None,
    cosigner_id: int | None = None,
) -> ReceiptReversal:
    """Take a receipt back, or these `lines` of it (by their numbers; None: all that still stand).

    Undone: stock and its money, what was counted for the order (which waits for the goods again),
    the rest that was given up with it, the capital promised to it, its serial numbers. Of an
    order that has been cancelled or has expired the goods are not waited for, and their capital
    is free. cosigner_id: who agreed, for controlled products. Publishes ReceiptReversed.

    Raises ReceiptNotFound, ReceiptLineNotFound, ReasonRequired, ReceiptAlreadyReversed,
    ReceiptNotReversible: invoiced, going back to the supplier, bearing a landed cost, sold or
    moved on, reserved. A constant number of queries.
    """
    receipt, order = _locked(receipt_id)
    reason = reason_given(reason)
    chosen = lines_to_reverse(receipt, lines)
    refuse_built_upon(chosen)
    reversal = ReceiptReversal(
        number=next_number("GRR", on=local_date(now)),
        receipt=receipt,
        reason=reason,
        total=sum((line.amount for line in chosen), Decimal(0)),
        reversed_at=now,
        reversed_by_id=person_of(actor),
        cosigner_id=cosigner_id,
    )
    reversal.save(force_insert=True)
    into_quarantine_again(chosen, actor=actor, now=now)
    effects = unshelve(reversal, chosen, actor=actor, now=now)
    with refusing({"purchases_receiptreversalline_receipt_line_id_key": ReceiptAlreadyReversed}):
        ReceiptReversalLine.objects.bulk_create(
            ReceiptReversalLine(
                reversal=reversal,
                receipt_line=line,
                movement_id=effects[line.line].movement_id,
            )
            for line in chosen
        )
    ReceivingScan.objects.filter(line__receipt_line__in=chosen, undone_at__isnull=True).update(
        undone_at=now
    )
    expect_again(reversal, order, chosen, actor=actor, now=now)
    _announce(reversal, order, chosen, actor=actor, now=now)
    return reversal


def _locked(receipt_id: int) -> tuple[GoodsReceipt, PurchaseOrder]:
    """The receipt, once its order is locked: that is what holds off everything else."""
    order_id = GoodsReceipt.objects.filter(pk=receipt_id).values_list("order_id", flat=True)
    if not order_id:
        raise ReceiptNotFound
    order = order_lock(order_id[0])
    return GoodsReceipt.objects.get(pk=receipt_id), order


def lines_to_reverse(
    receipt: GoodsReceipt, lines: Collection[int] | None
) -> list[GoodsReceiptLine]:
    """The receipt's lines of these numbers; None: all that stand.

    Raises ReceiptLineNotFound, ReceiptAlreadyReversed (naming those taken back before).
    """
    rows = list(
        receipt.lines.select_related("order_line", "reversal_line", "product").order_by("line")
    )
    if lines is None:
        chosen = [row for row in rows if not hasattr(row, "reversal_line")]
    else:
        _refuse_unknown(lines, {row.line for row in rows})
        chosen = [row for row in rows if row.line in lines]
    done = [row.line for row in chosen if hasattr(row, "reversal_line")]
    if done or not chosen:
        raise ReceiptAlreadyReversed(extra={"lines": done})
    return chosen


def lines_reversible(standing: Sequence[GoodsReceiptLine]) -> set[int]:
    """Numbers of those lines of a receipt that could be taken back now, each by itself.

    standing: lines that were not taken back yet. What inventory alone knows (reserved units) is
    found out when it is tried. A constant number of queries.
    """
    if not standing:
        return set()
    products = products_by_id({line.product_id for line in standing})
    stuck = {problem.field for problem in (*built_upon(standing), *gone(standing, products))}
    return {line.line for line in standing if f"lines.{line.line}" not in stuck}


def _refuse_unknown(lines: Collection[int], known: Collection[int]) -> None:
    if unknown := sorted(set(lines) - set(known)):
        raise ReceiptLineNotFound(_("The receipt has no line %(line)d.") % {"line": unknown[0]})


def _announce(
    reversal: ReceiptReversal,
    order: PurchaseOrder,
    lines: Sequence[GoodsReceiptLine],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    receipt = reversal.receipt
    outbox.publish(
        ReceiptReversed(
            reversal_id=reversal.pk,
            number=reversal.number,
            receipt_id=receipt.pk,
            receipt_number=receipt.number,
            order_id=order.pk,
            order_number=order.number,
            supplier_name=order.supplier.name,
            total=reversal.total,
            lines=len(lines),
        )
    )
    audit.record(
        actor=actor,
        action="purchases.receipt_reversed",
        subject=reversal,
        changes={
            "receipt": receipt.number,
            "lines": [line.line for line in lines],
            "total": reversal.total,
            "order_state": order.state,
        },
        reason=reversal.reason,
        occurred_at=now,
    )
