"""The solver against every possible choice, on baskets small enough to try them all."""

from __future__ import annotations

import itertools

import pytest

from purchases.basket import Answer, Basket, compose
from purchases.basket.candidates import options_of
from purchases.tests.basket.making import random_basket

SEEDS = range(60)


def least_cost(basket: Basket) -> int:
    """What the best of all choices costs, written without the optimiser's own bookkeeping."""
    options = options_of(basket)
    conditions = {each.supplier_id: each for each in basket.conditions}
    best = None
    for choice in itertools.product(*[(None, *some.candidates) for some in options]):
        orders: dict[int, int] = {}
        cost = 0
        for some, candidate in zip(options, choice, strict=True):
            parts = some.nothing if candidate is None else candidate.costs
            cost += parts.paid + parts.later + parts.shortage + parts.holding + parts.expiring
            if candidate is not None:
                key = candidate.source.supplier_id
                orders[key] = orders.get(key, 0) + candidate.costs.paid
        fees = 0
        for key, amount in orders.items():
            rule = conditions[key]
            if rule.maximum is not None and amount > rule.maximum:
                break
            if amount < rule.minimum and rule.fee is None:
                break
            fees += (rule.fee or 0) if amount < rule.minimum else 0
        else:
            if sum(orders.values()) + fees <= basket.budget:
                best = cost + fees if best is None else min(best, cost + fees)
    assert best is not None
    return best


def check_conditions(basket: Basket, answer: Answer) -> None:
    orders: dict[int, int] = {}
    for candidate in answer.chosen.values():
        orders[candidate.supplier_id] = orders.get(candidate.supplier_id, 0) + candidate.paid
    for rule in basket.conditions:
        amount = orders.get(rule.supplier_id, 0)
        assert amount == 0 or rule.fee is not None or amount >= rule.minimum
        assert rule.maximum is None or amount <= rule.maximum
    assert sum(orders.values()) + answer.fees == answer.spent <= basket.budget


@pytest.mark.parametrize("seed", SEEDS)
def test_the_solver_finds_the_cheapest_of_all_choices(seed):
    basket = random_basket(seed)
    answer = compose(basket, gap=0.0)
    assert answer.method == "solver"
    assert answer.costs.total == least_cost(basket)
    assert answer.bound is not None
    assert answer.bound <= answer.costs.total
    assert answer.gap == pytest.approx(0, abs=1e-6)
    check_conditions(basket, answer)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_greedy_rule_keeps_every_condition_and_never_beats_the_best_choice(seed):
    basket = random_basket(seed)
    answer = compose(basket, greedy=True)
    check_conditions(basket, answer)
    assert answer.costs.total >= least_cost(basket)


def test_the_greedy_rule_is_worth_having():
    """Close to the best on average, so that the comparison above is no empty one."""
    excess = []
    for seed in SEEDS:
        basket = random_basket(seed)
        excess.append(compose(basket, greedy=True).costs.total / least_cost(basket) - 1)
    assert sum(excess) / len(excess) < 0.02
    assert max(excess) > 0
