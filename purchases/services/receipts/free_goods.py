"""Free goods of a deal that did not come: counted, listed, and settled one day.

Bought goods count as arriving first. Once they are all here, or the rest of the line is given up,
what the deal gives for them is due: free = free_quantity * bought that came / bought_quantity, in
whole packs.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from purchases.errors import FreeGoodsNotOwed, OrderNotFound
from purchases.models import FreeGoodsSettlement, PurchaseOrder, PurchaseOrderLine
from purchases.people import person_of, reason_given
from purchases.selectors.free_goods import order_lines_with_owed
from purchases.services.receipts.deliveries import Delivery


def free_goods_due(line: PurchaseOrderLine, received: int) -> int:
    """Base units the deal gives for what came and that did not come: >= 0.

    received: base units of the line that came, free ones included.
    """
    bought = min(received, line.bought_quantity)
    due = line.free_quantity * bought // line.bought_quantity
    due -= due % line.purchase_units
    return max(due - (received - bought), 0)


def free_goods_missing(line: PurchaseOrderLine, delivery: Delivery) -> bool:
    """Whether free goods are owed once this delivery is in."""
    received = line.received_quantity + min(delivery.counted, line.outstanding_quantity)
    if received < line.bought_quantity and not delivery.close_rest:
        return False
    return free_goods_due(line, received) > 0


@transaction.atomic
def free_goods_settle(
    *, actor: Actor, now: datetime, order_line_id: int, quantity: int, reason: str
) -> FreeGoodsSettlement:
    """Free goods are owed no longer: credited, delivered some other way, or waived.

    quantity: base units, > 0. Raises OrderNotFound, FreeGoodsNotOwed (fewer are), ReasonRequired.
    """
    reason = reason_given(reason, remedy=_("Say how it was settled."))
    order_id = PurchaseOrderLine.objects.filter(pk=order_line_id).values("order_id")
    if not lock(PurchaseOrder.objects.filter(pk__in=order_id)):
        raise OrderNotFound
    line = order_lines_with_owed().filter(pk=order_line_id).first()
    owed = line.owed if line is not None else 0
    if quantity > owed:
        raise FreeGoodsNotOwed(
            errors=[
                FieldProblem("quantity", "more_than_owed", _("%(owed)d are owed.") % {"owed": owed})
            ]
        )
    settlement = FreeGoodsSettlement.objects.create(
        order_line_id=order_line_id,
        quantity=quantity,
        reason=reason,
        settled_at=now,
        settled_by_id=person_of(actor),
    )
    audit.record(
        actor=actor,
        action="purchases.free_goods_settled",
        subject=settlement,
        changes={"order_line": order_line_id, "quantity": quantity},
        reason=settlement.reason,
        occurred_at=now,
    )
    return settlement
