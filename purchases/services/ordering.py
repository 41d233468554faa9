"""Applying an approved proposal exactly once, and cancelling what is still to come.

Applying has two steps, each one transaction whose own state says whether it is done:
approved -> ordered with its purchase order, and, for an *immediate* supplier, open -> received.
A worker that dies between or within them leaves nothing half done, and whoever comes next, a
redelivered task or the sweeper, finds by the state what is left to do.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from capital.public import commitment_release
from core import audit, outbox
from core.audit import SYSTEM, Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.numbering import next_number
from core.states import next_state
from inventory.public import incoming_cancel
from purchases.errors import (
    OrderNotFound,
    OrderStateRefused,
    ProposalStateRefused,
    ReasonRequired,
)
from purchases.events import OrderPlaced
from purchases.models import (
    OrderState,
    Proposal,
    ProposalState,
    PurchaseOrder,
    PurchaseOrderLine,
)
from purchases.services.proposals import PROPOSAL_SOURCE
from purchases.services.receipts import order_receive_at_once
from purchases.states import (
    ORDER_TRANSITIONS,
    PROPOSAL_TRANSITIONS,
    OrderAction,
    ProposalAction,
)


def proposal_apply(*, now: datetime, proposal_id: int) -> None:
    """Bring an approved proposal to its order, and to its receipt where that is immediate.

    Safe to call at any time, any number of times, by any number of workers at once.
    """
    order_place(now=now, proposal_id=proposal_id)
    order = PurchaseOrder.objects.filter(proposal_id=proposal_id, receive_on_order=True).first()
    if order is not None:
        order_receive_at_once(now=now, order_id=order.pk)


@transaction.atomic
def order_place(*, now: datetime, proposal_id: int) -> PurchaseOrder | None:
    """Make the purchase order of an approved proposal; None where there is nothing to do.

    Publishes OrderPlaced.
    """
    found = lock(Proposal.objects.select_related("supplier").filter(pk=proposal_id))
    if not found or found[0].state != ProposalState.APPROVED:
        return None
    proposal = found[0]
    proposal.state = next_state(
        PROPOSAL_TRANSITIONS, proposal.state, ProposalAction.ORDER, ProposalStateRefused
    )
    proposal.ordered_at = now
    proposal.save()
    order = PurchaseOrder.objects.create(
        number=next_number("PO", on=local_date(now)),
        proposal=proposal,
        supplier=proposal.supplier,
        total=proposal.total,
        receive_on_order=proposal.supplier.immediate_receipt,
        ordered_at=now,
    )
    PurchaseOrderLine.objects.bulk_create(
        PurchaseOrderLine(
            order=order,
            position=line.position,
            proposal_line=line,
            product_id=line.product_id,
            purchase_units=line.purchase_units,
            bought_quantity=line.packs * line.purchase_units,
            free_quantity=line.free_packs * line.purchase_units,
            amount=line.amount,
        )
        for line in proposal.lines.order_by("position")
    )
    outbox.publish(
        OrderPlaced(
            order_id=order.pk,
            number=order.number,
            proposal_id=proposal.pk,
            supplier_name=proposal.supplier.name,
            requested_by_id=proposal.requested_by_id,
            total=order.total,
        )
    )
    audit.record(
        actor=SYSTEM,
        action="purchases.order_placed",
        subject=order,
        changes={"proposal": proposal.number, "total": order.total},
    )
    return order


@transaction.atomic
def order_cancel(*, actor: Actor, now: datetime, order_id: int, reason: str) -> PurchaseOrder:
    """Cancel what has not arrived: it is no longer incoming and its capital is free again.

    Raises OrderNotFound, OrderStateRefused, ReasonRequired.
    """
    found = lock(PurchaseOrder.objects.select_related("supplier").filter(pk=order_id))
    if not found:
        raise OrderNotFound
    order = found[0]
    state = next_state(ORDER_TRANSITIONS, order.state, OrderAction.CANCEL, OrderStateRefused)
    if not reason.strip():
        raise ReasonRequired(
            errors=[FieldProblem("reason", "required", _("Say why in a few words."))]
        )
    before = order.state
    order.state, order.closed_at = state, now
    order.cancelled_by_id, order.cancel_reason = actor.id, reason.strip()
    order.save()
    source_id = str(order.proposal_id)
    incoming_cancel(source_type=PROPOSAL_SOURCE, source_id=source_id, now=now)
    released = commitment_release(
        actor=actor,
        now=now,
        source_type=PROPOSAL_SOURCE,
        source_id=source_id,
        reason=order.cancel_reason,
    )
    audit.record(
        actor=actor,
        action="purchases.order_cancelled",
        subject=order,
        changes={"state": [before, OrderState.CANCELLED], "released": released},
        reason=order.cancel_reason,
    )
    return order
