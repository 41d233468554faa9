"""Reading proposals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from capital.public import capital_summary
from inventory.public import products_by_id
from purchases.errors import ProposalBuildNotFound, ProposalNotFound
from purchases.models import (
    ApprovalStep,
    CreditOverride,
    Proposal,
    ProposalBuild,
    ProposalChange,
    ProposalLine,
    ProposalState,
    ProposalSubmission,
)
from purchases.selectors.filters import given
from purchases.selectors.order_limits import LimitFinding, proposals_limits
from purchases.selectors.staleness import LineCheck, lines_check


def proposals(
    *,
    state: str = "",
    supplier_id: int | None = None,
    build_id: int | None = None,
    requested_by_id: int | None = None,
) -> QuerySet[Proposal]:
    wanted = {
        "state": state or None,
        "supplier_id": supplier_id,
        "build_id": build_id,
        "requested_by_id": requested_by_id,
    }
    return Proposal.objects.select_related(
        "supplier", "requested_by", "submitted_by", "decided_by", "order"
    ).filter(**given(wanted))


def proposal_by_id(proposal_id: int) -> Proposal:
    """One proposal with its lines. Raises ProposalNotFound."""
    found = proposals().filter(pk=proposal_id).prefetch_related(*_PARTS).first()
    if found is None:
        raise ProposalNotFound
    return found


# What a proposal is shown with: its lines, and the steps of all its submissions, newest first.
_PARTS = (
    Prefetch("lines", ProposalLine.objects.order_by("position")),
    Prefetch("submissions", ProposalSubmission.objects.order_by("-version")),
    Prefetch("credit_overrides", CreditOverride.objects.select_related("overridden_by")),
    Prefetch(
        "submissions__steps",
        ApprovalStep.objects.select_related(
            "policy", "decision__decided_by", "decision__on_behalf_of"
        ).order_by("number"),
    ),
)


def proposal_changes(proposal_id: int) -> QuerySet[ProposalChange]:
    """Everything that happened to a proposal. Raises ProposalNotFound."""
    if not Proposal.objects.filter(pk=proposal_id).exists():
        raise ProposalNotFound
    return ProposalChange.objects.filter(proposal_id=proposal_id).select_related("changed_by")


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether a proposal still rests on what holds now.

    lines: those that do not. capital_when_submitted: None before the first submission. limits:
    what of the supplier's terms it does not meet, or costs more.
    """

    version: int
    total: Decimal
    lines: Sequence[LineCheck]
    capital_available: Decimal
    capital_when_submitted: Decimal | None
    limits: Sequence[LimitFinding]

    @property
    def fresh(self) -> bool:
        return not self.lines


def proposal_freshness(proposal_id: int, *, now: datetime) -> Freshness:
    """What changed under a proposal's lines; without locks, for looking. Raises ProposalNotFound.

    A submitted one is compared with what it was submitted on. A constant number of queries.
    """
    proposal = proposal_by_id(proposal_id)
    lines = list(proposal.lines.all())
    submission = next(iter(proposal.submissions.all()), None)
    rested_on = None
    if submission is not None and proposal.state == ProposalState.SUBMITTED:
        rested_on = {row["line_id"]: row for row in submission.lines}
    products = products_by_id({line.product_id for line in lines})
    checks = lines_check(proposal, lines, products=products, now=now, rested_on=rested_on)
    return Freshness(
        version=proposal.version,
        total=proposal.total,
        lines=[check for check in checks if check.stale],
        capital_available=capital_summary().available,
        capital_when_submitted=None if submission is None else submission.capital_available,
        limits=proposals_limits([proposal])[proposal.pk],
    )


def build_by_id(build_id: int) -> ProposalBuild:
    """One build with its proposals and their lines. Raises ProposalBuildNotFound."""
    made = proposals().prefetch_related(*_PARTS).order_by("pk")
    found = (
        ProposalBuild.objects.filter(pk=build_id)
        .prefetch_related(Prefetch("proposals", made))
        .first()
    )
    if found is None:
        raise ProposalBuildNotFound
    return found


def proposal_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these proposals, by id as text; unknown ids are absent. One query."""
    known = Proposal.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}
