"""Proposals nobody decided in time, or whose offers are all past, are given up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core import outbox
from core.audit import SYSTEM
from core.db import lock
from purchases.events import ProposalExpired
from purchases.models import Proposal
from purchases.selectors.waiting import proposals_overdue
from purchases.services.proposals.proposals import proposal_move
from purchases.states import PROPOSAL_TRANSITIONS, ProposalAction


@transaction.atomic
def proposal_expire(*, now: datetime, proposal_id: int) -> bool:
    """Give up an undecided proposal whose time is over; whether it was done.

    Its time is over at ``expires_at``, or when the last day of every offer it buys from is past.
    Safe to call at any time, any number of times. Publishes ProposalExpired.
    """
    found = lock(Proposal.objects.select_related("supplier").filter(pk=proposal_id))
    if not found or (found[0].state, ProposalAction.EXPIRE) not in PROPOSAL_TRANSITIONS:
        return False
    if not proposals_overdue(now=now).filter(pk=proposal_id).exists():
        return False
    proposal = found[0]
    proposal.expired_at = now
    proposal_move(proposal, ProposalAction.EXPIRE, actor=SYSTEM, now=now)
    outbox.publish(
        ProposalExpired(
            proposal_id=proposal.pk,
            number=proposal.number,
            supplier_name=proposal.supplier.name,
            requested_by_id=proposal.requested_by_id,
            submitted_by_id=proposal.submitted_by_id or proposal.requested_by_id,
            total=proposal.total,
        )
    )
    return True
