"""Deciding on a submitted proposal: approving it in one or two steps, rejecting it, or asking for
changes. Decisions are append-only rows, once per step and once per person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from capital.public import InsufficientCapital, commitment_create, commitment_foresee
from core import outbox
from core.audit import Actor
from core.errors import FieldProblem
from core.money import format_money
from inventory.public import IncomingLine, ProductSummary, incoming_register
from purchases.errors import (
    ApprovalRulesStricter,
    RemarkRefused,
)
from purchases.events import (
    ProposalApproved,
    ProposalChangesRequested,
    ProposalEndorsed,
    ProposalRejected,
)
from purchases.models import (
    ApprovalDecision,
    DecisionKind,
    Proposal,
    ProposalLine,
)
from purchases.people import person_of, reason_given
from purchases.services.approvals.authority import (
    Authority,
    Case,
    authority_require,
    case_of,
    people_able,
)
from purchases.services.approvals.routes import route_of, stricter_now
from purchases.services.proposals.freshness import refuse_outdated, refuse_stale
from purchases.services.proposals.proposals import (
    PROPOSAL_SOURCE,
    locked_proposal,
    proposal_move,
)
from purchases.services.suppliers.limits import credit_use, refuse_size
from purchases.states import ProposalAction


@transaction.atomic
def proposal_approve(
    *,
    actor: Actor,
    now: datetime,
    proposal_id: int,
    version: int,
    credit_override_reason: str = "",
    may_exceed_credit: bool = False,
) -> Proposal:
    """Take the step the proposal waits at: the first of two, or the one that approves it.

    version: the one the approver has seen. The last approval commits the capital and the
    supplier's credit and announces the goods; a worker then orders. The first refuses what could
    not be committed now, and commits nothing. credit_override_reason: why the supplier's credit
    limit may be exceeded, by somebody who may. Publishes ProposalEndorsed or ProposalApproved.

    Raises ProposalNotFound, ProposalStateRefused, ProposalVersionOutdated, what
    `authority_require` raises, ProposalStale, ApprovalRulesStricter, what `refuse_size` and
    `credit_use` raise, and capital's InsufficientCapital.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.APPROVE)
    case = case_of(proposal)
    authority = authority_require(actor=actor, now=now, case=case)
    refuse_outdated(proposal, version)
    lines = list(proposal.lines.order_by("position"))
    products = refuse_stale(proposal, lines, now=now, submission=case.submission)
    _refuse_stricter_rules(case, products)
    refuse_size(proposal, proposal.total)
    _decide(case, authority, DecisionKind.APPROVED, actor=actor, now=now)
    if case.is_last:
        credit_use(
            actor=actor, now=now, proposal=proposal, amount=proposal.total,
            override_reason=credit_override_reason, may_override=may_exceed_credit,
        )  # fmt: skip
        _approve(case, lines, actor=actor, now=now)
    else:
        _endorse(case, actor=actor, now=now)
    return proposal


@transaction.atomic
def proposal_reject(*, actor: Actor, now: datetime, proposal_id: int, reason: str) -> Proposal:
    """Turn a submitted proposal down, saying why. Publishes ProposalRejected.

    Raises ProposalNotFound, ProposalStateRefused, ReasonRequired and what `authority_require`
    raises.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.REJECT)
    case = case_of(proposal)
    authority = authority_require(actor=actor, now=now, case=case)
    proposal.reason = reason_given(reason)
    proposal.decided_by_id, proposal.decided_at = actor.id, now
    _decide(case, authority, DecisionKind.REJECTED, actor=actor, now=now, reason=proposal.reason)
    proposal_move(proposal, ProposalAction.REJECT, actor=actor, now=now, reason=proposal.reason)
    outbox.publish(
        ProposalRejected(
            **_told(proposal),
            rejected_by_id=person_of(actor),
            total=proposal.total,
            reason=proposal.reason,
        )
    )
    return proposal


@transaction.atomic
def proposal_request_changes(
    *,
    actor: Actor,
    now: datetime,
    proposal_id: int,
    reason: str,
    remarks: Mapping[int, str] | None = None,
) -> Proposal:
    """Give a submitted proposal back, saying what to change; it is edited and submitted again.

    remarks: line id -> what to change about it. Publishes ProposalChangesRequested.

    Raises ProposalNotFound, ProposalStateRefused, ReasonRequired, RemarkRefused (no such line)
    and what `authority_require` raises.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.REQUEST_CHANGES)
    case = case_of(proposal)
    authority = authority_require(actor=actor, now=now, case=case)
    proposal.reason = reason_given(reason)
    _decide(
        case,
        authority,
        DecisionKind.CHANGES_REQUESTED,
        actor=actor,
        now=now,
        reason=proposal.reason,
        remarks=_remarks(proposal, remarks or {}),
    )
    proposal_move(
        proposal, ProposalAction.REQUEST_CHANGES, actor=actor, now=now, reason=proposal.reason
    )
    outbox.publish(
        ProposalChangesRequested(
            **_told(proposal), requested_changes_by_id=person_of(actor), reason=proposal.reason
        )
    )
    return proposal


