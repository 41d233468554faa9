"""Giving a line of a proposal another source or quantity, and what follows for its mix.

Lines that earn their free goods together are quoted together: what becomes of one re-prices the
others, and the history says so (docs/decisions/mixed-strengths.md). Nothing here asks whether it
may be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from inventory.public import ProductSummary, products_by_id
from purchases.errors import FreePacksRefused, QuantityOutOfRange
from purchases.figures import line_figures
from purchases.joint_quotes import Bought, joint_quotes
from purchases.line_mixes import mixes_among
from purchases.line_prices import line_deal, line_price
from purchases.models import ChangeKind, Proposal, ProposalChange, ProposalLine
from purchases.selectors.comparison import compare
from purchases.selectors.sources import Source
from purchases.services.proposals.history import line_change
from purchases.services.proposals.line_writing import (
    FIGURES_OF_LINE,
    line_write,
    lines_changed,
)
from purchases.wording import why_mixed

__all__ = ["line_put_in", "line_rest_on", "line_taken_out", "mixes_note"]


@dataclass(frozen=True, slots=True)
class _Mates:
    """Other lines that were re-priced, not yet saved, with the figures they had."""

    lines: Sequence[ProposalLine]
    before: Mapping[int, dict[str, Any]]

    def save(
        self, proposal: Proposal, *, actor: Actor, now: datetime, reason: str
    ) -> list[ProposalChange]:
        """Write them; returns a row, not yet saved, for each whose figures are others now."""
        ProposalLine.objects.bulk_update(self.lines, FIGURES_OF_LINE)
        return [
            line_change(
                proposal,
                ChangeKind.MIX_REPRICED,
                line,
                before=self.before[line.pk],
                after=line_figures(line),
                actor=actor,
                now=now,
                reason=reason,
            )
            for line in self.lines
            if line_figures(line) != self.before[line.pk]
        ]


def line_rest_on(
    proposal: Proposal,
    kind: ChangeKind,
    line: ProposalLine,
    source: Source,
    *,
    packs: int,
    free_packs: int | None = None,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    """Buy `packs` of a present line from `source`, and write down what changed.

    free_packs: to take in this line of what its mix earns; the others share the rest.
    Raises QuantityOutOfRange, FreePacksRefused.
    """
    before, reason = line_figures(line), reason.strip()
    mates = _requote(line, source, packs=packs, free_packs=free_packs, now=now)
    line.save()
    after = line_figures(line)
    _write_down(
        proposal, kind, line, mates, before=before, after=after, actor=actor, now=now, reason=reason
    )


def line_put_in(
    proposal: Proposal,
    kind: ChangeKind,
    line: ProposalLine,
    source: Source,
    *,
    before: dict[str, Any] | None,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    """Add a line, not yet saved, of its own packs to the proposal and write down that it came.

    before: the figures it had elsewhere. Raises QuantityOutOfRange.
    """
    reason = reason.strip()
    mates = _requote(line, source, packs=line.packs, now=now)
    if before is None:
        del line.why["packs_proposed"]  # a person chose it from the start
    line.save(force_insert=True)
    after = line_figures(line)
    _write_down(
        proposal, kind, line, mates, before=before, after=after, actor=actor, now=now, reason=reason
    )


def _write_down(
    proposal: Proposal,
    kind: ChangeKind,
    line: ProposalLine,
    mates: _Mates,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    """Keep what became of a line, and of those mixed with it."""
    change = line_change(
        proposal, kind, line, before=before, after=after, actor=actor, now=now, reason=reason
    )
    others = mates.save(proposal, actor=actor, now=now, reason=reason)
    lines_changed(proposal, [change, *others], actor=actor)


def _requote(
    line: ProposalLine,
    source: Source,
    *,
    packs: int,
    free_packs: int | None = None,
    now: datetime,
) -> _Mates:
    """Give a line its figures at this source and quantity, and theirs to those it is mixed with.

    Those it was mixed with before are among the mates. A constant number of queries.
    Raises QuantityOutOfRange, FreePacksRefused.
    """
    line.why = {"packs_proposed": line.packs, **line.why}
    if line.offer_line_id != source.line.pk:
        line.offer_line, line.free_packs = source.line, 0
    line.packs = packs
    was_in, today = line.mix, local_date(now)
    others = _others(line)
    before = {each.pk: line_figures(each) for each in others}
    mixed = _mixed_with(line, others, today)
    left = [each for each in others if was_in and each.mix == was_in and each not in mixed]
    if free_packs is not None:
        _refuse_unearned(free_packs, [line, *mixed], source)
    if not _quote([line, *mixed], others, now=now, source=source, free_packs=free_packs):
        raise QuantityOutOfRange
    _quote_left(left, others, now=now)
    return _Mates([*mixed, *left], before)


def _refuse_unearned(free_packs: int, mix: Sequence[ProposalLine], source: Source) -> None:
    """Only lines of a mix have a choice, and only of what is earned."""
    earned = 0
    if source.price is not None and len(mix) > 1:
        earned = source.price.deal.free_units(sum(line.packs for line in mix))
    if free_packs > earned or len(mix) == 1:
        detail = (
            _("The lines together earn %(free)d free packs.") % {"free": earned}
            if len(mix) > 1
            else _("The line has what it earns: it is not mixed with others.")
        )
        raise FreePacksRefused(errors=[FieldProblem("free_packs", "not_earned", detail)])


def line_taken_out(
    proposal: Proposal,
    kind: ChangeKind,
    line: ProposalLine,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    """Delete a line and write down that it went, and why, and what became of its mix."""
    before, was_in = line_figures(line), line.mix
    others = _others(line)
    line.delete()
    left = [each for each in others if was_in and each.mix == was_in]
    mates = _Mates(left, {each.pk: line_figures(each) for each in left})
    _quote_left(left, others, now=now)
    _write_down(
        proposal, kind, line, mates, before=before, after=None, actor=actor, now=now, reason=reason
    )


def mixes_note(
    lines: Sequence[ProposalLine], products: Mapping[int, ProductSummary], *, today: date
) -> None:
    """Write on all lines of a proposal, whose figures are right, which of them are mixed."""
    by_offer_line = {line.offer_line_id: line for line in lines}
    found = mixes_among([line.offer_line for line in lines], today=today)
    for line in lines:
        line.mix = None
        if line.why.get("mix"):
            _explain([line], products, today=today)
    for number, group in enumerate(found, start=1):
        mix = [by_offer_line[each] for each in group]
        for line in mix:
            line.mix = number
        _explain(mix, products, today=today)


def _others(line: ProposalLine) -> list[ProposalLine]:
    return list(
        ProposalLine.objects.filter(proposal_id=line.proposal_id)
        .exclude(pk=line.pk)
        .select_related("offer_line__offer__supplier")
        .order_by("position")
    )


def _mixed_with(
    line: ProposalLine, others: Iterable[ProposalLine], today: date
) -> list[ProposalLine]:
    candidates = [each for each in others if each.offer_line.offer_id == line.offer_line.offer_id]
    if not candidates:
        return []
    groups = mixes_among([line.offer_line, *(each.offer_line for each in candidates)], today=today)
    ids = next((group for group in groups if line.offer_line_id in group), ())
    return [each for each in candidates if each.offer_line_id in ids]


def _quote_left(
    left: Sequence[ProposalLine], others: Sequence[ProposalLine], *, now: datetime
) -> None:
    """What one line left behind earns what it earns without it.

    Where no price holds any more a line keeps its figures: they are stale, and told to be.
    """
    groups = mixes_among([each.offer_line for each in left], today=local_date(now))
    together = {line_id: group for group in groups for line_id in group}
    done: set[int] = set()
    for each in left:
        ids = together.get(each.offer_line_id, (each.offer_line_id,))
        if each.pk not in done:
            mix = [one for one in left if one.offer_line_id in ids]
            done.update(one.pk for one in mix)
            if not _quote(mix, others, now=now):
                _number(mix, others)


def _quote(
    lines: Sequence[ProposalLine],
    others: Sequence[ProposalLine],
    *,
    now: datetime,
    source: Source | None = None,
    free_packs: int | None = None,
) -> bool:
    """Give lines of one mix (or one alone) their figures; False where they can have none.

    source: what the first of them is to rest on, if that is somewhere else than before; free_packs:
    what it takes of those earned together, if somebody says so.
    """
    products = products_by_id({line.product_id for line in lines})
    sources = [_source(line, now=now) for line in lines]
    if source is not None:
        sources[0] = source
    bought = [
        Bought(
            price=each.price,
            packs=line.packs,
            free_packs=line.free_packs,
            purchase_units=products[line.product_id].purchase_units,
        )
        for line, each in zip(lines, sources, strict=True)
        if each.price is not None
    ]
    if len(bought) < len(lines):
        return False
    quotes = joint_quotes(bought, first_takes=free_packs)
    if quotes is None:
        return False
    compared = compare(
        {line.product_id: quote.quantity for line, quote in zip(lines, quotes, strict=True)},
        now=now,
    )
    for line, each, quote, comparison in zip(lines, sources, quotes, compared, strict=True):
        line_write(line, each, quote, comparison)
    _number(lines, others)
    _explain(lines, products, today=local_date(now))
    return True


def _explain(
    mix: Sequence[ProposalLine], products: Mapping[int, ProductSummary], *, today: date
) -> None:
    """Let every line tell what it is mixed with."""
    for line in mix:
        mates = [(products[one.product_id], one.packs) for one in mix if one is not line]
        line.why = why_mixed(line.why, mates, line_deal(line.offer_line, today=today))


def _source(line: ProposalLine, *, now: datetime) -> Source:
    price = line_price(line.offer_line, today=local_date(now))
    return Source(line=line.offer_line, product_id=line.product_id, exclusion=None, price=price)


def _number(mix: Sequence[ProposalLine], others: Sequence[ProposalLine]) -> None:
    """One number for all lines of a mix: one that only they have, else the next; none for a line
    alone."""
    number = None
    if len(mix) > 1:
        taken = {each.mix for each in others if each not in mix}
        known = [each.mix for each in mix if each.mix and each.mix not in taken]
        number = min(known) if known else max((each.mix or 0 for each in others), default=0) + 1
    for line in mix:
        line.mix = number
