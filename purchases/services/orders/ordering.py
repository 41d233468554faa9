"""Applying an approved proposal exactly once, and cancelling what is still to come.

Applying has two steps, each one transaction whose own state says whether it is done:
approved -> ordered with its purchase order, and, for an *immediate* supplier, open -> received.
A worker that dies between or within them leaves nothing half done, and whoever comes next, a
redelivered task or the sweeper, finds by the state what is left to do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, outbox
from core.audit import SYSTEM, Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.numbering import next_number
from core.states import next_state
from purchases.errors import (
    OrderExpiryPast,
    ProposalStateRefused,
)
from purchases.events import OrderExpired, OrderPlaced
from purchases.models import (
    OrderState,
    Proposal,
    ProposalState,
    PurchaseOrder,
    PurchaseOrderLine,
)
from purchases.people import reason_given
from purchases.selectors.offered_terms import expected_delivery
from purchases.selectors.suppliers import division_for
from purchases.services.orders.steps import give_back, locked_order, state_after
from purchases.services.proposals.closing import proposal_follow_order
from purchases.services.proposals.history import state_changed
from purchases.services.receipts.receipts import order_receive_at_once
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
    state_changed(proposal, before=ProposalState.APPROVED, actor=SYSTEM, now=now)
    lines = list(proposal.lines.order_by("position"))
    division = division_for({line.product_id for line in lines}, supplier_id=proposal.supplier_id)
    order = PurchaseOrder.objects.create(
        number=next_number("PO", on=local_date(now)),
        proposal=proposal,
        supplier=proposal.supplier,
        division=division,
        total=proposal.total,
        receive_on_order=proposal.supplier.immediate_receipt,
        ordered_at=now,
        expected_date=expected_delivery(proposal, division, now=now),
        expires_at=_expiry(now),
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
            pack_price=line.pack_price,
            discount_percent=line.discount_percent,
            amount=line.amount,
            mix=line.mix,
        )
        for line in lines
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
    order = locked_order(order_id)
    state = state_after(order, OrderAction.CANCEL)
    reason = reason_given(reason)
    before = order.state
    order.state, order.closed_at = state, now
    order.cancelled_by_id, order.cancel_reason = actor.id, reason
    order.save()
    released = give_back(order, actor=actor, now=now, reason=order.cancel_reason)
    proposal_follow_order(actor=actor, now=now, order=order)
    audit.record(
        actor=actor,
        action="purchases.order_cancelled",
        subject=order,
        changes={"state": [before, OrderState.CANCELLED], "released": released},
        reason=order.cancel_reason,
    )
    return order


@transaction.atomic
def order_reschedule(
    *, actor: Actor, now: datetime, order_id: int, expires_at: datetime | None
) -> PurchaseOrder:
    """Wait for the rest of an order until `expires_at`, or for ever (None).

    Raises OrderNotFound, OrderStateRefused, OrderExpiryPast.
    """
    order = locked_order(order_id)
    order.state = state_after(order, OrderAction.RESCHEDULE)
    if expires_at is not None and expires_at <= now:
        raise OrderExpiryPast(
            errors=[FieldProblem("expires_at", "in_the_past", _("Give a moment to come."))]
        )
    before, order.expires_at = order.expires_at, expires_at
    order.save()
    audit.record(
        actor=actor,
        action="purchases.order_rescheduled",
        subject=order,
        changes={"expires_at": [before, expires_at]},
    )
    return order


@transaction.atomic
def order_expire(*, now: datetime, order_id: int) -> bool:
    """Give up what an order past its `expires_at` still waits for; whether it was done.

    What has not arrived is no longer incoming and its capital is free again. Safe to call at any
    time, any number of times. Publishes OrderExpired.
    """
    order = locked_order(order_id)
    if (order.state, OrderAction.EXPIRE) not in ORDER_TRANSITIONS:
        return False
    if order.expires_at is None or order.expires_at > now:
        return False
    before, order.state = order.state, ORDER_TRANSITIONS[order.state, OrderAction.EXPIRE]
    order.closed_at = now
    order.save()
    released = give_back(order, actor=SYSTEM, now=now, reason="expired")
    proposal_follow_order(actor=SYSTEM, now=now, order=order)
    outbox.publish(
        OrderExpired(
            order_id=order.pk,
            number=order.number,
            supplier_name=order.supplier.name,
            requested_by_id=order.proposal.requested_by_id,
            released=released,
        )
    )
    audit.record(
        actor=SYSTEM,
        action="purchases.order_expired",
        subject=order,
        changes={"state": [before, order.state], "released": released},
    )
    return True


def _expiry(ordered_at: datetime) -> datetime | None:
    """When an order of this moment expires: ``ORDER_VALIDITY_DAYS`` later, 0 is never."""
    days = settings.ORDER_VALIDITY_DAYS
    return ordered_at + timedelta(days=days) if days else None
