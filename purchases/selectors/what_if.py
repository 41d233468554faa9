"""What would be bought under other wishes, against what would be bought as things are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from core.money import round_money
from purchases.basket import Answer, Candidate, Options, compose
from purchases.choices import unbought_of
from purchases.errors import ProposalBuildNotFound
from purchases.models import ProposalBuild, Supplier
from purchases.selectors.baskets import Basis, basis_of
from purchases.selectors.market import from_minor
from purchases.selectors.wishes import Wishes

__all__ = ["Change", "Outcome", "Purchase", "WhatIf", "what_if"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One way to buy a product. amount: money; quantity: base units arriving."""

    supplier: Supplier
    offer_line_id: int
    packs: int
    free_packs: int
    quantity: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A product bought in another way. kind: added, dropped, supplier or quantity."""

    product_id: int
    kind: str
    before: Purchase | None
    after: Purchase | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a basket comes to; money, both baskets of a comparison by the same values.

    worth: of what is bought, at what it costs where it is always bought the best way. cost:
    spent - worth + shortage + holding + expiring. units_short: base units expected to be missed
    until the next delivery.
    """

    budget: Decimal
    spent: Decimal
    fees: Decimal
    worth: Decimal
    shortage: Decimal
    holding: Decimal
    expiring: Decimal
    cost: Decimal
    units_short: Decimal
    products: int
    suppliers: int
    method: str
    status: str
    reason: str
    gap: Decimal | None
    seconds: Decimal
    excluded: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """difference: of the outcome asked for less the current one, in these figures."""

    current: Outcome
    asked: Outcome
    difference: Mapping[str, Decimal]
    changes: Sequence[Change]


_COMPARED = ("spent", "shortage", "holding", "expiring", "cost", "units_short")


def what_if(wishes: Wishes, *, now: datetime) -> WhatIf:
    """Nothing is written. The current basis: everything needed, for the money there is.

    With `instead_of_build` the current basis is that build's own wishes, as if its undecided
    proposals were not there, and what is not wished for otherwise stays as it was.
    Raises ProductUnknown, ProposalBuildNotFound.
    """
    before = _current_wishes(wishes)
    current, asked = basis_of(before, now=now), basis_of(_asked(wishes, before), now=now)
    seconds = settings.PURCHASES_SOLVER_SECONDS / 2
    first, second = (
        compose(current.basket, seconds=seconds),
        compose(asked.basket, seconds=seconds),
    )
    known = {some.item.product_id: some for some in (*second.options, *first.options)}
    outcomes = _outcome(current, first, known), _outcome(asked, second, known)
    return WhatIf(
        current=outcomes[0],
        asked=outcomes[1],
        difference={
            name: getattr(outcomes[1], name) - getattr(outcomes[0], name) for name in _COMPARED
        },
        changes=_changes(current, first, asked, second),
    )


def _current_wishes(wishes: Wishes) -> Wishes:
    if wishes.instead_of_build is None:
        return Wishes(product_ids=wishes.product_ids)
    build = ProposalBuild.objects.filter(pk=wishes.instead_of_build).first()
    if build is None:
        raise ProposalBuildNotFound
    made = build.parameters
    products, budget = made.get("product_ids"), made.get("budget")
    return Wishes(
        product_ids=None if products is None else frozenset(products),
        budget=None if budget is None else Decimal(budget),
        cover_days=made.get("cover_days"),
        exclude_supplier_ids=frozenset(made.get("exclude_supplier_ids", ())),
        service_levels={
            key: Decimal(level) for key, level in made.get("service_levels", {}).items()
        },
        instead_of_build=build.pk,
    )


def _asked(wishes: Wishes, before: Wishes) -> Wishes:
    """What is wished for, and where nothing is, what held before."""
    return Wishes(
        product_ids=before.product_ids if wishes.product_ids is None else wishes.product_ids,
        budget=before.budget if wishes.budget is None else wishes.budget,
        cover_days=wishes.cover_days or before.cover_days,
        exclude_supplier_ids=wishes.exclude_supplier_ids or before.exclude_supplier_ids,
        service_levels={**before.service_levels, **wishes.service_levels},
        instead_of_build=wishes.instead_of_build,
    )


def _outcome(basis: Basis, answer: Answer, known: Mapping[int, Options]) -> Outcome:
    """known: every product of either basket with the values both are told by.

    A product that cannot be bought at all under these wishes is missed like one that is not.
    """
    worth = shortage = units_short = 0.0
    own = {some.item.product_id: some for some in answer.options}
    for product_id, some in known.items():
        chosen = answer.chosen.get(product_id)
        short = own.get(product_id, some).nothing_short if chosen is None else chosen.units_short
        worth += some.unit_value * (chosen.quote.quantity if chosen else 0)
        shortage += some.shortage_price * short
        units_short += short
    costs = answer.costs
    lost = round(shortage)
    cost = costs.paid - round(worth) + lost + costs.holding + costs.expiring
    return Outcome(
        budget=basis.budget,
        spent=from_minor(costs.paid),
        fees=from_minor(answer.fees),
        worth=from_minor(round(worth)),
        shortage=from_minor(lost),
        holding=from_minor(costs.holding),
        expiring=from_minor(costs.expiring),
        cost=from_minor(cost),
        units_short=Decimal(f"{units_short:.2f}"),
        products=len(answer.chosen),
        suppliers=len({each.supplier_id for each in answer.chosen.values()}),
        method=answer.method,
        status=answer.status,
        reason=answer.reason or "",
        gap=None if answer.gap is None else Decimal(f"{answer.gap:.6f}"),
        seconds=Decimal(f"{answer.seconds:.3f}"),
        excluded=[*basis.excluded, *unbought_of(basis, answer)],
    )


def _changes(current: Basis, first: Answer, asked: Basis, second: Answer) -> list[Change]:
    found = []
    for product_id in sorted({*first.chosen, *second.chosen}):
        before = _purchase(current, first.chosen.get(product_id))
        after = _purchase(asked, second.chosen.get(product_id))
        kind = _kind(before, after)
        if kind:
            found.append(Change(product_id=product_id, kind=kind, before=before, after=after))
    return found


def _purchase(basis: Basis, chosen: Candidate | None) -> Purchase | None:
    if chosen is None:
        return None
    line = basis.source(chosen.source.key, chosen.source.product_id).line
    return Purchase(
        supplier=line.offer.supplier,
        offer_line_id=line.pk,
        packs=chosen.quote.packs,
        free_packs=chosen.quote.free_packs,
        quantity=chosen.quote.quantity,
        amount=round_money(chosen.quote.amount),
    )


def _kind(before: Purchase | None, after: Purchase | None) -> str:
    if before is None or after is None:
        return "added" if before is None else "dropped"
    if before.supplier.pk != after.supplier.pk:
        return "supplier"
    return "quantity" if before.packs != after.packs else ""
