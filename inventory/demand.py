"""The mean and the deviation of a day's demand, from what was sold day by day. Pure.

Recent days weigh more: exponential smoothing, in its closed form. Measured against other methods
by `python -m bench.demand`; docs/flows/needs.md says what came out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Days after which a day weighs half as much: for the mean, which follows the season, and for the
# deviation, which needs more days to be seen.
MEAN_HALF_LIFE = 30.0
DEVIATION_HALF_LIFE = 90.0
WEEK = 7
# Days of sale from which on one can tell that another is far out.
FEWEST_SALES = 4

Days = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Of each product: units per day, and the standard deviation of one day."""

    per_day: Days
    deviation: Days


def estimate(sold: Days, known: NDArray[np.bool_]) -> Estimates:
    """Estimate the demand of each product.

    sold: products x days, units of each day, the latest day last. known: whether the product
    could have been sold that day; the others say nothing, they are no days without demand.

    A day far above all others (a hospital's order) counts as the highest ordinary one. The
    deviation is the greater of that of single days and that of weeks, a seventh of whose variance
    falls on a day: where busy days come together, weeks vary more than their days tell.
    """
    sold = np.where(known, far_out_capped(np.where(known, sold, 0.0)), 0.0)
    mean = _shares(sold, known, _weights(sold.shape[1], MEAN_HALF_LIFE))
    weights = _weights(sold.shape[1], DEVIATION_HALF_LIFE)
    of_days = _shares(np.where(known, (sold - mean[:, None]) ** 2, 0.0), known, weights)
    of_weeks = _weekly_variance(sold, known, mean, weights)
    return Estimates(per_day=mean, deviation=np.sqrt(np.maximum(of_days, of_weeks)))


def far_out_capped(sold: Days) -> Days:
    """No day higher than the upper quartile + 3 x the greater of quartile range and median.

    Of the days on which anything was sold. J. W. Tukey, "Exploratory Data Analysis" (1977), calls
    what lies beyond "far out"; the median is for products always sold by the same few units.
    """
    ranked = np.sort(sold, axis=1)
    zeros = (ranked <= 0).sum(axis=1)
    sales = sold.shape[1] - zeros
    low, middle, high = (_quantile(ranked, zeros, sales, share) for share in (0.25, 0.5, 0.75))
    fence = high + 3 * np.maximum(high - low, middle)
    return np.minimum(sold, np.where(sales >= FEWEST_SALES, fence, np.inf)[:, None])


def _quantile(
    ranked: Days, zeros: NDArray[np.int64], sales: NDArray[np.int64], share: float
) -> Days:
    """The quantile of each row beyond its zeros, between the two nearest values."""
    place = zeros + share * np.maximum(sales - 1, 0)
    lower = np.minimum(np.floor(place).astype(int), ranked.shape[1] - 1)
    upper = np.minimum(lower + 1, ranked.shape[1] - 1)
    rows = np.arange(len(ranked))
    low = ranked[rows, lower]
    result: Days = low + (place - lower) * (ranked[rows, upper] - low)
    return result


def _weights(days: int, half_life: float) -> Days:
    return np.asarray(0.5 ** (np.arange(days)[::-1] / half_life), dtype=np.float64)


def _shares(values: Days, known: NDArray[np.bool_], weights: Days) -> Days:
    """The weighed mean of the known days of each row; 0 where none is."""
    whole = known @ weights
    result: Days = np.divide(values @ weights, whole, out=np.zeros(len(values)), where=whole > 0)
    return result


def _weekly_variance(sold: Days, known: NDArray[np.bool_], mean: Days, weights: Days) -> Days:
    """The variance of whole weeks back from the last day, per day of them."""
    days = sold.shape[1] // WEEK * WEEK
    if not days:
        return np.zeros(len(sold))
    weeks = (len(sold), days // WEEK, WEEK)
    units = sold[:, -days:].reshape(weeks).sum(axis=2)
    of_week = known[:, -days:].reshape(weeks).sum(axis=2)
    weight = weights[-days:].reshape(-1, WEEK)[:, -1]
    off = (units - mean[:, None] * of_week) ** 2 @ weight
    whole = of_week @ weight
    result: Days = np.divide(off, whole, out=np.zeros(len(sold)), where=whole > 0)
    return result
