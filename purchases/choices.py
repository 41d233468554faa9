"""What was chosen, told in figures: for each line, and for the whole build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.money import format_money
from inventory.public import ProductSummary
from purchases.basket import (
    Answer,
    BudgetEdges,
    Candidate,
    Changes,
    Unbought,
    budget_edges,
    changes_of,
)
from purchases.needs import Basis as NeedBasis
from purchases.needs import NeedFigures
from purchases.quotes import HUNDRED, packs_needed, quote
from purchases.selectors.baskets import Basis
from purchases.selectors.market import excluded_as, from_minor
from purchases.selectors.sources import Priced, Source, priced
from purchases.selectors.usual_prices import Timing

__all__ = ["Chosen", "build_figures", "choices_of", "need_of", "unbought_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One line of a build. rivals: other suppliers at the quantity chosen, cheapest first.

    need: base units, as `purchases.wording.why` takes them. reasons: figures beyond those, as
    JSON values: need_figures, limits, timing, plain_best, changes.
    """

    product: ProductSummary
    candidate: Candidate
    source: Source
    need: Mapping[str, int]
    rivals: Sequence[Priced]
    excluded: Sequence[Source]
    reasons: Mapping[str, Any]

    @property
    def supplier_id(self) -> int:
        return self.candidate.supplier_id


def choices_of(basis: Basis, answer: Answer) -> list[Chosen]:
    """Every product chosen with its reasons, the most needed first."""
    edges = budget_edges(answer, budget=basis.basket.budget)
    options = {some.item.product_id: some for some in answer.options}
    found = []
    for item in basis.basket.items:
        candidate = answer.chosen.get(item.product_id)
        if candidate is not None:
            changes = changes_of(answer, options[item.product_id])
            found.append(_chosen(basis, candidate, changes, edges))
    return found


def unbought_of(basis: Basis, answer: Answer) -> list[dict[str, Any]]:
    """What is needed and offered and yet not chosen, each with its reason, as JSON values."""
    return [
        excluded_as(
            basis.products[item.product_id],
            _most_needed(basis, item.product_id),
            _reason(basis, item.product_id, answer.unbought[item.product_id]),
            market=basis.market,
        )
        for item in basis.basket.items
        if item.product_id in answer.unbought
    ]


def _reason(basis: Basis, product_id: int, reason: Unbought) -> Unbought:
    """A supplier that takes no more, or one that lends no more: to a basket both are a maximum."""
    suppliers = {each.line.offer.supplier_id for each in basis.usable(product_id)}
    if reason is Unbought.ABOVE_MAXIMUM and any(map(basis.market.credit_binds, suppliers)):
        return Unbought.CREDIT_EXHAUSTED
    return reason


def build_figures(basis: Basis, answer: Answer) -> dict[str, Any]:
    """The parts of the cost, and what more or less money would change, as JSON values."""
    edges = budget_edges(answer, budget=basis.basket.budget)
    costs = answer.costs
    return {
        "paid": _money(costs.paid),
        "fees": _money(answer.fees),
        "later": _money(costs.later),
        "shortage": _money(costs.shortage),
        "holding": _money(costs.holding),
        "expiring": _money(costs.expiring),
        "units_short": f"{answer.units_short:.2f}",
        "budget": {
            "shadow": f"{edges.shadow:.4f}",
            "falls_out": _product(basis, edges.falls_out),
            "comes_in": _product(basis, edges.comes_in),
            "extra": None if edges.extra is None else _money(edges.extra),
        },
    }


def need_of(figures: NeedFigures) -> dict[str, int]:
    """The need in the five figures every line shows, base units."""
    position = figures.position
    return {
        "needed": figures.needed,
        "available": position.usable - position.incoming,
        "incoming": position.incoming,
        "min_stock": figures.limits.min_stock,
        "max_stock": figures.limits.max_stock,
    }


def _chosen(basis: Basis, candidate: Candidate, changes: Changes, edges: BudgetEdges) -> Chosen:
    product = basis.products[candidate.source.product_id]
    figures = basis.needs[product.id, candidate.supplier_id]
    usable = basis.usable(product.id)
    compared = priced(
        usable, needed=candidate.quote.quantity, purchase_units=product.purchase_units
    )
    return Chosen(
        product=product,
        candidate=candidate,
        source=basis.source(candidate.source.key, product.id),
        need=need_of(figures),
        rivals=[
            rival
            for rival in compared
            if rival.source.line.offer.supplier_id != candidate.supplier_id
        ],
        excluded=[each for each in basis.market.sources[product.id] if each.exclusion],
        reasons={
            "need_figures": figures.as_json(),
            "limits": _limits(basis, product.id, figures, candidate),
            "timing": _timing(basis.timing.get(product.id)),
            "plain_best": _plain_best(usable, candidate, figures.needed),
            "changes": _changes(basis, candidate, changes, figures, edges),
        },
    )


