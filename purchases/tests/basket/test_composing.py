from __future__ import annotations

import random
import sys
from dataclasses import replace

import pytest

from purchases.basket import Conditions, Unbought, budget_edges, changes_of, compose
from purchases.basket import composing as composing_module
from purchases.basket.solver import SolverFailed
from purchases.tests.basket.making import basket, bought_at, item, random_basket


def bought(answer, product_id=1):
    candidate = answer.chosen[product_id]
    return candidate.supplier_id, candidate.quote.packs


def test_the_same_basket_in_another_order_has_the_same_answer():
    asked = random_basket(3, items=40, suppliers=4)
    shuffled = list(asked.items), list(asked.sources), list(asked.conditions)
    for part in shuffled:
        random.Random(1).shuffle(part)
    items, sources, conditions = map(tuple, shuffled)
    again = replace(asked, items=items, sources=sources, conditions=conditions)
    first, second = compose(asked), compose(again)
    assert first.chosen == second.chosen
    assert (first.costs, first.bound, first.shadow) == (second.costs, second.bound, second.shadow)


@pytest.mark.parametrize("items", [[], [item()]])
def test_where_there_is_nothing_to_choose_that_is_proven(items):
    answer = compose(basket(items, []))
    assert (answer.chosen, answer.method, answer.status, answer.gap) == ({}, "solver", "optimal", 0)


def test_a_deal_just_beyond_the_need_is_bought():
    answer = compose(basket([item()], [bought_at(100, "15+60", needed=50)]))
    assert answer.chosen[1].quote.quantity == 75


def test_a_deal_too_far_beyond_the_need_is_not():
    """242 units last 48 days: lying so long costs more than two free units bring."""
    answer = compose(basket([item()], [bought_at(100, "2+240", needed=50)]))
    assert answer.chosen[1].quote.packs < 100


def test_nothing_is_bought_for_longer_than_the_cover_limit():
    source = bought_at(100, "100+100", needed=50)
    assert bought(compose(basket([item(cover_days=60)], [source]))) == (1, 100)
    assert compose(basket([item(cover_days=30)], [source])).chosen[1].quote.quantity <= 150


def test_nothing_is_bought_that_would_expire():
    source = bought_at(100, "50+50", needed=50)
    assert compose(basket([item()], [source])).chosen[1].quote.quantity == 100
    short = compose(basket([item(shelf_days=12)], [source]))
    assert short.chosen[1].quote.quantity <= 60


def test_a_shelf_life_shorter_than_one_pack_lasts_is_said():
    answer = compose(basket([item(shelf_days=3)], [bought_at(100, units=100)]))
    assert answer.unbought == {1: Unbought.SHELF_LIFE}


def test_a_controlled_drug_is_bought_as_needed_whatever_the_deal():
    source = bought_at(100, "30+60", needed=50)
    assert bought(compose(basket([item()], [source]))) == (1, 60)
    assert bought(compose(basket([item(only_need=True)], [source]))) == (1, 50)


def test_the_budget_goes_to_what_costs_more_when_it_is_missing():
    items = [item(1, service_level=0.99), item(2, service_level=0.8)]
    sources = [bought_at(100, product_id=1), bought_at(100, product_id=2)]
    answer = compose(basket(items, sources, budget=600_000))
    assert answer.spent <= 600_000
    assert answer.chosen[1].quote.packs > answer.chosen[2].quote.packs if 2 in answer.chosen else 1
    assert answer.shadow > 0


def test_without_money_nothing_is_bought_and_the_reason_is_the_budget():
    answer = compose(basket([item()], [bought_at(100)], budget=0))
    assert answer.spent == 0
    assert answer.unbought == {1: Unbought.OVER_BUDGET}


def test_an_order_below_the_suppliers_minimum_goes_elsewhere():
    sources = [bought_at(100, supplier_id=1), bought_at(103, supplier_id=2)]
    rule = Conditions(supplier_id=1, minimum=100_000_000)
    answer = compose(basket([item()], sources, conditions=(rule,)))
    assert answer.chosen[1].supplier_id == 2


