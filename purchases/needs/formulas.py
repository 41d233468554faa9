"""The formulas of need.

A periodic review, order-up-to system: E. A. Silver, D. F. Pyke and D. J. Thomas, "Inventory and
Production Management in Supply Chains", 4th ed., CRC Press 2017, chapter 6 (the (R, S) system; the
deviation of demand over a lead time that varies itself).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from statistics import NormalDist

from purchases.needs.model import Demand, Lot, SupplyTerms

__all__ = [
    "expiring_units",
    "order_up_to_level",
    "reorder_level",
    "safety_stock",
    "service_factor",
]

_FOUR_PLACES = Decimal("0.0001")
_HUNDREDTH = Decimal("0.01")
_PRECISION = 40


@lru_cache(maxsize=256)
def service_factor(service_level: Decimal) -> Decimal:
    """z: so many deviations above the mean, normal demand is met with this chance. Four places.

    Raises ValueError unless the level is above 0 and below 1.
    """
    if not (service_level.is_finite() and 0 < service_level < 1):
        raise ValueError(f"a service level is above 0 and below 1, got {service_level}")
    return Decimal(NormalDist().inv_cdf(float(service_level))).quantize(_FOUR_PLACES)


def safety_stock(demand: Demand, terms: SupplyTerms) -> Decimal:
    """z x sqrt((L + R) x sd^2 + d^2 x sL^2), in units, two places, never below zero.

    L lead time and sL its deviation, R review period, d mean demand and sd deviation of a day.
    """
    with localcontext(prec=_PRECISION):
        # Products, not powers: those of Decimal cost ten times as much.
        varies = demand.per_day * terms.lead_deviation
        variance = terms.protection_days * demand.deviation * demand.deviation + varies * varies
        stock = service_factor(terms.service_level) * variance.sqrt()
        return max(Decimal(0), stock).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def reorder_level(demand: Demand, terms: SupplyTerms, safety: Decimal) -> int:
    """d x L + safety stock, whole units up: what must be there to last until a delivery."""
    return _whole(demand.per_day * terms.lead_days + safety)


def order_up_to_level(demand: Demand, terms: SupplyTerms, safety: Decimal) -> int:
    """d x (L + R) + safety stock, whole units up: lasts until the next order has arrived."""
    return _whole(demand.per_day * terms.protection_days + safety)


def expiring_units(
    lots: Iterable[Lot], *, per_day: Decimal, reserved: int = 0, within: int | None = None
) -> int:
    """Units that will expire unsold when lots are sold first expiring first at `per_day`.

    What is reserved goes out before anything else. within: only what expires in so many days.
    """
    sold = unsold = 0
    for lot in sorted(lots, key=lambda lot: lot.days):
        if within is not None and lot.days > within:
            break
        promised = min(reserved, lot.units)
        reserved -= promised
        sellable = max(0, _nearest(per_day * lot.days) - sold)
        leaves = min(lot.units - promised, sellable)
        sold += leaves
        unsold += lot.units - promised - leaves
    return unsold


def _whole(units: Decimal) -> int:
    return int(units.to_integral_value(rounding=ROUND_CEILING))


def _nearest(units: Decimal) -> int:
    return int(units.to_integral_value(rounding=ROUND_HALF_UP))
