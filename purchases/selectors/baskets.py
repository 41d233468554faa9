"""What a basket is composed from: needs, sources, terms and money, read at one moment."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from core.models import local_date
from core.money import exponent
from inventory.public import ProductSummary, products_by_id
from purchases.basket import Basket, Conditions, Item
from purchases.basket import Source as BasketSource
from purchases.errors import ProductUnknown
from purchases.line_mixes import mixes_among
from purchases.needs import Basis as NeedBasis
from purchases.needs import NeedFigures, figures_under
from purchases.selectors.market import (
    Market,
    counts,
    excluded_as,
    market_of,
    money_free,
    to_minor,
)
from purchases.selectors.needs import needs
from purchases.selectors.shelf_lives import shelf_lives
from purchases.selectors.sources import Source
from purchases.selectors.suppliers import divisions_by_product, terms_within
from purchases.selectors.usual_prices import Timing, past_prices, timing_of
from purchases.selectors.wishes import Wishes
from purchases.terms import SupplierTerms, next_delivery

__all__ = ["Basis", "basis_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A question for `purchases.basket.compose`, and what its answer is told with.

    needs: by (product, supplier) under the supplier's delivery. excluded: what is needed and
    cannot be bought, each with its reason, as JSON values. budget: money. timing: by product.
    """

    wishes: Wishes
    market: Market
    needs: Mapping[tuple[int, int], NeedFigures]
    products: Mapping[int, ProductSummary]
    basket: Basket
    excluded: Sequence[dict[str, Any]]
    budget: Decimal
    timing: Mapping[int, Timing]

    def source(self, key: int, product_id: int) -> Source:
        """The offer line behind a source of the basket."""
        return next(each for each in self.market.sources[product_id] if each.line.pk == key)

    def usable(self, product_id: int) -> list[Source]:
        return [each for each in self.market.sources[product_id] if counts(each)]


def basis_of(wishes: Wishes, *, now: datetime) -> Basis:
    """Everything a basket is composed from. A constant number of queries.

    Raises ProductUnknown.
    """
    found = {each.product_id: each for each in needs(now=now, product_ids=wishes.product_ids)}
    needed = {
        key: with_level(figures, wishes)
        for key, figures in found.items()
        if with_level(figures, wishes).needed > 0
    }
    asked = wishes.product_ids or frozenset()
    products = products_by_id({*needed, *asked})
    excluded = _not_needed(asked, products, needed)
    market = market_of(needed, wishes, now=now)
    possible = []
    for product_id in _most_needed_first(needed.values()):
        reason = _reason_against(market, product_id)
        if reason:
            figures, product = needed[product_id], products[product_id]
            excluded.append(excluded_as(product, figures.needed, reason, market=market))
        else:
            possible.append(product_id)
    budget = money_free(wishes) if wishes.budget is None else wishes.budget
    under = _needs_by_supplier(possible, needed, market, now=now)
    timing = _timing(wishes, possible, under, market, products, now=now)
    return Basis(
        wishes=wishes,
        market=market,
        needs=under,
        products=products,
        basket=_basket(wishes, possible, needed, under, market, products, budget, timing, now=now),
        excluded=excluded,
        budget=budget,
        timing=timing,
    )


def with_level(figures: NeedFigures, wishes: Wishes) -> NeedFigures:
    """The figures at the service level wished for its class, if any is."""
    level = wishes.service_levels.get(figures.abc_class)
    if level is None:
        return figures
    terms = replace(figures.terms, service_level=level)
    return figures_under(
        replace(figures, terms=terms),
        lead_days=figures.lead_days,
        review_days=figures.review_days,
    )


def _not_needed(
    asked: Collection[int], products: Mapping[int, ProductSummary], needed: Collection[int]
) -> list[dict[str, Any]]:
    """Why products that were asked for are not even looked at. Raises ProductUnknown."""
    if unknown := sorted(set(asked) - set(products)):
        raise ProductUnknown(extra={"product_ids": unknown})
    return [
        excluded_as(
            products[key],
            0,
            "not_short" if products[key].purchasable else "product_not_purchasable",
        )
        for key in sorted(set(asked) - set(needed))
    ]


def _reason_against(market: Market, product_id: int) -> str:
    if product_id in market.proposed:
        return "already_proposed"
    if any(counts(each) for each in market.sources[product_id]):
        return ""
    return "no_usable_source" if market.sources[product_id] else "not_offered"


def _most_needed_first(figures: Iterable[NeedFigures]) -> list[int]:
    return [
        each.product_id
        for each in sorted(figures, key=lambda each: (-each.needed, each.product_id))
    ]


def _needs_by_supplier(
    product_ids: Sequence[int],
    needed: Mapping[int, NeedFigures],
    market: Market,
    *,
    now: datetime,
) -> dict[tuple[int, int], NeedFigures]:
    """What is needed of each product where it comes from each supplier.

    What one division of a supplier sells comes on that division's days.
    """
    divisions = divisions_by_product(product_ids, supplier_ids=market.terms.keys())
    waits = {key: _wait(terms, now) for key, terms in market.terms.items()}
    found = {}
    for product_id in product_ids:
        sources = market.sources[product_id]
        for supplier_id in sorted({e.line.offer.supplier_id for e in sources if counts(e)}):
            terms, wait = market.terms[supplier_id], waits[supplier_id]
            if division := divisions.get((product_id, supplier_id)):
                wait = _wait(terms_within(terms, division), now)
            found[product_id, supplier_id] = figures_under(
                needed[product_id], lead_days=wait, review_days=terms.review_days
            )
    return found


