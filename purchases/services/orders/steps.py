"""What every step of an order begins and ends with."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from capital.public import commitment_release
from core.audit import Actor
from core.db import lock
from core.states import next_state
from inventory.public import incoming_cancel
from purchases.errors import OrderNotFound, OrderStateRefused
from purchases.models import PurchaseOrder
from purchases.services.proposals.proposals import PROPOSAL_SOURCE
from purchases.states import ORDER_TRANSITIONS, OrderAction


def locked_order(order_id: int) -> PurchaseOrder:
    """The order, locked, with its supplier and proposal. Raises OrderNotFound."""
    found = lock(PurchaseOrder.objects.select_related("supplier", "proposal").filter(pk=order_id))
    if not found:
        raise OrderNotFound
    return found[0]


def state_after(order: PurchaseOrder, action: OrderAction) -> str:
    """The state the action leads to. Raises OrderStateRefused."""
    return next_state(ORDER_TRANSITIONS, order.state, action, OrderStateRefused)


def give_back(order: PurchaseOrder, *, actor: Actor, now: datetime, reason: str) -> Decimal:
    """Stop expecting the rest of an order; returns the money that is free again."""
    source_id = str(order.proposal_id)
    incoming_cancel(source_type=PROPOSAL_SOURCE, source_id=source_id, now=now)
    return commitment_release(
        actor=actor, now=now, source_type=PROPOSAL_SOURCE, source_id=source_id, reason=reason
    )
