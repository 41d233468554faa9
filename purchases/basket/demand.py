"""Demand that is not certain: units expected to be missed, or to be left.

Demand over a span of days is taken as negative binomial where it varies more than by chance, as
Poisson where it does not, and as normal where it is large. For a whole number s:
E[(D - s)+] = mean - sum of P(D > k) for k < s; and E[(s - D)+] = s - mean + E[(D - s)+].
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["expected_left", "expected_missed"]

Floats = NDArray[np.float64]

# From here on the normal distribution is close enough, and the recursion too long.
_LARGE_MEAN = 300.0
_DEVIATIONS = 12.0


def expected_missed(mean: float, variance: float, levels: Floats) -> Floats:
    """E[(D - s)+] for every s of `levels` (units, fractions and below zero allowed)."""
    if mean <= 0:
        return np.maximum(0.0, -levels)
    if mean > _LARGE_MEAN:
        return _normal_missed(mean, math.sqrt(max(variance, mean)), levels)
    table = _missed_table(round(mean, 6), round(max(variance, mean), 6))
    inside = np.clip(levels, 0, len(table) - 1)
    below = np.floor(inside).astype(np.int64)
    above = np.minimum(below + 1, len(table) - 1)
    share = inside - below
    missed: Floats = table[below] * (1 - share) + table[above] * share + np.maximum(0.0, -levels)
    return missed


def expected_left(mean: float, variance: float, levels: Floats) -> Floats:
    """E[(s - D)+] for every s of `levels`."""
    return np.maximum(0.0, levels - mean + expected_missed(mean, variance, levels))


@lru_cache(maxsize=8192)
def _missed_table(mean: float, variance: float) -> Floats:
    """E[(D - s)+] for s = 0, 1, 2 ... until nothing is missed any more."""
    size = int(mean + _DEVIATIONS * math.sqrt(variance)) + 3
    chances = np.empty(size)
    excess = variance - mean
    if excess < 1e-6 * mean:
        chances[0] = math.exp(-mean)
        ratios = mean / np.arange(1, size)
    else:
        times = mean * mean / excess
        chances[0] = math.exp(times * math.log(times / (times + mean)))
        steps = np.arange(0, size - 1)
        ratios = (steps + times) / (steps + 1) * (mean / (times + mean))
    chances[1:] = chances[0] * np.cumprod(ratios)
    above = np.maximum(0.0, 1.0 - np.cumsum(chances))
    missed = np.empty(size)
    missed[0] = mean
    missed[1:] = mean - np.cumsum(above)[:-1]
    return np.maximum(0.0, missed)


def _normal_missed(mean: float, deviation: float, levels: Floats) -> Floats:
    scores = (levels - mean) / deviation
    density = np.exp(-0.5 * scores * scores) / math.sqrt(2 * math.pi)
    beyond = np.array([0.5 * math.erfc(score / math.sqrt(2)) for score in scores.tolist()])
    return np.maximum(0.0, deviation * (density - scores * beyond))