def _wait(terms: SupplierTerms, now: datetime) -> int:
    """Days from now until what is ordered now is there."""
    return max(0, (next_delivery(terms, now) - local_date(now)).days)


def _timing(
    wishes: Wishes,
    product_ids: Sequence[int],
    under: Mapping[tuple[int, int], NeedFigures],
    market: Market,
    products: Mapping[int, ProductSummary],
    *,
    now: datetime,
) -> dict[int, Timing]:
    """How today's prices stand to the usual ones, of products with an offer that will lapse."""
    usable = {key: [each for each in market.sources[key] if counts(each)] for key in product_ids}
    lapsing = [
        key
        for key in product_ids
        if any(each.line.offer.valid_until is not None for each in usable[key])
    ]
    past = past_prices(lapsing, now=now)
    found = {}
    for key in lapsing:
        suppliers = {each.line.offer.supplier_id for each in usable[key]}
        figures = {supplier_id: under[key, supplier_id] for supplier_id in sorted(suppliers)}
        some = next(iter(figures.values()))
        ahead = float(some.demand.per_day) * wishes.most_days
        found[key] = timing_of(
            usable[key],
            past.get(key, {}),
            most_units=ahead if some.basis is NeedBasis.DEMAND else some.needed,
            units=products[key].purchase_units,
            waits={sup: (each.lead_days, each.review_days) for sup, each in figures.items()},
            now=now,
        )
    return found


def _basket(
    wishes: Wishes,
    product_ids: Sequence[int],
    needed: Mapping[int, NeedFigures],
    under: Mapping[tuple[int, int], NeedFigures],
    market: Market,
    products: Mapping[int, ProductSummary],
    budget: Decimal,
    timing: Mapping[int, Timing],
    *,
    now: datetime,
) -> Basket:
    lives = shelf_lives(product_ids, now=now)
    usable = {key: [each for each in market.sources[key] if counts(each)] for key in product_ids}
    mixes = _mixes(usable, now=now)
    return Basket(
        items=tuple(
            _item(
                needed[key],
                wishes=wishes,
                shelf_days=lives.get(key),
                timing=timing.get(key, Timing()),
                only_need=products[key].is_controlled
                or any(each.line.register_required for each in usable[key]),
            )
            for key in product_ids
        ),
        sources=tuple(
            _source(
                each,
                under[(key, each.line.offer.supplier_id)],
                products[key],
                mix=mixes.get(each.line.pk),
            )
            for key in product_ids
            for each in usable[key]
        ),
        conditions=tuple(_conditions(key, market) for key in market.terms),
        budget=to_minor(budget),
        holding_rate=settings.PURCHASES_HOLDING_PERCENT / 100,
        overage=settings.PURCHASES_OVERAGE_PERCENT / 100,
        money_places=exponent(),
    )


def _mixes(usable: Mapping[int, Sequence[Source]], *, now: datetime) -> dict[int, int]:
    """Lines that earn their free goods together: by line, the first line of its mix."""
    lines = [each.line for sources in usable.values() for each in sources]
    groups = mixes_among(lines, today=local_date(now))
    return {line_id: group[0] for group in groups for line_id in group}


def _item(
    figures: NeedFigures,
    *,
    wishes: Wishes,
    shelf_days: int | None,
    timing: Timing,
    only_need: bool,
) -> Item:
    known = figures.basis is NeedBasis.DEMAND
    demand, terms = figures.demand, figures.terms
    days = max(1, terms.protection_days)
    # What the lead time adds to the spread is laid on the days it protects.
    variance = (
        float(demand.deviation) ** 2
        + (float(demand.per_day) * float(terms.lead_deviation)) ** 2 / days
    )
    return Item(
        product_id=figures.product_id,
        position=figures.position.usable,
        per_day=float(demand.per_day) if known else 0.0,
        deviation=math.sqrt(variance) if known else 0.0,
        floor=figures.limits.order_at if known else 0,
        service_level=float(figures.service_level),
        cover_days=wishes.most_days,
        shelf_days=shelf_days,
        only_need=only_need,
        usual_share=timing.usual_share,
        priced_days=timing.priced_days,
    )


def _source(
    source: Source, figures: NeedFigures, product: ProductSummary, *, mix: int | None
) -> BasketSource:
    assert source.price is not None  # noqa: S101 - only sources that count come here
    return BasketSource(
        key=source.line.pk,
        product_id=figures.product_id,
        supplier_id=source.line.offer.supplier_id,
        price=source.price,
        units=product.purchase_units,
        needed=figures.needed,
        lead_days=figures.lead_days,
        review_days=figures.review_days,
        mix=mix,
    )


def _conditions(supplier_id: int, market: Market) -> Conditions:
    terms, most = market.terms[supplier_id], market.most_at(supplier_id)
    fee = terms.small_order_fee
    return Conditions(
        supplier_id=supplier_id,
        minimum=to_minor(terms.minimum_order_amount),
        fee=None if fee is None else to_minor(fee),
        maximum=None if most is None else to_minor(most),
    )
