"""The way of a proposal to its decision; the table is in purchases.states.

Decisions are in purchases.services.proposals.decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from capital.public import capital_summary
from core import audit, outbox
from core.audit import Actor
from core.db import lock
from core.states import next_state
from inventory.public import ProductSummary
from purchases.errors import (
    ProposalEmpty,
    ProposalNotFound,
    ProposalStateRefused,
)
from purchases.events import ProposalSubmitted
from purchases.models import ApprovalStep, Proposal, ProposalLine, ProposalSubmission
from purchases.people import person_of, reason_given
from purchases.selectors.staleness import basis_of, fingerprint
from purchases.services.approvals.authority import case_of, people_able
from purchases.services.approvals.routes import route_of
from purchases.services.proposals.freshness import refuse_stale
from purchases.services.proposals.history import state_changed
from purchases.services.suppliers.limits import refuse_size
from purchases.states import PROPOSAL_TRANSITIONS, ProposalAction

PROPOSAL_SOURCE = "purchases.proposal"


def expiry_of(made_at: datetime) -> datetime | None:
    """When an undecided proposal of this moment expires: ``PROPOSAL_VALIDITY_DAYS`` later."""
    days = settings.PROPOSAL_VALIDITY_DAYS
    return made_at + timedelta(days=days) if days else None


def locked_proposal(proposal_id: int, action: ProposalAction) -> Proposal:
    """The proposal, locked, if ``action`` is possible in its present state.

    Raises ProposalNotFound, ProposalStateRefused.
    """
    found = lock(Proposal.objects.select_related("supplier").filter(pk=proposal_id))
    if not found:
        raise ProposalNotFound
    next_state(PROPOSAL_TRANSITIONS, found[0].state, action, ProposalStateRefused)
    return found[0]


def proposal_move(
    proposal: Proposal, action: ProposalAction, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """Save the proposal in the state ``action`` leads to, with history and audit."""
    before = proposal.state
    proposal.state = next_state(PROPOSAL_TRANSITIONS, before, action, ProposalStateRefused)
    proposal.save()
    state_changed(proposal, before=before, actor=actor, now=now, reason=reason)
    audit.record(
        actor=actor,
        action=f"purchases.proposal_{_VERBS[action]}",
        subject=proposal,
        changes={
            "state": [before, proposal.state],
            "total": proposal.total,
            "version": proposal.version,
        },
        reason=reason,
    )


_VERBS = {
    ProposalAction.SUBMIT: "submitted",
    ProposalAction.ENDORSE: "endorsed",
    ProposalAction.APPROVE: "approved",
    ProposalAction.REJECT: "rejected",
    ProposalAction.REQUEST_CHANGES: "changes_requested",
    ProposalAction.CANCEL: "cancelled",
    ProposalAction.EXPIRE: "expired",
}


@transaction.atomic
def proposal_submit(*, actor: Actor, now: datetime, proposal_id: int) -> Proposal:
    """Hand a draft to whoever may approve it, resting on the prices and the capital of now.

    What it rests on is kept (`ProposalSubmission`), and with it the approvals the rules of now
    ask for. Publishes ProposalSubmitted.

    Raises ProposalNotFound, ProposalStateRefused, ProposalEmpty, ProposalStale, and what
    `refuse_size` raises; a credit limit is looked at when it is approved.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.SUBMIT)
    lines = list(proposal.lines.order_by("position"))
    if not lines:
        raise ProposalEmpty
    products = refuse_stale(proposal, lines, now=now)
    refuse_size(proposal, proposal.total)
    proposal.submitted_by_id, proposal.submitted_at = person_of(actor), now
    proposal.version += 1
    proposal.reason = ""
    proposal_move(proposal, ProposalAction.SUBMIT, actor=actor, now=now)
    _keep_submission(
        proposal, lines, list(products.values()), submitted_by_id=person_of(actor), now=now
    )
    outbox.publish(
        ProposalSubmitted(
            proposal_id=proposal.pk,
            number=proposal.number,
            supplier_name=proposal.supplier.name,
            requested_by_id=proposal.requested_by_id,
            submitted_by_id=person_of(actor),
            total=proposal.total,
            approver_ids=people_able(now=now, case=case_of(proposal)),
        )
    )
    return proposal


@transaction.atomic
def proposal_cancel(*, actor: Actor, now: datetime, proposal_id: int, reason: str) -> Proposal:
    """Give up a proposal nobody has decided yet, saying why.

    Raises ProposalNotFound, ProposalStateRefused, ReasonRequired.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.CANCEL)
    proposal.reason = reason_given(reason)
    proposal.cancelled_by_id, proposal.cancelled_at = actor.id, now
    proposal_move(proposal, ProposalAction.CANCEL, actor=actor, now=now, reason=proposal.reason)
    return proposal


def _keep_submission(
    proposal: Proposal,
    lines: Sequence[ProposalLine],
    products: Sequence[ProductSummary],
    *,
    submitted_by_id: int,
    now: datetime,
) -> None:
    basis = [basis_of(line) for line in lines]
    submission = ProposalSubmission.objects.create(
        proposal=proposal,
        version=proposal.version,
        submitted_by_id=submitted_by_id,
        submitted_at=now,
        total=proposal.total,
        capital_available=capital_summary().available,
        lines=basis,
        fingerprint=fingerprint(basis),
    )
    route = route_of(total=proposal.total, supplier_id=proposal.supplier_id, products=products)
    ApprovalStep.objects.bulk_create(
        ApprovalStep(
            submission=submission,
            number=number,
            policy_id=step.policy_id,
            role_codes=list(step.role_codes),
        )
        for number, step in enumerate(route, start=1)
    )
