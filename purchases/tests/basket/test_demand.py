from __future__ import annotations

import math

import numpy as np
import pytest

from purchases.basket.demand import expected_left, expected_missed


def missed(mean, variance, level):
    return float(expected_missed(mean, variance, np.array([float(level)]))[0])


@pytest.mark.parametrize("level", [0, 1, 3, 7])
def test_poisson_demand_missed_is_the_sum_over_all_demands(level):
    mean = 2.5
    expected = sum(
        (demand - level) * math.exp(-mean) * mean**demand / math.factorial(demand)
        for demand in range(level, 60)
    )
    assert missed(mean, mean, level) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("level", [0, 2, 10, 25])
def test_uneven_demand_missed_is_the_sum_over_all_demands(level):
    mean, variance = 6.0, 15.0
    times = mean**2 / (variance - mean)
    chance = times / (times + mean)
    total, weight = 0.0, chance**times
    for demand in range(400):
        total += max(0, demand - level) * weight
        weight *= (demand + times) / (demand + 1) * (1 - chance)
    assert missed(mean, variance, level) == pytest.approx(total, rel=1e-6)


def test_large_demand_joins_small_without_a_step():
    assert missed(299.9, 900.0, 310) == pytest.approx(missed(300.1, 900.0, 310.2), rel=0.05)


def test_what_is_missed_below_zero_grows_by_what_is_owed():
    assert missed(5.0, 5.0, -3) == pytest.approx(8.0)
    assert missed(0.0, 0.0, -3) == 3.0


def test_what_is_left_is_what_was_there_less_what_was_met():
    levels = np.array([4.0])
    left = float(expected_left(5.0, 5.0, levels)[0])
    assert left == pytest.approx(4.0 - (5.0 - missed(5.0, 5.0, 4)))
