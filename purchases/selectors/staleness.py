"""Whether what a proposal rests on still holds: its prices, deals, offers and products.

What a line rests on is compared with what its supplier asks now for as many packs. A newer offer
of the same figures changes nothing; any other figure, an offer that no longer counts, or a
product that may not be bought makes the line stale. Lines of one mix of strengths are asked for
together: what one of them no longer brings is missing to the others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.models import local_date
from inventory.public import ProductSummary
from purchases.deals import render
from purchases.figures import line_figures, quote_figures
from purchases.joint_quotes import Bought, joint_quotes
from purchases.line_mixes import mixes_among
from purchases.models import Proposal, ProposalLine
from purchases.quotes import Quote
from purchases.selectors.sources import Exclusion, Source, sources_of

FIGURES = (
    "offer_line_id", "packs", "free_packs", "purchase_units", "pack_price", "discount_percent",
    "deal", "amount", "true_unit_cost",
)  # fmt: skip
PRODUCT_NOT_PURCHASABLE = "product_not_purchasable"
OFFER_GONE = "offer_gone"
FIGURES_CHANGED = {
    "pack_price": "price_changed",
    "discount_percent": "discount_changed",
    "deal": "deal_changed",
    "free_packs": "deal_changed",
    "purchase_units": "pack_changed",
    "amount": "amount_changed",
}
REASONS = sorted({PRODUCT_NOT_PURCHASABLE, OFFER_GONE, *Exclusion, *FIGURES_CHANGED.values()})


@dataclass(frozen=True, slots=True)
class Offered:
    """What the supplier asks now for as many packs as the line buys."""

    source: Source
    quote: Quote

    @property
    def figures(self) -> dict[str, Any]:
        price = self.source.price
        assert price is not None  # noqa: S101 - quoted from it
        return {
            "offer_line_id": self.source.line.pk,
            **quote_figures(price, self.quote),
            "deal": render(price.deal),
        }


@dataclass(frozen=True, slots=True)
class LineCheck:
    """A line, what it rests on, what holds now (None: it cannot be bought there), and why not."""

    line: ProposalLine
    product: ProductSummary
    before: Mapping[str, Any]
    offered: Offered | None
    reasons: tuple[str, ...]

    @property
    def stale(self) -> bool:
        return bool(self.reasons)

    def as_json(self) -> dict[str, Any]:
        return {
            "line_id": self.line.pk,
            "position": self.line.position,
            "product_id": self.product.id,
            "product_name": self.product.name,
            "reasons": list(self.reasons),
            "before": {name: self.before[name] for name in FIGURES},
            "now": self.offered.figures if self.offered else None,
        }


def lines_check(
    proposal: Proposal,
    lines: Sequence[ProposalLine],
    *,
    products: Mapping[int, ProductSummary],
    now: datetime,
    rested_on: Mapping[int, Mapping[str, Any]] | None = None,
) -> list[LineCheck]:
    """Every line against what holds now. One query.

    rested_on: line id -> `basis_of` as it was kept at submission; without it, a line's own figures.
    """
    sources = sources_of({line.product_id for line in lines}, now=now)
    standing = [
        _standing(
            line,
            products[line.product_id],
            [
                source
                for source in sources[line.product_id]
                if source.line.offer.supplier_id == proposal.supplier_id
            ],
            before=(rested_on or {}).get(line.pk) or basis_of(line),
        )
        for line in lines
    ]
    offered = _offered(standing, today=local_date(now))
    return [_check(each, offered.get(each.line.pk)) for each in standing]


def basis_of(line: ProposalLine) -> dict[str, Any]:
    """What a line rests on, as JSON values: its source, price, deal and what they come to."""
    return {
        "line_id": line.pk,
        "product_id": line.product_id,
        **line_figures(line),
        "deal": (line.why.get("deal") or {}).get("reading", ""),
    }


def fingerprint(basis: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of what all lines rest on, in hex."""
    return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Standing:
    """A line and where it can be bought now.

    resting: its own offer line; chosen: that where it still counts, else the supplier's newest
    that does.
    """

    line: ProposalLine
    product: ProductSummary
    before: Mapping[str, Any]
    resting: Source | None
    chosen: Source | None


def _standing(
    line: ProposalLine,
    product: ProductSummary,
    sources: Sequence[Source],
    *,
    before: Mapping[str, Any],
) -> _Standing:
    resting = next((one for one in sources if one.line.pk == line.offer_line_id), None)
    usable = [one for one in sources if one.exclusion is None and one.price is not None]
    chosen = resting if resting in usable else next(iter(usable), None)
    return _Standing(line, product, before, resting, chosen)


def _offered(standing: Sequence[_Standing], *, today: date) -> dict[int, Offered]:
    """What the supplier asks now, by line id; lines that are mixed are asked for together."""
    able = {each.chosen.line.pk: each for each in standing if each.chosen is not None}
    groups = mixes_among([each.chosen.line for each in able.values() if each.chosen], today=today)
    mixed = {line_id for group in groups for line_id in group}
    groups += [(line_id,) for line_id in able if line_id not in mixed]
    found: dict[int, Offered] = {}
    for group in groups:
        found.update(_offered_together([able[line_id] for line_id in group]))
    return found


def _offered_together(standing: Sequence[_Standing]) -> dict[int, Offered]:
    """Of lines of one mix, or of one line. Under the deal it was made with a split stays."""
    sources, bought = [], []
    same_deal = True
    for each in standing:
        if each.chosen is None or each.chosen.price is None:
            return {}
        price = each.chosen.price
        sources.append(each.chosen)
        same_deal = same_deal and each.before["deal"] == render(price.deal)
        bought.append(
            Bought(
                price=price,
                packs=each.line.packs,
                free_packs=each.line.free_packs,
                purchase_units=each.product.purchase_units,
            )
        )
    quotes = joint_quotes(bought, keep_split=same_deal) or []
    return {
        each.line.pk: Offered(source, quote)
        for each, source, quote in zip(standing, sources, quotes, strict=False)
    }


def _check(each: _Standing, offered: Offered | None) -> LineCheck:
    resting = each.resting
    reasons = [] if each.product.purchasable else [PRODUCT_NOT_PURCHASABLE]
    changed = _figures_changed(each.before, offered)
    if resting is None:
        reasons.append(OFFER_GONE)
    elif resting.exclusion not in (None, Exclusion.NEWER_OFFER) or (resting.exclusion and changed):
        reasons.append(str(resting.exclusion))
    if offered is None and not reasons:
        reasons.append(str(Exclusion.OUT_OF_RANGE))
    return LineCheck(each.line, each.product, each.before, offered, tuple([*reasons, *changed]))


def _figures_changed(before: Mapping[str, Any], offered: Offered | None) -> list[str]:
    if offered is None:
        return []
    present = offered.figures
    changed = [reason for name, reason in FIGURES_CHANGED.items() if before[name] != present[name]]
    return list(dict.fromkeys(changed))
