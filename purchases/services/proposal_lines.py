"""Editing the lines of a proposal while it is a draft."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from core import audit
from core.audit import Actor
from purchases.deals import from_json
from purchases.errors import ProposalLineNotFound, QuantityOutOfRange
from purchases.models import OfferLine, Proposal, ProposalLine
from purchases.quotes import PackPrice, Quote, pack_price, quote
from purchases.selectors.comparison import compare
from purchases.services.proposals import locked_proposal
from purchases.states import ProposalAction
from purchases.wording import why


@transaction.atomic
def proposal_line_update(
    *, actor: Actor, now: datetime, proposal_id: int, line_id: int, packs: int
) -> Proposal:
    """Buy another number of packs (> 0) in a draft; free goods and cost follow from the deal.

    Raises ProposalNotFound, ProposalStateRefused, ProposalLineNotFound, QuantityOutOfRange.
    """
    proposal, line = _locked_line(proposal_id, line_id)
    price = _price_of(line.offer_line)
    if price is None:
        raise QuantityOutOfRange
    new = quote(price, packs=packs, purchase_units=line.purchase_units)
    if new is None:
        raise QuantityOutOfRange
    before = {"packs": line.packs, "amount": line.amount}
    figures = _figures_after_edit(line, price, new, now=now)
    quote_write(line, price, new)
    line.why = figures
    line.save()
    _refresh_total(proposal)
    audit.record(
        actor=actor,
        action="purchases.proposal_line_changed",
        subject=proposal,
        changes={
            "product_id": line.product_id,
            "packs": [before["packs"], line.packs],
            "amount": [before["amount"], line.amount],
        },
    )
    return proposal


@transaction.atomic
def proposal_line_remove(
    *, actor: Actor, now: datetime, proposal_id: int, line_id: int
) -> Proposal:
    """Leave a product out of a draft.

    Raises ProposalNotFound, ProposalStateRefused, ProposalLineNotFound.
    """
    proposal, line = _locked_line(proposal_id, line_id)
    facts = {"product_id": line.product_id, "packs": line.packs, "amount": line.amount}
    line.delete()
    _refresh_total(proposal)
    audit.record(
        actor=actor,
        action="purchases.proposal_line_removed",
        subject=proposal,
        changes=facts,
    )
    return proposal


def quote_write(line: ProposalLine, price: PackPrice, new: Quote) -> None:
    """Give a line the figures of a purchase."""
    line.packs, line.free_packs = new.packs, new.free_packs
    line.pack_price, line.discount_percent = price.price, price.discount_percent
    line.amount, line.true_unit_cost = new.amount, new.true_unit_cost


def _price_of(line: OfferLine) -> PackPrice | None:
    return pack_price(
        list_price=line.list_price,
        public_price=line.public_price,
        discount_percent=line.discount_percent,
        deal=from_json(line.deal),
    )


def _figures_after_edit(
    line: ProposalLine, price: PackPrice, new: Quote, *, now: datetime
) -> dict[str, Any]:
    """The same need, the new quantity, and what others would ask for as many units."""
    comparison = compare({line.product_id: new.quantity}, now=now)[0]
    supplier_id = line.offer_line.offer.supplier_id
    rivals = [
        rival for rival in comparison.quotes if rival.source.line.offer.supplier_id != supplier_id
    ]
    figures = why(
        need=line.why["need"],
        chosen=line.offer_line,
        price=price,
        quote=new,
        rivals=rivals,
        excluded=comparison.excluded,
    )
    return {**figures, "packs_proposed": line.why.get("packs_proposed", line.packs)}


def _locked_line(proposal_id: int, line_id: int) -> tuple[Proposal, ProposalLine]:
    proposal = locked_proposal(proposal_id, ProposalAction.EDIT)
    line = (
        ProposalLine.objects.select_related("offer_line__offer")
        .filter(proposal=proposal, pk=line_id)
        .first()
    )
    if line is None:
        raise ProposalLineNotFound
    return proposal, line


def _refresh_total(proposal: Proposal) -> None:
    total = proposal.lines.aggregate(total=Sum("amount"))["total"]
    proposal.total = total or Decimal(0)
    proposal.save(update_fields=["total", "updated_at"])
