"""The worked example of docs/flows/basket.md."""

from __future__ import annotations

from decimal import Decimal

import pytest

from purchases.basket import changes_of, compose
from purchases.tests.basket.making import basket, bought_at, item

SHAM, BARADA, HALAB = 1, 2, 3
SOURCES = [
    bought_at(100, "2+10", supplier_id=SHAM, needed=42),
    bought_at(92, "", supplier_id=BARADA, needed=42),
    bought_at(96, "20+100", supplier_id=HALAB, needed=42),
]
CETAMOL = item(per_day=4.0, deviation=2.0, service_level=0.95, cover_days=60)


def answer(**changes):
    return compose(basket([CETAMOL], SOURCES, **changes))


def test_the_value_of_a_unit_and_the_price_of_one_short():
    some = answer().options[0]
    assert (round(some.unit_value / 100, 2), round(some.shortage_price / 100, 2)) == (80.66, 76.63)
    assert some.nothing.total == 2_181_127


@pytest.mark.parametrize(
    ("supplier", "packs", "parts"),
    [
        (BARADA, 42, (386_400, 1_597_127, 851, 975, 1_985_353)),
        (SHAM, 36, (360_000, 1_597_127, 851, 975, 1_958_953)),
        (SHAM, 40, (400_000, 1_548_729, 61, 1_273, 1_950_063)),
        (HALAB, 100, (960_000, 967_956, 0, 7_956, 1_935_912)),
        (HALAB, 200, (1_920_000, 0, 0, 31_823, 1_951_823)),
    ],
)
def test_what_each_way_costs(supplier, packs, parts):
    [way] = [
        each
        for each in answer().options[0].candidates
        if (each.supplier_id, each.quote.packs) == (supplier, packs)
    ]
    costs = way.costs
    assert (costs.paid, costs.later, costs.shortage, costs.holding, costs.total) == parts


def test_the_generous_tier_wins_and_the_prices_at_which_it_would_not():
    chosen = answer()
    assert (chosen.chosen[1].supplier_id, chosen.chosen[1].quote.packs) == (HALAB, 100)
    assert chosen.chosen[1].quote.true_unit_cost == Decimal(80)
    changes = changes_of(chosen, chosen.options[0])
    assert (changes.highest_price, changes.rival_price) == (Decimal("99.36"), Decimal("96.61"))


@pytest.mark.parametrize(("budget", "packs"), [(500_000, 40), (300_000, 30)])
def test_less_money_takes_the_smaller_tier(budget, packs):
    chosen = answer(budget=budget).chosen[1]
    assert (chosen.supplier_id, chosen.quote.packs) == (SHAM, packs)
