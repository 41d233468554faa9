"""Buying a line elsewhere, and bringing all lines to present prices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from core import audit
from core.audit import Actor
from core.db import lock
from core.models import local_date
from core.numbering import next_number
from inventory.public import products_by_id
from purchases.errors import ProductProposedAlready, SourceNotUsable
from purchases.figures import line_figures
from purchases.models import (
    ChangeKind,
    OfferLine,
    Proposal,
    ProposalChange,
    ProposalLine,
    ProposalState,
)
from purchases.people import reason_given
from purchases.selectors.comparison import compare
from purchases.selectors.sources import Source
from purchases.selectors.staleness import LineCheck, lines_check
from purchases.services.proposals.history import line_change
from purchases.services.proposals.line_writing import (
    FIGURES_OF_LINE,
    line_write,
    lines_changed,
    position_next,
)
from purchases.services.proposals.lines import locked_line, usable_source
from purchases.services.proposals.proposals import expiry_of, locked_proposal
from purchases.services.proposals.repricing import (
    line_put_in,
    line_rest_on,
    line_taken_out,
    mixes_note,
)
from purchases.services.suppliers.price_gate import prices_lock
from purchases.states import ProposalAction


@transaction.atomic
def proposal_line_switch(
    *,
    actor: Actor,
    now: datetime,
    proposal_id: int,
    line_id: int,
    offer_line_id: int,
    reason: str,
) -> Proposal:
    """Buy the same packs of a line's product from another present offer line, saying why.

    Of the same supplier: the line changes. Of another: it moves to that supplier's draft of the
    same build, which is made where there is none. Returns the proposal the line is in then.

    Raises ProposalNotFound, ProposalStateRefused, ProposalLineNotFound, OfferLineNotFound,
    SourceNotUsable, ProductProposedAlready, QuantityOutOfRange, ReasonRequired.
    """
    _lock_both(proposal_id, offer_line_id)
    proposal, line = locked_line(proposal_id, line_id)
    reason = reason_given(reason)
    source = usable_source(offer_line_id, now=now)
    if source.product_id != line.product_id:
        raise SourceNotUsable(extra={"reason": "other_product"})
    if source.line.offer.supplier_id != proposal.supplier_id:
        return _move(proposal, line, source, actor=actor, now=now, reason=reason)
    line_rest_on(
        proposal, ChangeKind.SOURCE_CHANGED, line, source,
        packs=line.packs, actor=actor, now=now, reason=reason,
    )  # fmt: skip
    return proposal


@transaction.atomic
def proposal_refresh(*, actor: Actor, now: datetime, proposal_id: int) -> Proposal:
    """Bring every line to what its supplier asks now; the packs stay, the days to decide restart.

    What cannot be bought there any more stays as it is, to be switched or removed. A constant
    number of queries. Raises ProposalNotFound, ProposalStateRefused.
    """
    proposal = locked_proposal(proposal_id, ProposalAction.REFRESH)
    prices_lock(proposal.supplier_id)
    lines = list(proposal.lines.select_related("offer_line__offer").order_by("position"))
    products = products_by_id({line.product_id for line in lines})
    stale = [
        check
        for check in lines_check(proposal, lines, products=products, now=now)
        if check.stale and check.product.purchasable
    ]
    changes = _brought_to_present(proposal, stale, actor=actor, now=now)
    if changes:
        mixes_note(lines, products, today=local_date(now))
        ProposalLine.objects.bulk_update(lines, FIGURES_OF_LINE)
        proposal.expires_at = expiry_of(now)
        lines_changed(proposal, changes, actor=actor)
    return proposal


def _brought_to_present(
    proposal: Proposal, checks: Sequence[LineCheck], *, actor: Actor, now: datetime
) -> list[ProposalChange]:
    """The lines as they are now, not yet saved, and what the history says of them."""
    offered = [(check.line, check.offered) for check in checks if check.offered is not None]
    comparisons = compare({line.product_id: new.quote.quantity for line, new in offered}, now=now)
    by_product = {comparison.product.id: comparison for comparison in comparisons}
    changes = []
    for line, new in offered:
        before = line_figures(line)
        line_write(line, new.source, new.quote, by_product[line.product_id])
        changes.append(
            line_change(
                proposal,
                ChangeKind.LINE_REFRESHED,
                line,
                before=before,
                after=line_figures(line),
                actor=actor,
                now=now,
            )
        )
    return changes


def _move(
    proposal: Proposal,
    line: ProposalLine,
    source: Source,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
) -> Proposal:
    target = _draft_of(proposal, source.line.offer.supplier_id) or _draft_new(
        proposal, source.line.offer.supplier_id, actor=actor, now=now
    )
    if target.lines.filter(product_id=line.product_id).exists():
        raise ProductProposedAlready(extra={"proposal": target.number})
    before = line_figures(line)
    moved = ProposalLine(
        proposal=target,
        position=position_next(target),
        product_id=line.product_id,
        packs=line.packs,
        why=line.why,
    )
    line_put_in(
        target, ChangeKind.LINE_MOVED_IN, moved, source,
        before=before, actor=actor, now=now, reason=reason,
    )  # fmt: skip
    line_taken_out(proposal, ChangeKind.LINE_MOVED_OUT, line, actor=actor, now=now, reason=reason)
    return target


def _lock_both(proposal_id: int, offer_line_id: int) -> None:
    """Lock the proposal and the draft a line may move to, in primary-key order."""
    build = Proposal.objects.filter(pk=proposal_id).values("build_id")
    supplier = OfferLine.objects.filter(pk=offer_line_id).values("offer__supplier_id")
    lock(
        Proposal.objects.filter(
            Q(pk=proposal_id)
            | Q(
                build__in=build,
                supplier__in=supplier,
                state=ProposalState.DRAFT,
            )
        )
    )


def _draft_of(proposal: Proposal, supplier_id: int) -> Proposal | None:
    found = lock(
        Proposal.objects.select_related("supplier").filter(
            build_id=proposal.build_id, supplier_id=supplier_id, state=ProposalState.DRAFT
        )
    )
    return found[0] if found else None


def _draft_new(proposal: Proposal, supplier_id: int, *, actor: Actor, now: datetime) -> Proposal:
    """A draft beside the proposal, asked for by whoever asked for that."""
    draft = Proposal.objects.create(
        number=next_number("PP", on=local_date(now)),
        build_id=proposal.build_id,
        supplier_id=supplier_id,
        requested_by_id=proposal.requested_by_id,
        expires_at=expiry_of(now),
    )
    audit.record(
        actor=actor,
        action="purchases.proposal_built",
        subject=draft,
        changes={"build_id": draft.build_id, "beside": proposal.number},
    )
    return draft
