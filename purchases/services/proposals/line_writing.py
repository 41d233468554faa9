"""Writing lines of proposals: their figures, and what became of them in the history.

Nothing here asks whether it may be done; `purchases.services.proposals.lines` and
`purchases.services.proposals.moves` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum

from core import audit
from core.audit import Actor
from inventory.public import products_by_id
from purchases.errors import QuantityOutOfRange
from purchases.figures import line_figures
from purchases.models import ChangeKind, Proposal, ProposalChange, ProposalLine
from purchases.quotes import PackPrice, Quote, quote
from purchases.selectors.comparison import Comparison, compare
from purchases.selectors.sources import Source
from purchases.services.proposals.history import line_change
from purchases.wording import why


def position_next(proposal: Proposal) -> int:
    """A position no line of the proposal has or had."""
    last = proposal.lines.aggregate(last=Max("position"))["last"] or 0
    used = proposal.changes.aggregate(last=Max("position"))["last"] or 0
    return max(last, used) + 1


def line_requote(line: ProposalLine, source: Source, *, packs: int, now: datetime) -> Comparison:
    """Give a line its figures at this source and quantity; returns what others would ask.

    Raises QuantityOutOfRange.
    """
    product = products_by_id([line.product_id])[line.product_id]
    price = source.price
    if price is None:
        raise QuantityOutOfRange
    new = quote(price, packs=packs, purchase_units=product.purchase_units)
    if new is None:
        raise QuantityOutOfRange
    comparison = compare({line.product_id: new.quantity}, now=now)[0]
    line_write(line, source, new, comparison)
    return comparison


def line_rest_on(
    proposal: Proposal,
    kind: ChangeKind,
    line: ProposalLine,
    source: Source,
    *,
    packs: int,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    """Buy `packs` of a present line from `source`, and write down what changed.

    Raises QuantityOutOfRange.
    """
    before = line_figures(line)
    line_requote(line, source, packs=packs, now=now)
    line.save()
    line_edited(proposal, kind, line, before=before, actor=actor, now=now, reason=reason)


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
    kept = {name: line.why[name] for name in ("need_figures",) if name in line.why}
    line.why = {
        **figures,
        **kept,
        "packs_proposed": line.why.get("packs_proposed", line.packs),
    }
    line.offer_line = source.line
    quote_write(line, price, new)


def quote_write(line: ProposalLine, price: PackPrice, new: Quote) -> None:
    """Give a line the figures of a purchase."""
    line.packs, line.free_packs = new.packs, new.free_packs
    line.purchase_units = new.purchase_units
    line.pack_price, line.discount_percent = price.price, price.discount_percent
    line.amount, line.true_unit_cost = new.amount, new.true_unit_cost


def line_taken_out(
    proposal: Proposal,
    kind: ChangeKind,
    line: ProposalLine,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    """Delete a line and write down that it went, and why."""
    before = line_figures(line)
    line.delete()
    lines_changed(
        proposal,
        [
            line_change(
                proposal, kind, line, before=before, after=None, actor=actor, now=now, reason=reason
            )
        ],
        actor=actor,
    )


def line_edited(
    proposal: Proposal,
    kind: ChangeKind,
    line: ProposalLine,
    *,
    before: dict[str, Any] | None,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Write down what became of a line that is saved already."""
    change = line_change(
        proposal,
        kind,
        line,
        before=before,
        after=line_figures(line),
        actor=actor,
        now=now,
        reason=reason.strip(),
    )
    lines_changed(proposal, [change], actor=actor)


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
        reason=changes[0].reason if len(changes) == 1 else "",
    )
