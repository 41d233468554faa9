"""The way of a proposal through submission and decision; the table is in purchases.states."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from capital.public import commitment_create
from core import audit, outbox
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.states import next_state
from inventory.public import IncomingLine, incoming_register, products_by_id
from purchases.errors import (
    ApproverIsRequester,
    ProductNotPurchasable,
    ProposalEmpty,
    ProposalNotFound,
    ProposalStateRefused,
    ReasonRequired,
)
from purchases.events import ProposalApproved, ProposalRejected, ProposalSubmitted
from purchases.models import Proposal, ProposalLine
from purchases.states import PROPOSAL_TRANSITIONS, ProposalAction

PROPOSAL_SOURCE = "purchases.proposal"


def person_id(actor: Actor) -> int:
    """The person's id; the system itself neither proposes nor decides."""
    if actor.id is None:
        raise ValueError("a proposal is made, submitted and decided by people")
    return actor.id


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


@transaction.atomic
def proposal_submit(*, actor: Actor, now: datetime, proposal_id: int) -> Proposal:
    """Hand a draft to whoever may approve it. Publishes ProposalSubmitted.

    Raises ProposalNotFound, ProposalStateRefused, ProposalEmpty.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.SUBMIT)
    if not proposal.lines.exists():
        raise ProposalEmpty
    proposal.submitted_by_id, proposal.submitted_at = actor.id, now
    _move(proposal, ProposalAction.SUBMIT)
    outbox.publish(
        ProposalSubmitted(
            proposal_id=proposal.pk,
            number=proposal.number,
            supplier_name=proposal.supplier.name,
            requested_by_id=proposal.requested_by_id,
            submitted_by_id=person_id(actor),
            total=proposal.total,
        )
    )
    _record(actor, "submitted", proposal)
    return proposal


@transaction.atomic
def proposal_approve(*, actor: Actor, now: datetime, proposal_id: int) -> Proposal:
    """Approve: commits the capital and announces the goods; a worker then orders.

    Publishes ProposalApproved. Raises ProposalNotFound, ProposalStateRefused,
    ApproverIsRequester, ProductNotPurchasable and capital's InsufficientCapital.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.APPROVE)
    _refuse_own(proposal, actor)
    lines = list(proposal.lines.order_by("position"))
    _refuse_unpurchasable(lines)
    proposal.decided_by_id, proposal.decided_at = actor.id, now
    _move(proposal, ProposalAction.APPROVE)
    source = {"source_type": PROPOSAL_SOURCE, "source_id": str(proposal.pk)}
    incoming_register(
        actor=actor,
        now=now,
        **source,
        lines=[
            IncomingLine(line=line.position, product_id=line.product_id, quantity=line.quantity)
            for line in lines
        ],
    )
    commitment_create(actor=actor, now=now, **source, amount=proposal.total)
    outbox.publish(
        ProposalApproved(
            proposal_id=proposal.pk,
            number=proposal.number,
            supplier_name=proposal.supplier.name,
            requested_by_id=proposal.requested_by_id,
            submitted_by_id=proposal.submitted_by_id or proposal.requested_by_id,
            approved_by_id=person_id(actor),
            total=proposal.total,
        )
    )
    _record(actor, "approved", proposal)
    proposal_pk = proposal.pk
    transaction.on_commit(lambda: _kick_worker(proposal_pk), robust=True)
    return proposal


@transaction.atomic
def proposal_reject(*, actor: Actor, now: datetime, proposal_id: int, reason: str) -> Proposal:
    """Turn a submitted proposal down, saying why. Publishes ProposalRejected.

    Raises ProposalNotFound, ProposalStateRefused, ApproverIsRequester, ReasonRequired.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.REJECT)
    _refuse_own(proposal, actor)
    proposal.reason = _required(reason)
    proposal.decided_by_id, proposal.decided_at = actor.id, now
    _move(proposal, ProposalAction.REJECT)
    outbox.publish(
        ProposalRejected(
            proposal_id=proposal.pk,
            number=proposal.number,
            supplier_name=proposal.supplier.name,
            requested_by_id=proposal.requested_by_id,
            submitted_by_id=proposal.submitted_by_id or proposal.requested_by_id,
            rejected_by_id=person_id(actor),
            total=proposal.total,
            reason=proposal.reason,
        )
    )
    _record(actor, "rejected", proposal, reason=proposal.reason)
    return proposal


@transaction.atomic
def proposal_cancel(*, actor: Actor, now: datetime, proposal_id: int, reason: str) -> Proposal:
    """Give up a proposal nobody has decided yet, saying why.

    Raises ProposalNotFound, ProposalStateRefused, ReasonRequired.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.CANCEL)
    proposal.cancelled_by_id, proposal.cancelled_at = actor.id, now
    proposal.reason = _required(reason)
    _move(proposal, ProposalAction.CANCEL)
    _record(actor, "cancelled", proposal, reason=proposal.reason)
    return proposal


def _move(proposal: Proposal, action: ProposalAction) -> None:
    proposal.state = next_state(PROPOSAL_TRANSITIONS, proposal.state, action, ProposalStateRefused)
    proposal.save()


def _refuse_own(proposal: Proposal, actor: Actor) -> None:
    if actor.id in (proposal.requested_by_id, proposal.submitted_by_id):
        raise ApproverIsRequester


def _refuse_unpurchasable(lines: list[ProposalLine]) -> None:
    products = products_by_id({line.product_id for line in lines})
    problems = [
        FieldProblem(
            f"lines.{index}.product_id",
            "not_purchasable",
            _("%(product)s is no longer bought: remove it and submit again.")
            % {"product": products[line.product_id].name},
        )
        for index, line in enumerate(lines)
        if not products[line.product_id].purchasable
    ]
    if problems:
        raise ProductNotPurchasable(errors=problems)


def _required(reason: str) -> str:
    if not reason.strip():
        raise ReasonRequired(
            errors=[FieldProblem("reason", "required", _("Say why in a few words."))]
        )
    return reason.strip()


def _kick_worker(proposal_id: int) -> None:
    from purchases.tasks import apply_proposal  # the task imports the services

    apply_proposal.delay(proposal_id)


def _record(actor: Actor, verb: str, proposal: Proposal, *, reason: str = "") -> None:
    audit.record(
        actor=actor,
        action=f"purchases.proposal_{verb}",
        subject=proposal,
        changes={"state": proposal.state, "total": proposal.total},
        reason=reason,
    )
