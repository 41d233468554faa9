"""Background work of purchasing. Tasks carry ids only; the rows say what is left to do."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from purchases.selectors.waiting import orders_to_expire, proposals_to_apply
from purchases.services.ordering import order_expire, proposal_apply

# Younger ones have a task under way that was sent when they were approved.
LEFT_BEHIND_AFTER = timedelta(seconds=30)


@shared_task(name="purchases.apply_proposal", ignore_result=True)
def apply_proposal(proposal_id: int) -> None:
    proposal_apply(now=timezone.now(), proposal_id=proposal_id)


@shared_task(name="purchases.sweep_approved", ignore_result=True)
def sweep_approved() -> None:
    """Queue again what a dead worker or an unreachable broker left behind."""
    for proposal_id in proposals_to_apply(before=timezone.now() - LEFT_BEHIND_AFTER):
        apply_proposal.delay(proposal_id)


@shared_task(name="purchases.expire_orders", ignore_result=True)
def expire_orders() -> None:
    """Give up what orders past their time still wait for, each in its own transaction."""
    for order_id in orders_to_expire(now=timezone.now()):
        order_expire(now=timezone.now(), order_id=order_id)