def _limits(
    basis: Basis, product_id: int, figures: NeedFigures, candidate: Candidate
) -> dict[str, Any]:
    item = next(item for item in basis.basket.items if item.product_id == product_id)
    return {
        "cover_days": item.cover_days if figures.basis is NeedBasis.DEMAND else None,
        "shelf_days": item.shelf_days,
        "only_need": item.only_need,
        "lasts_days": _lasts(figures, candidate.quote.quantity),
    }


def _timing(timing: Timing | None) -> dict[str, Any] | None:
    if timing is None or timing.last_day is None:
        return None
    return {
        "last_day": timing.last_day.isoformat(),
        "usual_share": f"{timing.usual_share:.4f}",
    }


def _lasts(figures: NeedFigures, quantity: int) -> int | None:
    """Days that what there is and what is bought will last; None where demand is not known."""
    if figures.basis is not NeedBasis.DEMAND or figures.demand.per_day <= 0:
        return None
    return int(max(0, figures.position.usable + quantity) / figures.demand.per_day)


def _plain_best(usable: Sequence[Source], chosen: Candidate, needed: int) -> dict[str, Any] | None:
    """Buying just the need where the printed price is lowest, and what is saved against that.

    saving: difference of the true unit costs over what is bought; money.
    """
    cheapest = min(usable, key=lambda each: (_net_price(each), each.line.pk))
    assert cheapest.price is not None  # noqa: S101 - only sources that count come here
    packs = packs_needed(needed=max(1, needed), purchase_units=chosen.source.units)
    plain = quote(cheapest.price, packs=packs, purchase_units=chosen.source.units)
    if plain is None:
        return None
    saving = (plain.true_unit_cost - chosen.quote.true_unit_cost) * chosen.quote.quantity
    return {
        "supplier_id": cheapest.line.offer.supplier_id,
        "supplier_name": cheapest.line.offer.supplier.name,
        "offer_line_id": cheapest.line.pk,
        "pack_price": format_money(cheapest.price.price),
        "packs": packs,
        "true_unit_cost": str(plain.true_unit_cost),
        "saving": format_money(saving),
    }


def _net_price(source: Source) -> Decimal:
    assert source.price is not None  # noqa: S101 - only sources that count come here
    return source.price.price * (HUNDRED - source.price.discount_percent)


def _changes(
    basis: Basis, chosen: Candidate, changes: Changes, figures: NeedFigures, edges: BudgetEdges
) -> dict[str, Any]:
    return {
        "saving": _money(changes.saving),
        "rival": _rival(basis, changes),
        "highest_price": _price(changes.highest_price) if changes.rival else None,
        "sweet_spot": _sweet_spot(changes, figures),
        "first_to_go": edges.falls_out == chosen.source.product_id,
    }


def _rival(basis: Basis, changes: Changes) -> dict[str, Any] | None:
    if changes.rival is None:
        return None
    candidate = changes.rival
    line = basis.source(candidate.source.key, candidate.source.product_id).line
    return {
        "supplier_id": candidate.supplier_id,
        "supplier_name": line.offer.supplier.name,
        "offer_line_id": line.pk,
        "packs": candidate.quote.packs,
        "pack_price": format_money(candidate.source.price.price),
        "flips_at": _price(changes.rival_price),
    }


def _sweet_spot(changes: Changes, figures: NeedFigures) -> dict[str, Any] | None:
    if changes.sweet_spot is None:
        return None
    larger = changes.sweet_spot.quote
    return {
        "packs": larger.packs,
        "extra_packs": changes.sweet_spot.extra_packs,
        "free_packs": larger.free_packs,
        "amount": format_money(larger.amount),
        "true_unit_cost": str(larger.true_unit_cost),
        "lasts_days": _lasts(figures, larger.quantity),
    }


def _most_needed(basis: Basis, product_id: int) -> int:
    return max(figures.needed for (key, _), figures in basis.needs.items() if key == product_id)


def _product(basis: Basis, product_id: int | None) -> dict[str, Any] | None:
    if product_id is None:
        return None
    return {"product_id": product_id, "product_name": basis.products[product_id].name}


def _money(amount: int) -> str:
    return format_money(from_minor(amount))


def _price(price: Decimal | None) -> str | None:
    return None if price is None else format_money(price)
