"""Strengths that earn their free packs together, chosen together: against every possible choice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache

import pytest

from purchases.basket import Answer, Basket, Conditions, Item, Method, compose
from purchases.basket.candidates import options_of
from purchases.deals import Deal
from purchases.tests.basket.making import basket, bought_at

SEEDS = range(150)
DEALS = ["1+5", "2+7", "2+8", "1+6 او 3+10", "3+8 او 5+11", "2+5"]


def tiny_mix(seed: int) -> Basket:
    """Three strengths, of which one supplier mixes some, and another sells them as well."""
    chance = random.Random(f"mix {seed}")
    items, sources = [], []
    mixed_at = {1: chance.choice(DEALS), 2: chance.choice(["", *DEALS])}
    for product_id in range(1, 4):
        per_day = chance.choice([0.2, 0.5, 0.8, 1.0])
        each = Item(
            product_id=product_id,
            position=chance.randint(-4, 2),
            per_day=per_day,
            deviation=per_day**0.5 * chance.choice([1.0, 1.6]),
            service_level=chance.choice([0.9, 0.95, 0.98]),
            cover_days=chance.choice([20, 40]),
            shelf_days=chance.choice([None, None, 25]),
            only_need=chance.random() < 0.2,
        )
        items.append(each)
        base = chance.randint(50, 400)
        for supplier_id, deal in mixed_at.items():
            if chance.random() < 0.2:
                continue
            is_mixed = bool(deal) and chance.random() < 0.95
            source = bought_at(
                base + chance.randint(0, 40),
                deal if is_mixed else chance.choice(["", "1+3"]),
                product_id=product_id,
                supplier_id=supplier_id,
                units=chance.choice([4, 5, 7]),
                needed=max(1, round(per_day * 12) - each.position),
                lead_days=chance.choice([1, 2, 5]),
                mix=supplier_id if is_mixed else None,
            )
            sources.append(source)
    conditions = tuple(
        Conditions(
            supplier_id=supplier_id,
            minimum=chance.choice([0, 0, 40_000, 90_000]),
            fee=chance.choice([None, None, 2_000]),
            maximum=chance.choice([None, 90_000, 120_000]),
        )
        for supplier_id in (1, 2)
    )
    budget = chance.choice([40_000, 90_000, 200_000, 10**10, 10**10])
    return basket(items, sources, conditions=conditions, budget=budget)


# Of one item: (supplier, mix or None, packs, free packs, paid, cost).
Way = tuple[int, int | None, int, int, int, int]


def all_ways(asked: Basket) -> Iterator[list[Way]]:
    """Every number of packs with every number of free packs; nothing first."""
    for some in options_of(asked):
        found: list[Way] = [(0, None, 0, 0, 0, some.nothing.total)]
        for ways in some.ways:
            source = ways.curve.source
            for place in range(1, len(ways.curve.packs)):
                candidate = ways.candidate(place)
                assert candidate is not None
                found.append(
                    (
                        source.supplier_id,
                        source.mix,
                        candidate.quote.packs,
                        candidate.quote.free_packs,
                        candidate.paid,
                        candidate.costs.total,
                    )
                )
        yield found


def deals_of(asked: Basket) -> dict[int, Deal]:
    return {each.mix: each.price.deal for each in asked.sources if each.mix is not None}


def least_cost(asked: Basket) -> int:
    """What the best of all choices costs: the deal itself is asked what it gives for a mix."""
    deals = deals_of(asked)
    items = [sorted(ways, key=lambda way: way[5]) for ways in all_ways(asked)]
    best = 10**30

    def choose(choice: tuple[Way, ...], cost: int) -> None:
        nonlocal best
        left = items[len(choice) :]
        if not left:
            fees = fees_of(asked, choice)
            paid = sum(way[4] for way in choice)
            if fees is not None and paid + fees <= asked.budget and earned(choice, deals):
                best = min(best, cost + fees)
            return
        for way in left[0]:
            if cost + way[5] + sum(ways[0][5] for ways in left[1:]) >= best:
                break  # nothing dearer can be better
            choose((*choice, way), cost + way[5])

    choose((), 0)
    return best


def earned(choice: tuple[Way, ...], deals: dict[int, Deal]) -> bool:
    for key, deal in deals.items():
        mixed = [way for way in choice if way[1] == key]
        given = deal.free_units(sum(way[2] for way in mixed))
        if sum(way[3] for way in mixed) > given:
            return False
    return True


def fees_of(asked: Basket, choice: tuple[Way, ...]) -> int | None:
    fees = 0
    for rule in asked.conditions:
        amount = sum(way[4] for way in choice if way[0] == rule.supplier_id)
        if not rule.takes(amount):
            return None
        fees += rule.fee_on(amount)
    return fees


def check(asked: Basket, answer: Answer) -> None:
    """Never more free packs than the deals give, a strength for nothing, or money not there."""
    choice = [
        (each.supplier_id, each.source.mix, each.quote.packs, each.quote.free_packs, each.paid, 0)
        for each in answer.chosen.values()
    ]
    assert earned(tuple(choice), deals_of(asked))
    assert all(way[2] > 0 for way in choice)
    fees = fees_of(asked, tuple(choice))
    assert fees is not None
    assert sum(way[4] for way in choice) + fees == answer.spent <= asked.budget


@lru_cache(maxsize=1024)
def composed(seed: int) -> Answer:
    return compose(tiny_mix(seed), gap=0.0, seconds=30)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_solver_finds_the_cheapest_of_all_choices(seed):
    asked = tiny_mix(seed)
    answer = composed(seed)
    assert answer.method == Method.SOLVER
    check(asked, answer)
    assert answer.costs.total == least_cost(asked)
    assert answer.gap == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_greedy_rule_takes_each_strength_alone_and_never_promises_more(seed):
    asked = tiny_mix(seed)
    answer = compose(asked, greedy=True)
    check(asked, answer)
    assert all(each.own for each in answer.chosen.values())


def test_mixing_matters_in_these_baskets():
    """Of many baskets the best one takes free packs that other strengths earn."""
    answers = [composed(seed) for seed in SEEDS]
    assert sum(any(not each.own for each in answer.chosen.values()) for answer in answers) > 20
