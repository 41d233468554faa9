"""Writing down what happened to a proposal, line by line; rows nobody changes again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.audit import Actor
from purchases.models import ChangeKind, Proposal, ProposalChange, ProposalLine


def state_changed(
    proposal: Proposal, *, before: str, actor: Actor, now: datetime, reason: str = "", **facts: Any
) -> None:
    """The proposal came from state ``before`` to its present one. facts: JSON values."""
    ProposalChange.objects.create(
        proposal=proposal,
        version=proposal.version,
        kind=ChangeKind.STATE_CHANGED,
        before={"state": str(before)},
        after={"state": str(proposal.state), **facts},
        reason=reason,
        changed_by_id=actor.id,
        changed_at=now,
    )


def line_change(
    proposal: Proposal,
    kind: ChangeKind,
    line: ProposalLine,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> ProposalChange:
    """A row, not yet saved, about one line.

    before, after: `purchases.figures.line_figures`, None where there is no line.
    """
    return ProposalChange(
        proposal=proposal,
        version=proposal.version,
        kind=kind,
        position=line.position,
        product_id=line.product_id,
        before=before,
        after=after,
        reason=reason,
        changed_by_id=actor.id,
        changed_at=now,
    )
