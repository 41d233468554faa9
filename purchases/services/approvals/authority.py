"""Who may decide on a step of an approval: by own right, or in somebody's stead.

Own right: the permission to approve, through a role the step asks for, within that role's limit.
In somebody's stead: a delegation in force from a person who has that right himself; it cannot be
passed on, and only somebody who may approve at all can be a substitute. Nobody decides, for
himself or for another, on what either of them asked for, changed or submitted; nobody decides
twice, so that two approvals are of two people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import DomainError
from core.money import currency, format_money
from inventory.public import ProductSummary
from purchases.errors import (
    AmendmentNeedsTwo,
    ApprovalLimitExceeded,
    ApproverDecidedAlready,
    ApproverIsRequester,
    ApproverRoleRefused,
)
from purchases.models import (
    ApprovalDecision,
    ApprovalDelegation,
    ApprovalLimit,
    ApprovalStep,
    ChangeKind,
    Proposal,
    ProposalChange,
    ProposalSubmission,
)
from purchases.services.approvals.routes import route_of
from rbac.public import role_codes_granting, users_with_permission

APPROVE = "purchases.approve"


@dataclass(frozen=True, slots=True)
class Case:
    """A submitted proposal before whoever decides: the step it waits at, and what was decided.

    involved: ids of those who asked for it, changed it or submitted it.
    """

    proposal: Proposal
    submission: ProposalSubmission
    steps: Sequence[ApprovalStep]
    decisions: Sequence[ApprovalDecision]
    involved: frozenset[int]

    @property
    def step(self) -> ApprovalStep:
        return self.steps[len(self.decisions)]

    @property
    def is_last(self) -> bool:
        return len(self.decisions) + 1 == len(self.steps)

    @property
    def decided(self) -> frozenset[int]:
        """Ids of those who decided on an earlier step, or in whose stead it was decided."""
        people = [(one.decided_by_id, one.on_behalf_of_id) for one in self.decisions]
        return frozenset(person for pair in people for person in pair if person is not None)


@dataclass(frozen=True, slots=True)
class Authority:
    """By what right a person decides: own, or in another's stead by a delegation."""

    on_behalf_of_id: int | None = None
    delegation_id: int | None = None


class Rights:
    """Who may approve, through which roles, up to which amounts; as it is now. Three queries."""

    def __init__(self) -> None:
        self._roles = role_codes_granting(APPROVE)
        self.people = frozenset(users_with_permission(APPROVE))
        self._limits: Mapping[str, Decimal] = dict(
            ApprovalLimit.objects.values_list("role_code", "amount")
        )

    def refusal(
        self, person_id: int, *, role_codes: Iterable[str], total: Decimal
    ) -> DomainError | None:
        """Why a person may not approve `total` at a step that asks for these roles, if so.

        Of several roles the most generous counts; a role without a limit has none, and neither
        have superusers, who need no role.
        """
        asked = set(role_codes)
        if person_id not in self.people:
            return _role_refused(asked)
        roles = self._roles.get(person_id)
        if roles is None:
            return None
        counting = roles & asked if asked else roles
        if not counting:
            return _role_refused(asked)
        limits = [self._limits.get(role) for role in counting]
        most = max((limit for limit in limits if limit is not None), default=None)
        if None in limits or most is None or total <= most:
            return None
        return _limit_exceeded(most, total)


def case_of(proposal: Proposal) -> Case:
    """The case of a submitted proposal. Call under its lock."""
    submission = proposal.submissions.order_by("-version")[0]
    return Case(
        proposal=proposal,
        submission=submission,
        steps=list(submission.steps.order_by("number")),
        decisions=list(submission.decisions.order_by("step__number")),
        involved=people_involved(proposal),
    )


