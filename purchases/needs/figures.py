"""From demand, limits and stock to what is needed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from purchases.needs.formulas import (
    expiring_units,
    order_up_to_level,
    reorder_level,
    safety_stock,
)
from purchases.needs.model import (
    Basis,
    Demand,
    Limits,
    NeedFigures,
    StockPosition,
    SupplyTerms,
)

__all__ = ["figures_under", "need_figures"]


def need_figures(
    *,
    product_id: int,
    terms: SupplyTerms,
    limits: Limits,
    demand: Demand,
    position: StockPosition,
    fewest_days: int,
    review_due: bool = True,
) -> NeedFigures:
    """How much of one product is needed.

    fewest_days: with fewer observed days the history is short and the product's limits decide.
    review_due: whether this is an occasion to order (asking usually is one); without it only
    what is at or below the reorder point is needed.

    On demand the order-up-to level decides, and the minimum or reorder point a person set stays a
    floor beneath it: such a limit may be the law's or the display's and has nothing to do with
    sales. The maximum is the order-up-to level of the limits and is not used beside demand.
    """
    basis = Basis.MIN_MAX if demand.observed_days < fewest_days else Basis.DEMAND
    return _figures(product_id, basis, terms, limits, demand, position, review_due)


def figures_under(
    figures: NeedFigures,
    *,
    lead_days: int,
    review_days: int,
    lead_deviation: Decimal | None = None,
) -> NeedFigures:
    """The same product, where goods come from a supplier with these times.

    lead_deviation: None keeps the one assumed.
    """
    deviation = figures.terms.lead_deviation if lead_deviation is None else lead_deviation
    terms = replace(
        figures.terms, lead_days=lead_days, review_days=review_days, lead_deviation=deviation
    )
    return _figures(
        figures.product_id,
        figures.basis,
        terms,
        figures.limits,
        figures.demand,
        figures.position,
        figures.review_due,
    )


def _figures(
    product_id: int,
    basis: Basis,
    terms: SupplyTerms,
    limits: Limits,
    demand: Demand,
    position: StockPosition,
    review_due: bool,
) -> NeedFigures:
    if (expiring := _expiring(position, demand, terms)) != position.expiring:
        position = replace(position, expiring=expiring)
    if basis is Basis.MIN_MAX:
        safety = Decimal(0)
        reorder_point, order_up_to = limits.order_at, limits.max_stock
        is_time = limits.is_reached(position.usable)
    else:
        safety = safety_stock(demand, terms)
        reorder_point = max(limits.order_at, reorder_level(demand, terms, safety))
        order_up_to = max(reorder_point, order_up_to_level(demand, terms, safety))
        is_time = review_due or position.usable <= reorder_point
    return NeedFigures(
        product_id=product_id,
        basis=basis,
        terms=terms,
        limits=limits,
        demand=demand,
        position=position,
        review_due=review_due,
        safety_stock=safety,
        reorder_point=reorder_point,
        order_up_to=order_up_to,
        needed=max(0, order_up_to - position.usable) if is_time else 0,
    )


def _expiring(position: StockPosition, demand: Demand, terms: SupplyTerms) -> int:
    """What expires unsold before the next order arrives; what expires later covers till then."""
    return expiring_units(
        position.lots,
        per_day=demand.per_day,
        reserved=position.reserved,
        within=terms.protection_days,
    )
