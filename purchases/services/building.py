"""Building proposals for what is short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from core import audit
from core.audit import Actor
from core.models import local_date
from core.numbering import next_number
from inventory.public import Shortage, products_by_id
from purchases.errors import (
    NothingToPropose,
    ProductUnknown,
)
from purchases.models import (
    UNDECIDED_STATES,
    Proposal,
    ProposalBuild,
    ProposalLine,
)
from purchases.selectors.comparison import Comparison, compare, short_products
from purchases.selectors.sources import Priced
from purchases.services.proposal_lines import quote_write
from purchases.services.proposals import expiry_of, person_id
from purchases.wording import exclusion, need_figures, why

# One build at a time: what the first one proposes is no longer short for the second.
_BUILD_LOCK = "purchases.proposals_build"


@dataclass(frozen=True, slots=True)
class _Choice:
    short: Shortage
    comparison: Comparison

    @property
    def best(self) -> Priced:
        return self.comparison.quotes[0]


@transaction.atomic
def proposals_build(
    *, actor: Actor, now: datetime, product_ids: Collection[int] | None = None
) -> ProposalBuild:
    """Propose to buy what is short at its cheapest source, one draft per supplier.

    product_ids: look at these only. A product on an open proposal is not proposed again. What
    could not be proposed is listed in ``excluded`` with its reason.

    Raises NothingToPropose (extra: excluded), ProductUnknown.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_BUILD_LOCK])
    short = short_products(now=now)
    excluded: list[dict[str, Any]] = []
    if product_ids is not None:
        excluded = _not_short(product_ids, short)
        short = [item for item in short if item.product_id in set(product_ids)]
    choices, unsourced = _choose(short, now=now)
    excluded += unsourced
    if not choices:
        raise NothingToPropose(extra={"excluded": excluded})
    build = ProposalBuild.objects.create(
        built_by_id=person_id(actor), built_at=now, excluded=excluded
    )
    by_supplier: dict[int, list[_Choice]] = defaultdict(list)
    for choice in choices:
        by_supplier[choice.best.source.line.offer.supplier_id].append(choice)
    lines: list[ProposalLine] = []
    for supplier_id, chosen in sorted(by_supplier.items()):
        proposal = Proposal(
            build=build,
            supplier_id=supplier_id,
            requested_by_id=person_id(actor),
            expires_at=expiry_of(now),
        )
        new = [_line(proposal, place, choice) for place, choice in enumerate(chosen, start=1)]
        proposal.total = sum((line.amount for line in new), Decimal(0))
        proposal.number = next_number("PP", on=local_date(now))
        proposal.save(force_insert=True)
        lines.extend(new)
        audit.record(
            actor=actor,
            action="purchases.proposal_built",
            subject=proposal,
            changes={"build_id": build.pk, "lines": len(new), "total": proposal.total},
        )
    ProposalLine.objects.bulk_create(lines)
    return build


def _not_short(product_ids: Collection[int], short: list[Shortage]) -> list[dict[str, Any]]:
    """Why products that were asked for are not even looked at. Raises ProductUnknown."""
    products = products_by_id(product_ids)
    if unknown := sorted(set(product_ids) - set(products)):
        raise ProductUnknown(extra={"product_ids": unknown})
    known_short = {item.product_id for item in short}
    return [
        {
            "product_id": product.id,
            "product_name": product.name,
            "needed": 0,
            "reason": "not_short" if product.purchasable else "product_not_purchasable",
            "proposal": "",
            "sources": [],
        }
        for product in products.values()
        if product.id not in known_short
    ]


def _choose(short: list[Shortage], *, now: datetime) -> tuple[list[_Choice], list[dict[str, Any]]]:
    """The products that can be proposed, and the rest with reasons."""
    needs = {item.product_id: item for item in short}
    proposed = _already_proposed(needs)
    comparisons = {
        comparison.product.id: comparison
        for comparison in compare({key: item.needed for key, item in needs.items()}, now=now)
    }
    choices, excluded = [], []
    for product_id, comparison in comparisons.items():
        reason = _reason_against(comparison, proposed.get(product_id, ""))
        if reason:
            excluded.append(_excluded(comparison, reason))
        else:
            choices.append(_Choice(needs[product_id], comparison))
    return choices, excluded


def _reason_against(comparison: Comparison, proposed: str) -> str:
    if proposed:
        return f"already_proposed:{proposed}"
    if comparison.quotes:
        return ""
    return "no_usable_source" if comparison.excluded else "not_offered"


def _excluded(comparison: Comparison, reason: str) -> dict[str, Any]:
    reason, _, proposal = reason.partition(":")
    return {
        "product_id": comparison.product.id,
        "product_name": comparison.product.name,
        "needed": comparison.needed,
        "reason": reason,
        "proposal": proposal,
        "sources": [exclusion(source) for source in comparison.excluded],
    }


def _already_proposed(product_ids: Collection[int]) -> Mapping[int, str]:
    rows = ProposalLine.objects.filter(
        product_id__in=product_ids, proposal__state__in=UNDECIDED_STATES
    ).values_list("product_id", "proposal__number")
    return dict(rows)


def _line(proposal: Proposal, position: int, choice: _Choice) -> ProposalLine:
    best = choice.best
    price = best.source.price
    assert price is not None  # noqa: S101 - a priced source has a price
    line = ProposalLine(
        proposal=proposal,
        position=position,
        product_id=choice.comparison.product.id,
        offer_line=best.source.line,
        purchase_units=best.quote.purchase_units,
        why=why(
            need=need_figures(choice.short),
            chosen=best.source.line,
            price=price,
            quote=best.quote,
            rivals=choice.comparison.quotes[1:],
            excluded=choice.comparison.excluded,
        ),
    )
    quote_write(line, price, best.quote)
    return line
