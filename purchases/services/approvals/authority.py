"""Who may decide on a step of an approval: by own right, or in somebody's stead.

Own right: the permission to approve, through a role the step asks for, within that role's limit.
In somebody's stead: a delegation in force from a person who has that right himself; it cannot be
passed on, and only somebody who may approve at all can be a substitute. Nobody decides, for
himself or for another, on what either of them asked for, changed or submitted; nobody decides
twice, so that two approvals are of two people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    [case] = cases_of([proposal])
    return case


def cases_of(proposals: Collection[Proposal]) -> list[Case]:
    """The cases of submitted proposals, in their order; a constant number of queries."""
    latest = {
        submission.proposal_id: submission
        for submission in ProposalSubmission.objects.filter(proposal__in=proposals)
        .order_by("proposal_id", "-version")
        .distinct("proposal_id")
    }
    steps: defaultdict[int, list[ApprovalStep]] = defaultdict(list)
    for step in ApprovalStep.objects.filter(submission__in=latest.values()).order_by("number"):
        steps[step.submission_id].append(step)
    decisions: defaultdict[int, list[ApprovalDecision]] = defaultdict(list)
    taken = ApprovalDecision.objects.filter(submission__in=latest.values())
    for decision in taken.order_by("step__number"):
        decisions[decision.submission_id].append(decision)
    involved = people_involved(proposals)
    return [
        Case(
            proposal=proposal,
            submission=(submission := latest[proposal.pk]),
            steps=steps[submission.pk],
            decisions=decisions[submission.pk],
            involved=involved[proposal.pk],
        )
        for proposal in proposals
    ]


def people_involved(proposals: Collection[Proposal]) -> dict[int, frozenset[int]]:
    """By proposal: ids of those who asked for it, changed its lines or submitted it, ever."""
    people = {proposal.pk: {proposal.requested_by_id} for proposal in proposals}
    editors = (
        ProposalChange.objects.filter(proposal__in=proposals, changed_by__isnull=False)
        .exclude(kind=ChangeKind.STATE_CHANGED)
        .values_list("proposal_id", "changed_by_id")
        .distinct()
    )
    submitters = ProposalSubmission.objects.filter(proposal__in=proposals)
    for pk, person in (*editors, *submitters.values_list("proposal_id", "submitted_by_id")):
        people[pk].add(person)
    return {pk: frozenset(those) for pk, those in people.items()}


def authority_require(*, actor: Actor, now: datetime, case: Case) -> Authority:
    """By what right the actor decides on the step the case waits at.

    Raises ApproverIsRequester, ApproverDecidedAlready, ApproverRoleRefused,
    ApprovalLimitExceeded.
    """
    if actor.id is None:
        raise ValueError("people decide on proposals")
    standing = _Standing.of(actor.id, now)
    refusal = standing.refusal(case)
    if refusal is None:
        return Authority()
    delegation = standing.delegation_for(case)
    if delegation is None:
        raise refusal
    return Authority(delegation.delegator_id, delegation.pk)


def decidable(*, person_id: int, now: datetime, proposals: Collection[Proposal]) -> set[int]:
    """Ids of those submitted proposals that the person may decide on now, for himself or another.

    A constant number of queries, none for no proposals.
    """
    if not proposals:
        return set()
    standing = _Standing.of(person_id, now)
    return {
        case.proposal.pk
        for case in cases_of(proposals)
        if standing.refusal(case) is None or standing.delegation_for(case) is not None
    }


@dataclass(frozen=True, slots=True)
class _Standing:
    """One person before the cases: his own rights, and the delegations given to him."""

    person_id: int
    rights: Rights
    delegations: Sequence[ApprovalDelegation]

    @classmethod
    def of(cls, person_id: int, now: datetime) -> _Standing:
        return cls(person_id, Rights(), delegations_in_force(now=now, delegate_id=person_id))

    def refusal(self, case: Case) -> DomainError | None:
        """Why he may not decide by his own right, if so."""
        if self.person_id in case.involved:
            return ApproverIsRequester()
        if self.person_id in case.decided:
            return ApproverDecidedAlready()
        return self.rights.refusal(
            self.person_id, role_codes=case.step.role_codes, total=case.proposal.total
        )

    def delegation_for(self, case: Case) -> ApprovalDelegation | None:
        """By which he may decide in another's stead: the oldest. Never on what he had a hand in."""
        barred = case.involved | case.decided
        if self.person_id in barred or self.person_id not in self.rights.people:
            return None
        return next((one for one in self.delegations if _covers(one, case, self.rights)), None)


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
    if actor.id is None or actor.id in people_involved([proposal])[proposal.pk]:
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
