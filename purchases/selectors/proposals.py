"""Reading proposals."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Prefetch, QuerySet

from purchases.errors import ProposalBuildNotFound, ProposalNotFound
from purchases.models import (
    Proposal,
    ProposalBuild,
    ProposalLine,
)
from purchases.selectors.filters import given


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
    found = (
        proposals()
        .filter(pk=proposal_id)
        .prefetch_related(Prefetch("lines", ProposalLine.objects.order_by("position")))
        .first()
    )
    if found is None:
        raise ProposalNotFound
    return found


def build_by_id(build_id: int) -> ProposalBuild:
    """One build with its proposals and their lines. Raises ProposalBuildNotFound."""
    made = (
        proposals()
        .prefetch_related(Prefetch("lines", ProposalLine.objects.order_by("position")))
        .order_by("pk")
    )
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
