"""What would change the choice: other prices, other quantities, more or less money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from purchases.basket.model import Answer, Candidate, Money, Options
from purchases.basket.repricing import Market
from purchases.quotes import Quote, quote

__all__ = [
    "BudgetEdges",
    "Changes",
    "SweetSpot",
    "budget_edges",
    "changes_of",
    "next_sweet_spot",
]

# Deals beyond so many times what is bought are no advice.
_FURTHEST = 10


@dataclass(frozen=True, slots=True)
class SweetSpot:
    """The next larger purchase at the same source with a lower true cost of a unit."""

    quote: Quote
    extra_packs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What would change the choice of one product, everything else as it is.

    rival: the best way at another supplier, None where there is none. rival_price: its price of a
    pack (before discount) from which down it would be chosen, None where no price would do.
    highest_price: the chosen source's own price of a pack up to which it stays the choice, None
    where none is too high.
    saving: money, what the choice costs less than buying nothing.
    """

    rival: Candidate | None
    rival_price: Decimal | None
    highest_price: Decimal | None
    saving: Money
    sweet_spot: SweetSpot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEdges:
    """What a little more or less money would change.

    shadow: money saved for one more of budget. falls_out: of several products bought, the one that
    saves least for its money. comes_in: the product left out for want of money that would save
    most for its money, and extra: how much more budget it needs.
    """

    shadow: float
    falls_out: int | None
    comes_in: int | None
    extra: Money | None


def changes_of(answer: Answer, some: Options) -> Changes:
    """What would change the choice of a product that was chosen."""
    chosen = answer.chosen[some.item.product_id]
    rival = min(
        (each for each in some.candidates if each.own and each.supplier_id != chosen.supplier_id),
        # One that gets no order for its minimum is nobody to change to for a single product.
        key=lambda each: (
            each.supplier_id in answer.closed,
            _dear(answer, each),
            each.source.key,
        ),
        default=None,
    )
    market = Market(answer, some)
    return Changes(
        rival=rival,
        rival_price=None if rival is None else market.flips_at(rival.source.key),
        highest_price=market.holds_up_to(chosen.source.key),
        saving=some.nothing.total - chosen.costs.total,
        sweet_spot=next_sweet_spot(chosen),
    )


def _dear(answer: Answer, candidate: Candidate) -> float:
    """What a candidate costs where money and suppliers' minimums themselves have a price."""
    return candidate.costs.total + answer.price_of_money(candidate.supplier_id) * candidate.paid


def next_sweet_spot(chosen: Candidate) -> SweetSpot | None:
    """The fewest more packs by which a unit becomes cheaper, up to ten times what is bought."""
    packs = chosen.quote.packs
    best: SweetSpot | None = None
    for tier in chosen.source.price.deal.usable_tiers():
        more = (packs // tier.bought + 1) * tier.bought
        larger = quote(chosen.source.price, packs=more, purchase_units=chosen.source.units)
        if more > packs * _FURTHEST or larger is None:
            continue
        cheaper = larger.true_unit_cost < chosen.quote.true_unit_cost
        if cheaper and (best is None or more < best.quote.packs):
            best = SweetSpot(larger, more - packs)
    return best


def budget_edges(answer: Answer, *, budget: Money) -> BudgetEdges:
    """What falls out first with less money, and comes in first with more."""
    bought: list[tuple[float, int]] = []
    waiting: list[tuple[float, int, Money]] = []
    for some in answer.options:
        product_id = some.item.product_id
        chosen = answer.chosen.get(product_id)
        if chosen is not None:
            bought.append(((some.nothing.total - chosen.costs.total) / chosen.paid, product_id))
        elif answer.unbought.get(product_id) == "over_budget":
            waiting += [
                (-(some.nothing.total - each.costs.total) / each.paid, product_id, each.paid)
                for each in some.candidates
                if each.own
            ]
    first = min(waiting, default=None)
    return BudgetEdges(
        shadow=answer.shadow,
        falls_out=min(bought)[1] if len(bought) > 1 else None,
        comes_in=None if first is None else first[1],
        extra=None if first is None else max(0, first[2] - (budget - answer.spent)),
    )
