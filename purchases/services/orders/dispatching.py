"""Sending orders to suppliers by e-mail, and keeping what people sent in other ways.

The row of a dispatch is the job. A worker counts its attempt and takes a lease in one transaction,
sends outside of any, and says in a third what became of it. One that dies after sending and before
saying so is followed by another that sends again: an e-mail arrives at least once, and every copy
carries the same Message-ID.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from core import audit, outbox
from core.audit import SYSTEM, Actor
from core.db import lock
from purchases.constraints import refusing
from purchases.errors import DispatchPending
from purchases.events import OrderDispatchFailed, OrderSent
from purchases.models import (
    WAITING_STATES,
    DispatchChannel,
    DispatchState,
    OrderDispatch,
    PurchaseOrder,
)
from purchases.people import person_of
from purchases.selectors.addresses import order_address
from purchases.selectors.offered_terms import expected_delivery
from purchases.services.orders.steps import locked_order, state_after
from purchases.states import OrderAction

MAX_ATTEMPTS = 8
# Longer than a worker needs to write the document and hand it to the mail server.
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


@transaction.atomic
def order_dispatch(
    *,
    actor: Actor,
    now: datetime,
    order_id: int,
    language: str,
    format: str,
    division_id: int | None = None,
    contact_id: int | None = None,
) -> OrderDispatch:
    """Have a worker send the order by e-mail: to a contact, to a division, or where orders go.

    language: ar or en; format: pdf, xlsx or csv. Raises OrderNotFound, OrderStateRefused,
    OrderAddressMissing, DivisionUnknown, ContactUnknown, DispatchPending.
    """
    order = locked_order(order_id)
    state_after(order, OrderAction.SEND)
    with refusing({"purchases_dispatch_queued_once": DispatchPending}):
        dispatch = OrderDispatch.objects.create(
            order=order,
            revision=order.revision,
            channel=DispatchChannel.EMAIL,
            to=order_address(order, division_id=division_id, contact_id=contact_id),
            language=language,
            format=format,
            due_at=now,
            requested_by_id=person_of(actor),
        )
    audit.record(
        actor=actor,
        action="purchases.order_dispatched",
        subject=order,
        changes={"to": dispatch.to, "language": language, "format": format},
    )
    dispatch_pk = dispatch.pk
    transaction.on_commit(lambda: _kick_worker(dispatch_pk), robust=True)
    return dispatch


@transaction.atomic
def order_mark_sent(
    *, actor: Actor, now: datetime, order_id: int, channel: DispatchChannel
) -> OrderDispatch:
    """Keep that a person gave the order to the supplier, on paper, by telephone or WhatsApp.

    Publishes OrderSent. Raises OrderNotFound, OrderStateRefused.
    """
    order = locked_order(order_id)
    state_after(order, OrderAction.SEND)
    dispatch = OrderDispatch.objects.create(
        order=order,
        revision=order.revision,
        channel=channel,
        state=DispatchState.SENT,
        due_at=now,
        sent_at=now,
        requested_by_id=person_of(actor),
    )
    _advance(order, dispatch, actor=actor, now=now)
    return dispatch


@transaction.atomic
def dispatch_claim(*, now: datetime, dispatch_id: int) -> OrderDispatch | None:
    """Count an attempt and take the lease; None where there is nothing (more) to send now.

    What was changed or ended since it was queued is not sent any more: that dispatch fails.
    """
    found = _locked(dispatch_id)
    if found is None:
        return None
    order, dispatch = found
    if dispatch.state != DispatchState.QUEUED or dispatch.due_at > now:
        return None
    if order.revision != dispatch.revision or order.state not in WAITING_STATES:
        _fail(order, dispatch, code="order_changed")
        return None
    if dispatch.attempts >= MAX_ATTEMPTS:
        _fail(order, dispatch, code=dispatch.error_code or "worker_died")
        return None
    dispatch.attempts += 1
    dispatch.due_at = now + LEASE
    dispatch.save()
    return dispatch


@transaction.atomic
def dispatch_succeeded(*, now: datetime, dispatch_id: int) -> None:
    """The mail server has taken the e-mail. Publishes OrderSent, once however often it is said."""
    found = _locked(dispatch_id)
    if found is None or found[1].state != DispatchState.QUEUED:
        return
    order, dispatch = found
    dispatch.state, dispatch.sent_at, dispatch.error_code = DispatchState.SENT, now, ""
    dispatch.save()
    _advance(order, dispatch, actor=SYSTEM, now=now)


@transaction.atomic
def dispatch_failed(*, now: datetime, dispatch_id: int, code: str, final: bool) -> None:
    """An attempt failed for a reason with this stable code: try again later, or give it up.

    Publishes OrderDispatchFailed when it is given up.
    """
    found = _locked(dispatch_id)
    if found is None or found[1].state != DispatchState.QUEUED:
        return
    order, dispatch = found
    if final or dispatch.attempts >= MAX_ATTEMPTS:
        _fail(order, dispatch, code=code)
        return
    dispatch.error_code = code
    dispatch.due_at = now + min(FIRST_PAUSE * 2 ** (dispatch.attempts - 1), LONGEST_PAUSE)
    dispatch.save()


def _locked(dispatch_id: int) -> tuple[PurchaseOrder, OrderDispatch] | None:
    order_id = (
        OrderDispatch.objects.filter(pk=dispatch_id).values_list("order_id", flat=True).first()
    )
    if order_id is None:
        return None
    order = locked_order(order_id)
    return order, lock(OrderDispatch.objects.filter(pk=dispatch_id))[0]


def _advance(order: PurchaseOrder, dispatch: OrderDispatch, *, actor: Actor, now: datetime) -> None:
    """The supplier has the order: from now on it is expected by its terms, or as promised."""
    if order.revision == dispatch.revision and order.state in WAITING_STATES:
        order.state = state_after(order, OrderAction.SEND)
        order.sent_at = now
        if order.promised_date is None:
            order.expected_date = expected_delivery(order.proposal, order.division, now=now)
        order.save()
    outbox.publish(
        OrderSent(
            order_id=order.pk,
            number=order.number,
            supplier_name=order.supplier.name,
            channel=dispatch.channel,
            to=dispatch.to,
        )
    )
    audit.record(
        actor=actor,
        action="purchases.order_sent",
        subject=order,
        changes={"channel": dispatch.channel, "to": dispatch.to, "revision": dispatch.revision},
    )


def _fail(order: PurchaseOrder, dispatch: OrderDispatch, *, code: str) -> None:
    dispatch.state, dispatch.error_code = DispatchState.FAILED, code
    dispatch.save()
    outbox.publish(
        OrderDispatchFailed(
            order_id=order.pk,
            number=order.number,
            supplier_name=order.supplier.name,
            requested_by_id=order.proposal.requested_by_id,
            sent_by_id=dispatch.requested_by_id,
            to=dispatch.to,
            error_code=code,
        )
    )
    audit.record(
        actor=SYSTEM,
        action="purchases.order_dispatch_failed",
        subject=order,
        changes={"to": dispatch.to, "error": code, "attempts": dispatch.attempts},
    )


def _kick_worker(dispatch_id: int) -> None:
    from purchases.tasks import send_order  # the task imports the services

    send_order.delay(dispatch_id)