def people_involved(proposal: Proposal) -> frozenset[int]:
    """Ids of those who asked for a proposal, changed its lines or submitted it, ever."""
    editors = (
        ProposalChange.objects.filter(proposal=proposal, changed_by__isnull=False)
        .exclude(kind=ChangeKind.STATE_CHANGED)
        .values_list("changed_by_id", flat=True)
    )
    submitters = proposal.submissions.values_list("submitted_by_id", flat=True)
    return frozenset({proposal.requested_by_id, *editors, *submitters})


def authority_require(*, actor: Actor, now: datetime, case: Case) -> Authority:
    """By what right the actor decides on the step the case waits at.

    Raises ApproverIsRequester, ApproverDecidedAlready, ApproverRoleRefused,
    ApprovalLimitExceeded.
    """
    if actor.id is None:
        raise ValueError("people decide on proposals")
    if actor.id in case.involved:
        raise ApproverIsRequester
    if actor.id in case.decided:
        raise ApproverDecidedAlready
    rights = Rights()
    step, total = case.step, case.proposal.total
    refusal = rights.refusal(actor.id, role_codes=step.role_codes, total=total)
    if refusal is None:
        return Authority()
    if actor.id in rights.people:
        for delegation in delegations_in_force(now=now, delegate_id=actor.id):
            if _covers(delegation, case, rights):
                return Authority(delegation.delegator_id, delegation.pk)
    raise refusal


def growth_authority_require(
    *,
    actor: Actor,
    proposal: Proposal,
    total: Decimal,
    products: Iterable[ProductSummary],
) -> None:
    """The actor may let the order of a proposal grow to `total` (money) alone, by own right.

    The rules of approval and the limits hold for the grown order as they would for a proposal of
    that total. Raises ApproverIsRequester, AmendmentNeedsTwo, ApproverRoleRefused,
    ApprovalLimitExceeded.
    """
    if actor.id is None or actor.id in people_involved(proposal):
        raise ApproverIsRequester
    route = route_of(total=total, supplier_id=proposal.supplier_id, products=products)
    if len(route) > 1:
        raise AmendmentNeedsTwo
    refusal = Rights().refusal(actor.id, role_codes=route[0].role_codes, total=total)
    if refusal is not None:
        raise refusal


def people_able(*, now: datetime, case: Case) -> list[int]:
    """Ids of those who may decide on the step the case waits at, ascending. Four queries."""
    rights = Rights()
    step, total = case.step, case.proposal.total
    barred = case.involved | case.decided
    able = {
        person
        for person in rights.people
        if rights.refusal(person, role_codes=step.role_codes, total=total) is None
    }
    able |= {
        delegation.delegate_id
        for delegation in delegations_in_force(now=now)
        if delegation.delegate_id in rights.people and _covers(delegation, case, rights)
    }
    return sorted(able - barred)


def delegations_in_force(
    *, now: datetime, delegate_id: int | None = None
) -> list[ApprovalDelegation]:
    """Delegations that hold at `now`, oldest first."""
    found = ApprovalDelegation.objects.filter(
        starts_at__lte=now, ends_at__gt=now, revoked_at__isnull=True
    ).order_by("pk")
    if delegate_id is not None:
        found = found.filter(delegate_id=delegate_id)
    return list(found)


def _covers(delegation: ApprovalDelegation, case: Case, rights: Rights) -> bool:
    total = case.proposal.total
    if delegation.delegator_id in case.involved | case.decided:
        return False
    if delegation.amount is not None and total > delegation.amount:
        return False
    refusal = rights.refusal(delegation.delegator_id, role_codes=case.step.role_codes, total=total)
    return refusal is None


def _role_refused(asked: Iterable[str]) -> ApproverRoleRefused:
    return ApproverRoleRefused(extra={"roles": sorted(asked)})


def _limit_exceeded(most: Decimal, total: Decimal) -> ApprovalLimitExceeded:
    words = {"most": format_money(most), "currency": currency()}
    return ApprovalLimitExceeded(
        _("You may approve up to %(most)s %(currency)s.") % words,
        extra={"maximum": format_money(most), "requested": format_money(total)},
    )
