"""A proposal ends with its order."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core import audit
from core.audit import Actor
from core.db import lock
from core.states import next_state
from purchases.errors import ProposalStateRefused
from purchases.models import WAITING_STATES, Proposal, ProposalState, PurchaseOrder
from purchases.services.proposals.history import state_changed
from purchases.states import PROPOSAL_TRANSITIONS, ProposalAction


@transaction.atomic
def proposal_follow_order(*, actor: Actor, now: datetime, order: PurchaseOrder) -> None:
    """Close the proposal of an order that has ended; open it again with an order that waits again.

    Call it in the transaction of every change of an order's state, under the order's lock. Does
    nothing where the two agree already.
    """
    waits = order.state in WAITING_STATES
    action = ProposalAction.REOPEN if waits else ProposalAction.CLOSE
    proposal = lock(Proposal.objects.filter(pk=order.proposal_id))[0]
    if (proposal.state == ProposalState.CLOSED) != waits:
        return
    before = proposal.state
    proposal.state = next_state(PROPOSAL_TRANSITIONS, before, action, ProposalStateRefused)
    proposal.closed_at = None if waits else now
    proposal.save(update_fields=["state", "closed_at", "updated_at"])
    state_changed(proposal, before=before, actor=actor, now=now)
    audit.record(
        actor=actor,
        action=f"purchases.proposal_{'reopened' if waits else 'closed'}",
        subject=proposal,
        changes={"state": [before, proposal.state], "order": [order.number, order.state]},
    )
