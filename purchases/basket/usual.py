"""What a product usually costs, and whether this is the last occasion to buy at today's prices.

Prices move about: what is unusually cheap today is worth having for longer when its offer is about
to lapse, and what is unusually dear is not. Only what was offered before is relied on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from purchases.quotes import HUNDRED, PackPrice

__all__ = ["cheapest_unit", "priced_days", "usual_share"]

# Fewer periods say nothing about what is usual.
_FEWEST_PERIODS = 2


def cheapest_unit(price: PackPrice, *, most_units: float, units: int) -> float:
    """Money of a base unit in the best tier that brings no more than `most_units` base units."""
    share = min(
        (
            tier.bought / (tier.bought + tier.free)
            for tier in price.deal.usable_tiers()
            if (tier.bought + tier.free) * units <= most_units
        ),
        default=1.0,
    )
    return float(price.price * (HUNDRED - price.discount_percent) / HUNDRED) * share / units


def usual_share(
    present: float, past: Mapping[int, Collection[float]], *, staying: float | None = None
) -> float:
    """What a unit usually costs at its cheapest, a share of what it costs so today.

    present: money of a unit today (> 0). past: by period, of every offer then. The mean of the
    periods' cheapest and today's; 1 where too few periods are known. staying: the cheapest of
    those offers of today that do not lapse, which is never dearer than what comes.
    """
    if len(past) < _FEWEST_PERIODS:
        usual = present
    else:
        usual = (sum(min(each) for each in past.values()) + present) / (len(past) + 1)
    return (usual if staying is None else min(usual, staying)) / present


def priced_days(*, days_left: int | None, lead_days: int, review_days: int) -> int | None:
    """For so many days demand can be met at a price that holds `days_left` more days.

    None where there will be another occasion to order at it, or no end is known: then nothing is
    gained by buying ahead now.
    """
    if days_left is None or days_left >= review_days:
        return None
    return lead_days + review_days
