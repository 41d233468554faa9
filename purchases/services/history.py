"""Writing down what happened to a proposal, line by line; rows nobody changes again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.audit import Actor
from core.money import format_money
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
    """A row, not yet saved, about one line. before, after: `line_figures`, None where none is."""
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


def line_figures(line: ProposalLine) -> dict[str, Any]:
    """What a line buys and where, as JSON values: packs, money, source."""
    return {
        "offer_line_id": line.offer_line_id,
        "packs": line.packs,
        "free_packs": line.free_packs,
        "purchase_units": line.purchase_units,
        "pack_price": format_money(line.pack_price),
        "discount_percent": str(line.discount_percent.normalize() + 0),
        "amount": format_money(line.amount),
        "true_unit_cost": str(line.true_unit_cost),
    }
