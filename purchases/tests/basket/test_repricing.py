"""What would change a choice, tried out: composed again at the price that is said to do so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from purchases.basket import Basket, Conditions, changes_of, compose
from purchases.tests.basket.making import basket, bought_at, item, random_basket
from purchases.tests.basket.test_oracle import tiny_basket

A_LITTLE = Decimal("0.50")


def at_price(asked: Basket, key: int, price: Decimal) -> Basket:
    sources = tuple(
        replace(each, price=replace(each.price, price=price)) if each.key == key else each
        for each in asked.sources
    )
    return replace(asked, sources=sources)


def supplier_of(asked: Basket, product_id: int, *, gap: float = 0.0) -> int | None:
    chosen = compose(asked, gap=gap).chosen.get(product_id)
    return None if chosen is None else chosen.supplier_id


def with_money(seed: int) -> Basket:
    """Products that have nothing to do with each other: money and suppliers limit none."""
    return replace(tiny_basket(seed), budget=10**12, conditions=())


@pytest.mark.parametrize("seed", range(60))
def test_the_rival_is_chosen_from_the_price_said_down_and_not_above(seed):
    asked = with_money(seed)
    answer = compose(asked, gap=0.0)
    for some in answer.options:
        product_id = some.item.product_id
        if product_id not in answer.chosen:
            continue
        changes = changes_of(answer, some)
        if changes.rival is None or changes.rival_price is None:
            continue
        key, flip = changes.rival.source.key, changes.rival_price
        below = at_price(asked, key, max(flip - A_LITTLE, Decimal("0.01")))
        assert supplier_of(below, product_id) == changes.rival.supplier_id
        above = at_price(asked, key, flip + A_LITTLE)
        assert supplier_of(above, product_id) != changes.rival.supplier_id


@pytest.mark.parametrize("seed", range(60))
def test_the_choice_holds_up_to_the_price_said_and_not_above(seed):
    asked = with_money(seed)
    answer = compose(asked, gap=0.0)
    for some in answer.options:
        chosen = answer.chosen.get(some.item.product_id)
        if chosen is None:
            continue
        highest = changes_of(answer, some).highest_price
        if highest is None:
            continue
        below = at_price(asked, chosen.source.key, highest - A_LITTLE)
        assert supplier_of(below, some.item.product_id) == chosen.supplier_id
        above = at_price(asked, chosen.source.key, highest + A_LITTLE)
        assert supplier_of(above, some.item.product_id) != chosen.supplier_id


def test_there_are_prices_to_try_in_most_of_these_baskets():
    tried = 0
    for seed in range(60):
        answer = compose(with_money(seed))
        tried += sum(
            changes_of(answer, some).rival_price is not None
            for some in answer.options
            if some.item.product_id in answer.chosen
        )
    assert tried > 100


def test_where_money_is_short_the_prices_said_are_right_for_nine_lines_of_ten():
    """Money keeps its price in what is said; by a single product it hardly moves."""
    right = wrong = 0
    for seed in range(3):
        asked = replace(random_basket(seed, items=40), budget=6_000_000, conditions=())
        answer = compose(asked)
        assert answer.shadow > 0
        for some in answer.options[:12]:
            product_id = some.item.product_id
            chosen = answer.chosen.get(product_id)
            changes = None if chosen is None else changes_of(answer, some)
            if changes is None or changes.rival is None or changes.rival_price is None:
                continue
            key, flip = changes.rival.source.key, changes.rival_price
            margin = max(A_LITTLE, flip * 3 / 100)
            below = supplier_of(at_price(asked, key, flip - margin), product_id, gap=1e-6)
            above = supplier_of(at_price(asked, key, flip + margin), product_id, gap=1e-6)
            held = below == changes.rival.supplier_id != above
            right, wrong = right + held, wrong + (not held)
    assert right >= 9 * wrong
    assert right > 12


def test_the_only_source_of_a_product_stays_the_choice_at_any_price():
    answer = compose(basket([item()], [bought_at(100)]))
    changes = changes_of(answer, answer.options[0])
    assert (changes.rival, changes.highest_price) == (None, None)


def test_no_price_changes_to_a_supplier_whose_minimum_is_out_of_reach():
    sources = [bought_at(100, supplier_id=1), bought_at(101, supplier_id=2)]
    far = Conditions(supplier_id=2, minimum=10**9)
    answer = compose(basket([item()], sources, conditions=(far,)))
    changes = changes_of(answer, answer.options[0])
    assert changes.rival is not None
    assert (changes.rival.supplier_id, changes.rival_price) == (2, None)
