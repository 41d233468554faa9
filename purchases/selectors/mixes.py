"""Strengths of an offer that may be mixed, and what a mix of them costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.models import local_date
from purchases.errors import LineNotMixed, MixLinesRefused, PriceUnknown, QuantityOutOfRange
from purchases.line_mixes import mixes_among
from purchases.line_prices import line_price
from purchases.mixes import Mix, Wanted, cheapest_mix
from purchases.models import LineStatus, OfferLine, ProposalLine
from purchases.quantities import Purchase, cheapest_purchase
from purchases.quotes import Quote
from purchases.selectors.offers import offer_line_by_id
from purchases.selectors.proposals import proposal_by_id
from purchases.selectors.quantities import purchase_units_of


@dataclass(frozen=True, slots=True)
class LineOfMix:
    """A line of an offer with the base units of its pack; without product a pack is one."""

    line: OfferLine
    purchase_units: int


@dataclass(frozen=True, slots=True)
class StrengthMix:
    """Lines whose packs count together on a day, as they stand in the offer."""

    on: date
    deal_text: str
    lines: Sequence[LineOfMix]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """quantity: base units needed; quote: in the mix; alone: the least money without the mix."""

    line: OfferLine
    purchase_units: int
    quantity: int
    quote: Quote
    alone: Quote


@dataclass(frozen=True, slots=True)
class MixQuote:
    on: date
    deal_text: str
    mix: Mix
    lines: Sequence[QuotedLine]

    @property
    def amount_alone(self) -> Decimal:
        return sum((line.alone.amount for line in self.lines), Decimal(0))

    @property
    def saving(self) -> Decimal:
        """Money saved by counting the strengths together."""
        return self.amount_alone - self.mix.amount


def mix_of_line(*, line_id: int, now: datetime, on: date | None = None) -> StrengthMix:
    """The lines that earn free goods together with this one on a local day, by default today.

    Ignored lines, and those whose deal a person must look at, do not count. Raises
    OfferLineNotFound, LineNotMixed.
    """
    line = offer_line_by_id(line_id)
    day = on or local_date(now)
    offered = {
        each.pk: each
        for each in OfferLine.objects.filter(offer_id=line.offer_id, deal__mixable=True)
        .exclude(status=LineStatus.IGNORED)
        .select_related("offer")
        .order_by("position")
    }
    groups = mixes_among(offered.values(), today=day)
    group = next((ids for ids in groups if line_id in ids), None)
    if group is None:
        raise LineNotMixed
    lines = [offered[each] for each in group]
    units = purchase_units_of(lines)
    return StrengthMix(
        on=day,
        deal_text=line.deal_text,
        lines=[LineOfMix(each, units[each.pk]) for each in lines],
    )


def mix_quote(
    *,
    line_id: int,
    lines: Sequence[Mapping[str, int]],
    now: datetime,
    on: date | None = None,
    with_exceptions: bool = False,
) -> MixQuote:
    """The least money that brings the `quantity` base units asked of every `offer_line_id`.

    All of them lines of the mix of `line_id`, each once. with_exceptions: as if the supplier
    consents to the tiers that need it.

    Raises OfferLineNotFound, LineNotMixed, MixLinesRefused, PriceUnknown, QuantityOutOfRange.
    """
    found = mix_of_line(line_id=line_id, now=now, on=on)
    known = {each.line.pk: each for each in found.lines}
    _check(lines, known)
    wanted = [
        _wanted(known[asked["offer_line_id"]], asked["quantity"], place, found.on)
        for place, asked in enumerate(lines)
    ]
    quoted = _quoted(
        wanted,
        {line_id: each.line for line_id, each in known.items()},
        on=found.on,
        deal_text=found.deal_text,
        with_exceptions=with_exceptions,
    )
    if quoted is None:
        raise QuantityOutOfRange
    return quoted


def mixes_of_proposal(proposal_id: int, *, now: datetime) -> list[MixQuote]:
    """What the strengths of a proposal cost together, where that is less than each alone.

    The least money for the goods that would arrive, at today's deals. Raises ProposalNotFound.
    """
    proposed = {line.offer_line_id: line for line in proposal_by_id(proposal_id).lines.all()}
    offered = {
        line.pk: line
        for line in OfferLine.objects.filter(pk__in=proposed, deal__mixable=True)
        .select_related("offer")
        .order_by("offer_id", "position")
    }
    today = local_date(now)
    found = []
    for group in mixes_among(offered.values(), today=today):
        wanted = [_as_proposed(proposed[each], offered[each], today) for each in group]
        quoted = _quoted(
            [each for each in wanted if each is not None],
            offered,
            on=today,
            deal_text=offered[group[0]].deal_text,
        )
        if quoted is not None and quoted.saving > 0:
            found.append(quoted)
    return found


def _as_proposed(proposed: ProposalLine, line: OfferLine, day: date) -> Wanted | None:
    """The goods of a proposal's line; None where its price is no longer known."""
    price = line_price(line, today=day)
    if price is None:
        return None
    return Wanted(
        line_id=line.pk,
        price=price,
        needed=(proposed.packs + proposed.free_packs) * proposed.purchase_units,
        purchase_units=proposed.purchase_units,
    )


def _quoted(
    wanted: Sequence[Wanted],
    lines: Mapping[int, OfferLine],
    *,
    on: date,
    deal_text: str,
    with_exceptions: bool = False,
) -> MixQuote | None:
    """The mix beside every line alone; None where nothing is wanted or it is out of range."""
    if not wanted:
        return None
    mix = cheapest_mix(wanted, with_exceptions=with_exceptions)
    alone = [_alone(each, with_exceptions) for each in wanted]
    if mix is None or None in alone:
        return None
    return MixQuote(
        on=on,
        deal_text=deal_text,
        mix=mix,
        lines=[
            QuotedLine(
                line=lines[each.line_id],
                purchase_units=each.purchase_units,
                quantity=each.needed,
                quote=part.quote,
                alone=single.quote,
            )
            for each, part, single in zip(wanted, mix.lines, alone, strict=True)
            if single is not None
        ],
    )


def _check(lines: Sequence[Mapping[str, int]], known: Mapping[int, LineOfMix]) -> None:
    problems = []
    seen: set[int] = set()
    for place, asked in enumerate(lines):
        line_id = asked["offer_line_id"]
        field = f"lines.{place}.offer_line_id"
        if line_id not in known:
            problems.append(FieldProblem(field, "unknown", _("The line is not of this mix.")))
        elif line_id in seen:
            problems.append(FieldProblem(field, "repeated", _("The line is asked for twice.")))
        seen.add(line_id)
    if problems:
        raise MixLinesRefused(errors=problems)


def _wanted(part: LineOfMix, quantity: int, place: int, day: date) -> Wanted:
    price = line_price(part.line, today=day)
    if price is None:
        raise PriceUnknown(
            errors=[
                FieldProblem(
                    f"lines.{place}.offer_line_id",
                    "price_unknown",
                    _("The line does not say what a pack costs."),
                )
            ]
        )
    return Wanted(
        line_id=part.line.pk, price=price, needed=quantity, purchase_units=part.purchase_units
    )


def _alone(wanted: Wanted, with_exceptions: bool) -> Purchase | None:
    return cheapest_purchase(
        wanted.price,
        needed=wanted.needed,
        purchase_units=wanted.purchase_units,
        with_exceptions=with_exceptions,
    )
