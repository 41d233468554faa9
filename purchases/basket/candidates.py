"""Which quantities of a source are worth considering.

Every quantity up to the cover and shelf limits is priced, and those are looked at first that some
price of money would pick, with the quantity that just covers the need; the solver adds the others
that might be better.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from purchases.basket.demand import expected_left, expected_missed
from purchases.basket.mixed import Ints, spread_alone, spread_mixed
from purchases.basket.model import Basket, Candidate, Costs, Item, Options, Source, Unbought
from purchases.basket.ways import Curve, Valuation, Ways, value_of
from purchases.deals import Deal
from purchases.quotes import LARGEST_QUANTITY, packs_needed, packs_to_buy

__all__ = ["options_of"]

Floats = NDArray[np.float64]

# From "an order must become larger" to "there is hardly any money".
_PRICES_OF_MONEY = (-0.5, -0.1, 0.0, 0.05, 0.15, 0.4, 1.0, 3.0)
# Up to so many packs every quantity is looked at, beyond that so many in even steps.
_ALL_UP_TO = 600
_STEPS = 300


def options_of(basket: Basket) -> list[Options]:
    """What may be done about each item, in the order of the items."""
    by_product: dict[int, list[Source]] = {item.product_id: [] for item in basket.items}
    for source in sorted(basket.sources, key=lambda source: source.key):
        by_product[source.product_id].append(source)
    together = _together(basket, by_product)
    return [_options(basket, item, by_product[item.product_id], together) for item in basket.items]


def _together(basket: Basket, by_product: Mapping[int, Sequence[Source]]) -> dict[int, int]:
    """By key of sources that are mixed: the most packs that are considered of their whole mix."""
    most: dict[int, dict[int, int]] = {}
    for item in basket.items:
        for source in by_product[item.product_id]:
            if source.mix is not None:
                packs = _packs(item, source)
                most.setdefault(source.mix, {})[source.key] = int(packs[-1]) if len(packs) else 0
    return {key: sum(mix.values()) for mix in most.values() for key in mix}


def _options(
    basket: Basket, item: Item, sources: Sequence[Source], together: Mapping[int, int]
) -> Options:
    curves = [_curve(basket, item, source, together.get(source.key)) for source in sources]
    usable = [curve for curve in curves if len(curve.packs) > 1]
    if not usable:
        why_none = Unbought.SHELF_LIFE if item.shelf_days is not None else Unbought.OUT_OF_RANGE
        return Options(item, 0.0, 0.0, Costs(), _missed_now(item, sources), (), why_none)
    most = max(float(curve.units.max()) for curve in usable)
    valuation = Valuation(basket, item, _unit_value(basket, usable), most)
    ways = tuple(Ways.of(curve, valuation) for curve in usable)
    # Buying nothing waits for whoever can deliver soonest.
    first = min(range(len(usable)), key=lambda i: (usable[i].missed[0], i))
    nothing = valuation.costs(usable[first], 0, paid=0)
    candidates = tuple(each for some in ways for each in _candidates(some))
    return Options(
        item=item,
        unit_value=valuation.value,
        shortage_price=valuation.shortage_price,
        nothing=nothing,
        nothing_short=float(usable[first].missed[0]),
        candidates=candidates,
        reason=None if candidates else Unbought.OUT_OF_RANGE,
        ways=ways,
    )


def _candidates(ways: Ways) -> list[Candidate]:
    """What some price of money would pick, and just the need; exact money, fewest packs first."""
    own = ways.own_places()
    if not len(own):
        return []
    enough = int(np.searchsorted(ways.curve.packs[own], _packs_for_need(ways.curve.source)))
    places = {ways.cheapest_at(price, own) for price in _PRICES_OF_MONEY}
    places.add(int(own[min(enough, len(own) - 1)]))
    found = [ways.candidate(place) for place in sorted(places)]
    return [candidate for candidate in found if candidate is not None]


def _missed_now(item: Item, sources: Sequence[Source]) -> float:
    return min((float(_missed(item, source, np.zeros(1))[0]) for source in sources), default=0.0)


def _curve(basket: Basket, item: Item, source: Source, together: int | None) -> Curve:
    """together: the most packs of the source's mix, None where it is not mixed."""
    price, packs = source.price, _packs(item, source)
    own = _free_packs(price.deal, packs)
    if together is None:
        spread = spread_alone(packs, own)
    else:
        spread = spread_mixed(price.deal, packs, own, together=together)
    units = ((spread.packs + spread.free) * source.units).astype(np.float64)
    kept = (units <= _most_units(item, source)) | (spread.packs == 0)
    if item.per_day <= 0 and not item.only_need:
        # Beyond the need no more comes free than a fair share of what the mix earns.
        kept |= spread.fair & (spread.packs <= _packs_for_need(source))
    spread, units = spread.only(kept), units[kept]
    each = float(price.price) * (100 - float(price.discount_percent)) / 100
    arrived = _on_arrival(item, source) + units
    return Curve(
        source=source,
        packs=spread.packs,
        free=spread.free,
        own=spread.own,
        fair=spread.fair,
        units=units,
        paid=spread.packs * each * 10**basket.money_places,
        missed=_missed(item, source, units),
        unit_days=_unit_days(item, arrived),
        expired=_expired(item, arrived),
    )


