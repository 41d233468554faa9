"""Background work of purchasing. Tasks carry ids only; the rows say what is left to do."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.errors import DomainError
from purchases.mailing import failure_of, order_email
from purchases.selectors.waiting import (
    dispatches_due,
    orders_to_expire,
    proposals_to_apply,
    proposals_to_expire,
)
from purchases.services.digests import (
    inspections_digest,
    invoices_due_digest,
    return_windows_digest,
)
from purchases.services.orders.dispatching import (
    dispatch_claim,
    dispatch_failed,
    dispatch_succeeded,
)
from purchases.services.orders.ordering import order_expire, proposal_apply
from purchases.services.proposals.expiring import proposal_expire
from purchases.services.proposals.stuck import (
    proposal_apply_failed,
    proposal_apply_succeeded,
    proposals_report_stuck,
)

logger = logging.getLogger(__name__)

# Younger ones have a task under way that was sent when they were approved.
LEFT_BEHIND_AFTER = timedelta(seconds=30)


@shared_task(name="purchases.apply_proposal", ignore_result=True)
def apply_proposal(proposal_id: int) -> None:
    """Apply an approved proposal; a failure is kept with it, and the sweeper tries again."""
    try:
        proposal_apply(now=timezone.now(), proposal_id=proposal_id)
    except Exception as exc:
        logger.exception("a proposal could not be applied", extra={"proposal_id": proposal_id})
        code = exc.code if isinstance(exc, DomainError) else "internal_error"
        proposal_apply_failed(proposal_id=proposal_id, code=code)
    else:
        proposal_apply_succeeded(proposal_id=proposal_id)


@shared_task(name="purchases.sweep_approved", ignore_result=True)
def sweep_approved() -> None:
    """Queue again what a dead worker or an unreachable broker left; tell people what is stuck."""
    now = timezone.now()
    for proposal_id in proposals_to_apply(before=now - LEFT_BEHIND_AFTER):
        apply_proposal.delay(proposal_id)
    proposals_report_stuck(now=now)


@shared_task(name="purchases.send_order", ignore_result=True)
def send_order(dispatch_id: int) -> None:
    """Send an order by e-mail; the network is touched between two transactions, in none."""
    dispatch = dispatch_claim(now=timezone.now(), dispatch_id=dispatch_id)
    if dispatch is None:
        return
    try:
        order_email(dispatch.pk, now=timezone.now()).send()
    except Exception as exc:
        logger.exception("an order could not be sent", extra={"dispatch_id": dispatch_id})
        code, final = failure_of(exc)
        dispatch_failed(now=timezone.now(), dispatch_id=dispatch_id, code=code, final=final)
    else:
        dispatch_succeeded(now=timezone.now(), dispatch_id=dispatch_id)


@shared_task(name="purchases.sweep_dispatches", ignore_result=True)
def sweep_dispatches() -> None:
    """Queue again what waits for another attempt, and what a dead worker or broker left."""
    for dispatch_id in dispatches_due(now=timezone.now()):
        send_order.delay(dispatch_id)


@shared_task(name="purchases.expire_orders", ignore_result=True)
def expire_orders() -> None:
    """Give up what orders past their time still wait for, each in its own transaction."""
    for order_id in orders_to_expire(now=timezone.now()):
        order_expire(now=timezone.now(), order_id=order_id)


@shared_task(name="purchases.expire_proposals", ignore_result=True)
def expire_proposals() -> None:
    """Give up proposals nobody decided in time, each in its own transaction."""
    now = timezone.now()
    for proposal_id in proposals_to_expire(now=now):
        proposal_expire(now=now, proposal_id=proposal_id)


@shared_task(name="purchases.digest_invoices_and_returns", ignore_result=True)
def digest_invoices_and_returns() -> None:
    """Tell once a day of invoices to pay and of goods that can soon go back no more."""
    now = timezone.now()
    invoices_due_digest(now=now)
    return_windows_digest(now=now)


@shared_task(name="purchases.digest_inspections", ignore_result=True)
def digest_inspections() -> None:
    """Tell once a day of goods that wait for their inspection."""
    inspections_digest(now=timezone.now())