def test_an_order_is_raised_to_the_minimum_where_that_costs_less():
    sources = [bought_at(100, supplier_id=1), bought_at(150, supplier_id=2)]
    rule = Conditions(supplier_id=1, minimum=800_000)
    answer = compose(basket([item()], sources, conditions=(rule,)))
    assert bought(answer) == (1, answer.chosen[1].quote.packs)
    assert answer.spent >= 800_000


def test_a_minimum_nobody_reaches_is_said():
    rule = Conditions(supplier_id=1, minimum=10**10)
    answer = compose(basket([item()], [bought_at(100)], conditions=(rule,)))
    assert answer.unbought == {1: Unbought.BELOW_MINIMUM}


def test_a_small_order_pays_the_suppliers_fee():
    rule = Conditions(supplier_id=1, minimum=10**10, fee=5_000)
    answer = compose(basket([item()], [bought_at(100)], conditions=(rule,)))
    assert answer.fees == 5_000
    assert answer.spent == answer.chosen[1].paid + 5_000


def test_a_larger_order_than_the_supplier_takes_is_cut():
    rule = Conditions(supplier_id=1, maximum=300_000)
    answer = compose(basket([item()], [bought_at(100)], conditions=(rule,)))
    assert 0 < answer.spent <= 300_000


def test_limits_alone_decide_where_no_demand_is_known():
    known_limits = item(per_day=0.0, deviation=0.0)
    answer = compose(basket([known_limits], [bought_at(100, "50+100", needed=10)]))
    assert bought(answer) == (1, 10)


def test_a_missing_solver_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "highspy", None)
    answer = compose(random_basket(3))
    assert (answer.method, answer.reason, answer.status) == ("greedy", "solver_missing", "unproven")
    assert answer.bound is None
    assert answer.gap is None


def test_a_failing_solver_is_said(monkeypatch):
    def fail(*_, **__):
        raise SolverFailed

    monkeypatch.setattr(composing_module, "solve", fail)
    answer = compose(random_basket(3))
    assert (answer.method, answer.reason) == ("greedy", "solver_failed")


def test_a_search_that_had_no_time_says_so():
    asked = random_basket(5, items=60, suppliers=4)
    answer = compose(asked, seconds=0.0)
    assert (answer.method, answer.reason) == ("greedy", "no_solution_in_time")
    assert answer.spent <= asked.budget


def test_a_rival_at_the_price_that_flips_the_choice_is_as_good():
    sources = [bought_at(100, supplier_id=1), bought_at(110, supplier_id=2)]
    asked = basket([item()], sources)
    answer = compose(asked)
    flip = changes_of(answer, answer.options[0]).rival_price
    assert flip is not None

    def with_rival_at(price):
        return compose(basket([item()], [sources[0], bought_at(price, supplier_id=2)]))

    assert bought(with_rival_at(flip - 1))[0] == 2
    assert bought(with_rival_at(flip + 1))[0] == 1


def test_the_next_sweet_spot_names_the_extra_packs_and_the_lower_cost():
    source = bought_at(100, "2+10 او 30+100", needed=20, key=1)
    answer = compose(basket([item(cover_days=10)], [source]))
    spot = changes_of(answer, answer.options[0]).sweet_spot
    assert spot is not None
    assert (spot.quote.packs, spot.extra_packs) == (100, 100 - answer.chosen[1].quote.packs)


def test_what_comes_in_with_more_budget_does():
    items = [item(product_id) for product_id in (1, 2, 3)]
    sources = [bought_at(100 * product_id, product_id=product_id) for product_id in (1, 2, 3)]
    asked = basket(items, sources, budget=250_000)
    answer = compose(asked)
    edges = budget_edges(answer, budget=asked.budget)
    assert edges.falls_out in answer.chosen
    if edges.comes_in is not None:
        more = compose(replace(asked, budget=asked.budget + edges.extra))
        assert edges.comes_in in more.chosen


@pytest.mark.parametrize("budget", [10**5, 10**6, 10**7])
def test_a_large_basket_stays_within_budget_with_a_small_proven_gap(budget):
    asked = replace(random_basket(11, items=120, suppliers=4), budget=budget)
    answer = compose(asked)
    assert answer.spent <= budget
    assert answer.gap is not None
    assert answer.gap <= 0.005
