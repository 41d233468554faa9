"""Editing the lines of a proposal while it is a draft or was given back for changes.

Every change is kept: who, when, what, the figures before and after, and why
(`purchases.services.proposals.line_writing`); the proposal's version grows with it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.audit import Actor
from inventory.public import products_by_id, stock_positions
from purchases.errors import (
    OfferLineNotFound,
    ProductProposedAlready,
    ProposalLineNotFound,
    SourceNotUsable,
)
from purchases.models import ChangeKind, OfferLine, Proposal, ProposalLine
from purchases.people import reason_given
from purchases.selectors.sources import Source, sources_of
from purchases.services.proposals.line_writing import position_next
from purchases.services.proposals.proposals import locked_proposal
from purchases.services.proposals.repricing import (
    line_put_in,
    line_rest_on,
    line_taken_out,
)
from purchases.states import ProposalAction


@transaction.atomic
def proposal_line_add(
    *,
    actor: Actor,
    now: datetime,
    proposal_id: int,
    offer_line_id: int,
    packs: int,
    reason: str = "",
) -> Proposal:
    """Buy a further product by hand: packs (> 0) from a present offer line of the supplier.

    Lines it may be mixed with are re-priced with it.

    Raises ProposalNotFound, ProposalStateRefused, OfferLineNotFound, SourceNotUsable,
    ProductProposedAlready, QuantityOutOfRange.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.EDIT)
    source = usable_source(offer_line_id, now=now)
    if source.line.offer.supplier_id != proposal.supplier_id:
        raise SourceNotUsable(extra={"reason": "other_supplier"})
    line = _line_new(proposal, source, packs=packs, now=now)
    line_put_in(
        proposal, ChangeKind.LINE_ADDED, line, source,
        before=None, actor=actor, now=now, reason=reason,
    )  # fmt: skip
    return proposal


@transaction.atomic
def proposal_line_update(
    *,
    actor: Actor,
    now: datetime,
    proposal_id: int,
    line_id: int,
    packs: int,
    free_packs: int | None = None,
    reason: str = "",
) -> Proposal:
    """Buy another number of packs (> 0); free goods and cost follow from the deal, also of lines
    it is mixed with. free_packs: how many to take in this line of those its mix earns, which are
    the buyer's choice; without it they stay where they are, and what comes or goes is shared out.

    Raises ProposalNotFound, ProposalStateRefused, ProposalLineNotFound, SourceNotUsable,
    QuantityOutOfRange, FreePacksRefused.
    """
    proposal, line = locked_line(proposal_id, line_id)
    source = usable_source(line.offer_line_id, now=now)
    line_rest_on(
        proposal, ChangeKind.QUANTITY_CHANGED, line, source,
        packs=packs, free_packs=free_packs, actor=actor, now=now, reason=reason,
    )  # fmt: skip
    return proposal


@transaction.atomic
def proposal_line_remove(
    *, actor: Actor, now: datetime, proposal_id: int, line_id: int, reason: str
) -> Proposal:
    """Leave a product out, saying why; what it was mixed with earns what it earns without it.

    Raises ProposalNotFound, ProposalStateRefused, ProposalLineNotFound, ReasonRequired.
    """
    proposal, line = locked_line(proposal_id, line_id)
    reason = reason_given(reason)
    line_taken_out(proposal, ChangeKind.LINE_REMOVED, line, actor=actor, now=now, reason=reason)
    return proposal


def locked_line(proposal_id: int, line_id: int) -> tuple[Proposal, ProposalLine]:
    """A proposal that may be edited, locked, with one of its lines.

    Raises ProposalNotFound, ProposalStateRefused, ProposalLineNotFound.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.EDIT)
    line = (
        ProposalLine.objects.select_related("offer_line__offer")
        .filter(proposal=proposal, pk=line_id)
        .first()
    )
    if line is None:
        raise ProposalLineNotFound
    return proposal, line


def usable_source(offer_line_id: int, *, now: datetime) -> Source:
    """The offer line as a present source of its product. Raises OfferLineNotFound,
    SourceNotUsable (extra: reason, as in comparisons)."""
    line = OfferLine.objects.filter(pk=offer_line_id).first()
    if line is None:
        raise OfferLineNotFound
    if line.product_id is None:
        raise SourceNotUsable(extra={"reason": "line_under_review"})
    found = sources_of([line.product_id], now=now)[line.product_id]
    source = next((one for one in found if one.line.pk == offer_line_id), None)
    if source is None:
        raise SourceNotUsable(extra={"reason": "offer_stale"})
    if source.exclusion is not None or source.price is None:
        raise SourceNotUsable(extra={"reason": str(source.exclusion)})
    return source


def _line_new(proposal: Proposal, source: Source, *, packs: int, now: datetime) -> ProposalLine:
    """A line without figures, not yet saved, behind the proposal's others.

    Raises ProductProposedAlready, SourceNotUsable (the product may not be bought).
    """
    if proposal.lines.filter(product_id=source.product_id).exists():
        raise ProductProposedAlready(extra={"proposal": proposal.number})
    if not products_by_id([source.product_id])[source.product_id].purchasable:
        raise SourceNotUsable(extra={"reason": "product_not_purchasable"})
    need = stock_positions(product_ids=[source.product_id], now=now)[0]
    return ProposalLine(
        proposal=proposal,
        position=position_next(proposal),
        product_id=source.product_id,
        packs=packs,
        why={
            "need": {
                "needed": need.needed,
                "available": need.available,
                "incoming": need.incoming,
                "min_stock": need.min_stock,
                "max_stock": need.max_stock,
            }
        },
    )
