"""What is needed of every product that may be ordered, with the figures behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from inventory.public import (
    ProductDemand,
    ProductPosition,
    abc_by_product,
    product_demand,
    product_positions,
)
from purchases.errors import ProductNotFound
from purchases.models.needs import AbcClass, NeedPolicy
from purchases.needs import (
    Basis,
    Demand,
    Limits,
    Lot,
    NeedFigures,
    StockPosition,
    SupplyTerms,
    need_figures,
)
from purchases.selectors.need_policies import need_policies

# Goods that expire later than any supplier takes to deliver twice are no matter of need.
LOTS_WITHIN = 180
_NOTHING_KNOWN = Demand(
    per_day=Decimal(0), deviation=Decimal(0), observed_days=0, stock_out_days=0, sold=0
)


def needs(
    *,
    now: datetime,
    product_ids: Collection[int] | None = None,
    review_due: bool = True,
    with_idle: bool = True,
) -> list[NeedFigures]:
    """The figures of every product that may be ordered, by id, whether it is needed or not.

    product_ids: these only. with_idle: also of products that nothing says to order, most of a
    catalogue; their figures are not worked out otherwise. review_due: whether this is an occasion
    to order; without it only what has come down to its reorder point is needed. At most seventeen
    queries, however many products.
    """
    terms = {policy.abc_class: _terms(policy) for policy in need_policies()}
    classes: Mapping[int, str] = abc_by_product(now=now)
    demands = product_demand(now=now, product_ids=product_ids)
    return [
        _figures(
            each,
            terms=terms[classes.get(each.product_id, AbcClass.C)],
            demand=demands.get(each.product_id),
            review_due=review_due,
        )
        for each in product_positions(now=now, lots_within=LOTS_WITHIN, product_ids=product_ids)
        if with_idle or not _is_idle(each, demands.get(each.product_id))
    ]


def needs_list(
    *,
    now: datetime,
    abc_class: str = "",
    basis: str = "",
    only_needed: bool = False,
    only_urgent: bool = False,
    review_due: bool = True,
) -> list[NeedFigures]:
    """The figures that fit, the most urgent first: those whose stock lasts shortest."""
    chosen = [
        figures
        for figures in needs(
            now=now, review_due=review_due, with_idle=not (only_needed or only_urgent)
        )
        if (not abc_class or figures.abc_class == abc_class)
        and (not basis or figures.basis == Basis(basis))
        and (not only_needed or figures.needed > 0)
        and (not only_urgent or figures.urgent)
    ]
    return sorted(chosen, key=_urgency)


def need_of(*, product_id: int, now: datetime) -> NeedFigures:
    """The figures of one product. Raises ProductNotFound, also where it may not be ordered."""
    found = needs(now=now, product_ids=[product_id])
    if not found:
        raise ProductNotFound
    return found[0]


def _urgency(figures: NeedFigures) -> tuple[object, ...]:
    cover = figures.cover_days
    return (figures.needed == 0, cover is None, cover or 0, -figures.needed, figures.product_id)


def _is_idle(found: ProductPosition, demand: ProductDemand | None) -> bool:
    """Whether none is needed for sure: none asked for or to be kept, no more promised than is."""
    is_asked_for = demand is not None and (demand.per_day > 0 or demand.deviation > 0)
    has_limits = bool(found.min_stock or found.reorder_point or found.max_stock)
    return not (is_asked_for or has_limits or found.reserved > found.sellable)


def _terms(policy: NeedPolicy) -> SupplyTerms:
    return SupplyTerms(
        abc_class=policy.abc_class,
        service_level=policy.service_level,
        lead_days=policy.lead_days,
        review_days=policy.review_days,
        lead_deviation=policy.lead_deviation,
    )


def _figures(
    found: ProductPosition, *, terms: SupplyTerms, demand: ProductDemand | None, review_due: bool
) -> NeedFigures:
    return need_figures(
        product_id=found.product_id,
        terms=terms,
        limits=Limits(
            min_stock=found.min_stock,
            reorder_point=found.reorder_point,
            max_stock=found.max_stock,
        ),
        demand=_demand(demand) if demand else _NOTHING_KNOWN,
        position=StockPosition(
            on_hand=found.on_hand,
            reserved=found.reserved,
            incoming=found.incoming,
            expiring=0,  # worked out from the lots
            held_back=found.on_hand - found.sellable,
            lots=tuple(Lot(days=days, units=units) for days, units in found.lots),
        ),
        fewest_days=settings.PURCHASES_DEMAND_FEWEST_DAYS,
        review_due=review_due,
    )


def _demand(found: ProductDemand) -> Demand:
    return Demand(
        per_day=found.per_day,
        deviation=found.deviation,
        observed_days=found.observed_days,
        stock_out_days=found.stock_out_days,
        sold=found.sold,
    )
