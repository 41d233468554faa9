"""Writing lines of proposals: their figures, and what became of them in the history.

Nothing here asks whether it may be done; `purchases.services.proposals.lines` and
`purchases.services.proposals.moves` do. What a line comes to with those it is mixed with is worked
out in `purchases.services.proposals.repricing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Max, Sum

from core import audit
from core.audit import Actor
from purchases.models import Proposal, ProposalChange, ProposalLine
from purchases.quotes import PackPrice, Quote
from purchases.selectors.comparison import Comparison
from purchases.selectors.sources import Source
from purchases.wording import why


def position_next(proposal: Proposal) -> int:
    """A position no line of the proposal has or had."""
    last = proposal.lines.aggregate(last=Max("position"))["last"] or 0
    used = proposal.changes.aggregate(last=Max("position"))["last"] or 0
    return max(last, used) + 1


# What of an explanation outlives a change of the line.
_KEPT = ("need_figures", "packs_proposed")

# What `line_write` gives a line.
FIGURES_OF_LINE = [
    "offer_line", "packs", "free_packs", "purchase_units", "pack_price", "discount_percent",
    "amount", "true_unit_cost", "mix", "why",
]  # fmt: skip


def line_write(line: ProposalLine, source: Source, new: Quote, comparison: Comparison) -> None:
    """Let a line rest on this source and quotation.

    comparison: what others ask for as many units; for the explanation, which keeps the need.
    """
    price = source.price
    assert price is not None  # noqa: S101 - quoted from it
    supplier_id = source.line.offer.supplier_id
    figures = why(
        need=line.why["need"],
        chosen=source.line,
        price=price,
        quote=new,
        rivals=[
            rival
            for rival in comparison.quotes
            if rival.source.line.offer.supplier_id != supplier_id
        ],
        excluded=[one for one in comparison.excluded if one.line.pk != source.line.pk],
    )
    kept = {name: line.why[name] for name in _KEPT if name in line.why}
    line.why = {**figures, **kept}
    line.offer_line = source.line
    quote_write(line, price, new)


def quote_write(line: ProposalLine, price: PackPrice, new: Quote) -> None:
    """Give a line the figures of a purchase."""
    line.packs, line.free_packs = new.packs, new.free_packs
    line.purchase_units = new.purchase_units
    line.pack_price, line.discount_percent = price.price, price.discount_percent
    line.amount, line.true_unit_cost = new.amount, new.true_unit_cost


def lines_changed(proposal: Proposal, changes: Sequence[ProposalChange], *, actor: Actor) -> None:
    """After lines were written: the proposal's total and version, history and audit."""
    total = proposal.lines.aggregate(total=Sum("amount"))["total"]
    before, proposal.total = proposal.total, total or Decimal(0)
    proposal.version += 1
    proposal.save()
    for change in changes:
        change.version = proposal.version
    ProposalChange.objects.bulk_create(changes)
    audit.record(
        actor=actor,
        action="purchases.proposal_lines_changed",
        subject=proposal,
        changes={
            "version": proposal.version,
            "total": [before, proposal.total],
            "lines": [
                {
                    "kind": change.kind,
                    "product_id": change.product_id,
                    "before": change.before,
                    "after": change.after,
                }
                for change in changes
            ],
        },
        reason=changes[0].reason,
    )