def _approve(case: Case, lines: Sequence[ProposalLine], *, actor: Actor, now: datetime) -> None:
    proposal = case.proposal
    proposal.decided_by_id, proposal.decided_at = actor.id, now
    proposal_move(proposal, ProposalAction.APPROVE, actor=actor, now=now)
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
    with _saying_what_there_was(case):
        commitment_create(actor=actor, now=now, **source, amount=proposal.total)
    outbox.publish(
        ProposalApproved(**_told(proposal), approved_by_id=person_of(actor), total=proposal.total)
    )
    proposal_pk = proposal.pk
    transaction.on_commit(lambda: _kick_worker(proposal_pk), robust=True)


def _endorse(case: Case, *, actor: Actor, now: datetime) -> None:
    """The first of two approvals is given: the second person is waited for."""
    proposal = case.proposal
    with _saying_what_there_was(case):
        commitment_foresee(amount=proposal.total)
    proposal_move(proposal, ProposalAction.ENDORSE, actor=actor, now=now)
    outbox.publish(
        ProposalEndorsed(
            **_told(proposal),
            endorsed_by_id=person_of(actor),
            total=proposal.total,
            approver_ids=people_able(now=now, case=case_of(proposal)),
        )
    )


@contextmanager
def _saying_what_there_was(case: Case) -> Iterator[None]:
    """Where the money is not there: what there was when it was submitted is told as well."""
    try:
        yield
    except InsufficientCapital as refusal:
        then = case.submission.capital_available
        refusal.extra["available_when_submitted"] = format_money(then)
        raise


def _decide(
    case: Case,
    authority: Authority,
    decision: DecisionKind,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    remarks: Sequence[Mapping[str, Any]] = (),
) -> None:
    ApprovalDecision.objects.create(
        step=case.step,
        submission=case.submission,
        decision=decision,
        decided_by_id=person_of(actor),
        decided_at=now,
        on_behalf_of_id=authority.on_behalf_of_id,
        delegation_id=authority.delegation_id,
        requested_by_id=case.proposal.requested_by_id,
        submitted_by_id=case.submission.submitted_by_id,
        reason=reason,
        remarks=list(remarks),
    )


def _remarks(proposal: Proposal, remarks: Mapping[int, str]) -> list[dict[str, Any]]:
    lines = dict(proposal.lines.values_list("pk", "product_id"))
    problems = [
        FieldProblem(
            f"remarks.{index}.line_id",
            "unknown",
            _("There is no line %(id)d in this proposal.") % {"id": line_id},
        )
        for index, line_id in enumerate(remarks)
        if line_id not in lines
    ]
    if problems:
        raise RemarkRefused(errors=problems)
    return [
        {"line_id": line_id, "product_id": lines[line_id], "remark": remark.strip()}
        for line_id, remark in remarks.items()
    ]


def _refuse_stricter_rules(case: Case, products: Mapping[int, ProductSummary]) -> None:
    """Rules that became stricter since the submission hold for it too: it is submitted again."""
    proposal = case.proposal
    then = [tuple(step.role_codes) for step in case.steps]
    present = route_of(
        total=proposal.total, supplier_id=proposal.supplier_id, products=products.values()
    )
    if stricter_now(present, then):
        raise ApprovalRulesStricter(
            extra={
                "steps_then": [list(roles) for roles in then],
                "steps_now": [list(step.role_codes) for step in present],
            }
        )


def _told(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal_id": proposal.pk,
        "number": proposal.number,
        "supplier_name": proposal.supplier.name,
        "requested_by_id": proposal.requested_by_id,
        "submitted_by_id": proposal.submitted_by_id or proposal.requested_by_id,
    }


def _kick_worker(proposal_id: int) -> None:
    from purchases.tasks import apply_proposal  # the task imports the services

    apply_proposal.delay(proposal_id)