def _packs(item: Item, source: Source) -> Ints:
    """Bought packs to look at, ascending, 0 first."""
    enough = _packs_for_need(source)
    most = enough
    if not item.only_need and item.per_day > 0:
        ahead = min(item.per_day * item.cover_days - item.position, LARGEST_QUANTITY)
        most = max(enough, int(ahead) // source.units)
    if source.most_packs is not None:
        most = min(most, source.most_packs)
    if most <= _ALL_UP_TO:
        return _sold(source, np.arange(most + 1, dtype=np.int64))
    steps = np.linspace(0, most, _STEPS + 1).astype(np.int64).tolist()
    whole = _whole_tiers(source.price.deal, enough, most)
    return _sold(source, np.array(sorted({*steps, enough, *whole})))


def _sold(source: Source, packs: Ints) -> Ints:
    """Without those fewer than the supplier sells."""
    return packs[(packs == 0) | (packs >= (source.price.deal.least_packs or 1))]


def _whole_tiers(deal: Deal, enough: int, most: int) -> Iterable[int]:
    for tier in deal.usable_tiers():
        around = enough // tier.bought
        for times in (1, around, around + 1, most // tier.bought):
            if 0 < times * tier.bought <= most:
                yield times * tier.bought


@lru_cache(maxsize=4096)
def _packs_for_need(source: Source) -> int:
    packs = packs_needed(needed=max(1, source.needed), purchase_units=source.units)
    return packs_to_buy(source.price.deal, packs=min(packs, LARGEST_QUANTITY))


def _free_packs(deal: Deal, packs: Ints) -> Ints:
    """Free packs of every quantity; by one table where all quantities are looked at."""
    tiers = deal.usable_tiers()
    most = int(packs[-1])
    if not tiers:
        return np.zeros(len(packs), dtype=np.int64)
    if len(packs) <= most:
        return np.array([deal.free_units(int(bought)) for bought in packs], dtype=np.int64)
    free = [0] * (most + 1)
    for bought in range(1, most + 1):
        best = free[bought - 1]
        for tier in tiers:
            if tier.bought > bought:
                break
            best = max(best, free[bought - tier.bought] + tier.free)
        free[bought] = best
    return np.array(free, dtype=np.int64)


def _most_units(item: Item, source: Source) -> float:
    """Base units that may arrive: within cover (the need always may) and before they expire."""
    enough = _packs_for_need(source)
    need = (enough + source.price.deal.free_units(enough)) * source.units
    limit = float(need)
    if not item.only_need and item.per_day > 0:
        limit = max(limit, item.per_day * item.cover_days - item.position)
    if item.per_day > 0 and item.shelf_days is not None:
        limit = min(limit, item.per_day * item.shelf_days - _on_arrival(item, source))
    return min(limit, LARGEST_QUANTITY)


def _on_arrival(item: Item, source: Source) -> float:
    """Base units expected to be left when the goods come."""
    return max(0.0, item.position - item.per_day * source.lead_days)


def _missed(item: Item, source: Source, units: Floats) -> Floats:
    """Base units expected to be short until the next delivery, or missing to a person's limit."""
    if item.per_day <= 0:
        return np.maximum(0.0, source.needed - units)
    levels = item.position + units
    days = source.protection_days
    missed = expected_missed(item.per_day * days, item.deviation**2 * days, levels)
    return np.maximum(missed, item.floor - levels)


def _unit_days(item: Item, arrived: Floats) -> Floats:
    """Days the units lie until they are sold, added up: they wait behind what is there."""
    if item.per_day <= 0:
        return np.zeros_like(arrived)
    waits: Floats = (arrived**2 - arrived[0] ** 2) / (2 * item.per_day)
    return waits


def _expired(item: Item, arrived: Floats) -> Floats:
    if item.per_day <= 0 or item.shelf_days is None:
        return np.zeros_like(arrived)
    days = item.shelf_days
    left = expected_left(item.per_day * days, item.deviation**2 * days, arrived)
    expired: Floats = left - left[0]
    return expired


def _unit_value(basket: Basket, curves: Sequence[Curve]) -> float:
    """Money of a base unit that is always bought in the best way, its holding included."""
    least = min(value_of(curve, rate=basket.holding_rate) for curve in curves)
    if least == float("inf"):
        least = min(
            float((curve.paid / np.maximum(curve.units, 1))[1:][curve.fair[1:]].min())
            for curve in curves
        )
    return least
