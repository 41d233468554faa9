"""The solver against every possible choice, on baskets small enough to try them all.

Every quantity of every source counts, not only those the solver looked at.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import pytest

from purchases.basket import Answer, Basket, Candidate, Conditions, Item, Method, compose
from purchases.basket.candidates import options_of
from purchases.quotes import quote_for_need
from purchases.tests.basket.making import DEALS, basket, bought_at

SEEDS = range(160)


def tiny_basket(seed: int) -> Basket:
    """Three products in packs of a few units at three suppliers, of which conditions bite."""
    chance = random.Random(f"tiny {seed}")
    items, sources = [], []
    for product_id in range(1, 4):
        per_day = chance.choice([0.0, 0.3, 1.0, 2.0])
        item = Item(
            product_id=product_id,
            position=chance.randint(-2, 6),
            per_day=per_day,
            deviation=per_day**0.5 * chance.choice([1.0, 1.6]),
            service_level=chance.choice([0.9, 0.95, 0.98]),
            cover_days=chance.choice([20, 45]),
            shelf_days=chance.choice([None, None, 25]),
            only_need=chance.random() < 0.2,
            usual_share=chance.choice([1.0, 0.9, 1.2]),
            priced_days=chance.choice([None, 8]),
        )
        items.append(item)
        base = chance.randint(50, 400)
        sources += [
            bought_at(
                base + chance.randint(0, 40),
                chance.choice(DEALS),
                product_id=product_id,
                supplier_id=supplier_id,
                units=chance.choice([5, 8, 12]),
                needed=max(1, round(per_day * 10) - item.position),
                lead_days=chance.choice([1, 2, 5]),
            )
            for supplier_id in range(1, 4)
            if chance.random() < 0.85
        ]
    conditions = tuple(
        Conditions(
            supplier_id=supplier_id,
            minimum=chance.choice([0, 0, 40_000, 90_000]),
            fee=chance.choice([None, None, 2_000]),
            maximum=chance.choice([None, 90_000, 120_000]),
        )
        for supplier_id in range(1, 4)
    )
    budget = chance.choice([0, 40_000, 90_000, 200_000, 10**10])
    return basket(items, sources, conditions=conditions, budget=budget)


def all_ways(asked: Basket) -> Iterator[tuple[int, list[Candidate]]]:
    """What buying nothing of each item costs, and every way of buying it."""
    for some in options_of(asked):
        found = [
            candidate
            for ways in some.ways
            for place in range(1, len(ways.curve.packs))
            if (candidate := ways.candidate(place)) is not None
        ]
        yield some.nothing.total, found


@lru_cache(maxsize=1024)
def least_cost(seed: int) -> int:
    """What the best of all choices costs, written without the optimiser's own bookkeeping."""
    asked = tiny_basket(seed)
    suppliers = {each.supplier_id: place for place, each in enumerate(asked.conditions)}
    # What orders may come to, with the least cost of coming there.
    reached: dict[tuple[int, ...], int] = {(0, 0, 0): 0}
    for nothing, ways in all_ways(asked):
        further: dict[tuple[int, ...], int] = {}
        moves = [(None, 0, nothing)] + [
            (suppliers[each.supplier_id], each.paid, each.costs.total) for each in ways
        ]
        for orders, cost in reached.items():
            for place, paid, more in moves:
                amounts = list(orders)
                if place is not None:
                    amounts[place] += paid
                key = tuple(amounts)
                if cost + more < further.get(key, 10**30):
                    further[key] = cost + more
        reached = further
    costs = [
        cost + fees
        for orders, cost in reached.items()
        if (fees := fees_of(asked, orders)) is not None and sum(orders) + fees <= asked.budget
    ]
    return min(costs)


def fees_of(asked: Basket, orders: tuple[int, ...]) -> int | None:
    """The fees of these orders; None where a supplier does not take one."""
    fees = 0
    for rule, amount in zip(asked.conditions, orders, strict=True):
        if rule.maximum is not None and amount > rule.maximum:
            return None
        if 0 < amount < rule.minimum:
            if rule.fee is None:
                return None
            fees += rule.fee
    return fees


def check_conditions(asked: Basket, answer: Answer) -> None:
    orders = {each.supplier_id: 0 for each in asked.conditions}
    for candidate in answer.chosen.values():
        orders[candidate.supplier_id] += candidate.paid
    fees = fees_of(asked, tuple(orders.values()))
    assert fees == answer.fees
    assert sum(orders.values()) + fees == answer.spent <= asked.budget


@pytest.mark.parametrize("seed", SEEDS)
def test_the_solver_finds_the_cheapest_of_all_choices(seed):
    asked = tiny_basket(seed)
    answer = compose(asked, gap=0.0)
    assert answer.method == Method.SOLVER
    assert answer.costs.total == least_cost(seed)
    assert answer.bound is not None
    assert answer.bound <= answer.costs.total
    assert answer.gap == pytest.approx(0, abs=1e-6)
    check_conditions(asked, answer)


@pytest.mark.parametrize("seed", range(100))
def test_the_greedy_rule_keeps_every_condition_and_never_beats_the_best_choice(seed):
    asked = tiny_basket(seed)
    answer = compose(asked, greedy=True)
    check_conditions(asked, answer)
    assert answer.costs.total >= least_cost(seed)


def test_the_greedy_rule_is_worth_having():
    """Close to the best on average, so that the comparison above is no empty one."""
    excess = [
        compose(tiny_basket(seed), greedy=True).costs.total / least_cost(seed) - 1
        for seed in range(100)
    ]
    assert sum(excess) / len(excess) < 0.03
    assert max(excess) > 0


@pytest.mark.parametrize("freed", ["budget", "minimum", "maximum", "fee"])
def test_every_condition_bites_in_some_of_these_baskets(freed):
    """Without it something else would be best: the oracle is asked about all of them."""
    biting = 0
    for seed in range(80):
        asked = tiny_basket(seed)
        if freed == "budget":
            free = replace(asked, budget=10**12)
        else:
            change = {"minimum": 0, "maximum": None, "fee": 0}[freed]
            rules = tuple(replace(each, **{freed: change}) for each in asked.conditions)
            free = replace(asked, conditions=rules)
        biting += compose(free, gap=0.0).costs.total < least_cost(seed)
    assert biting > 3


@pytest.mark.parametrize("seed", range(150))
def test_cover_shelf_life_and_controlled_drugs_limit_what_is_bought(seed):
    asked = tiny_basket(seed)
    items = {each.product_id: each for each in asked.items}
    for product_id, chosen in compose(asked).chosen.items():
        item, source, quantity = items[product_id], chosen.source, chosen.quote.quantity
        need = quote_for_need(source.price, needed=source.needed, purchase_units=source.units)
        assert need is not None
        if item.only_need or item.per_day == 0:
            assert quantity <= need.quantity
        else:
            ahead = item.per_day * item.cover_days - item.position
            assert quantity <= max(need.quantity, ahead)
        if item.shelf_days is not None and item.per_day > 0:
            there = max(0.0, item.position - item.per_day * source.lead_days)
            assert there + quantity <= item.per_day * item.shelf_days
