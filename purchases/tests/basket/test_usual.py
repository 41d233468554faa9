"""Prices that lapse against usual ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from purchases.basket import compose
from purchases.basket.usual import cheapest_unit, priced_days, usual_share
from purchases.tests.basket.making import basket, bought_at, item


def packs_of(**timing):
    return compose(basket([item(**timing)], [bought_at(100)])).chosen[1].quote.packs


def test_the_cheapest_unit_counts_only_tiers_that_may_be_bought():
    price = bought_at(100, "2+10 او 40+100").price
    assert cheapest_unit(price, most_units=200, units=1) == pytest.approx(100 * 100 / 140)
    assert cheapest_unit(price, most_units=50, units=1) == pytest.approx(100 * 10 / 12)
    assert cheapest_unit(price, most_units=5, units=1) == 100
    discounted = replace(price, discount_percent=price.price / 10)
    assert cheapest_unit(discounted, most_units=5, units=2) == pytest.approx(45)


def test_usual_is_the_mean_of_the_cheapest_of_each_period_and_of_today():
    assert usual_share(80.0, {1: [100.0, 120.0], 2: [90.0]}) == pytest.approx(90 / 80)


def test_one_period_is_too_few_to_know_what_is_usual():
    assert usual_share(80.0, {1: [100.0]}) == 1.0


def test_an_offer_that_stays_caps_what_comes_after():
    assert usual_share(80.0, {1: [100.0], 2: [100.0]}, staying=84.0) == pytest.approx(84 / 80)


@pytest.mark.parametrize(("left", "days"), [(None, None), (7, None), (6, 9), (0, 9)])
def test_only_the_last_occasion_before_a_price_lapses_counts(left, days):
    assert priced_days(days_left=left, lead_days=2, review_days=7) == days


def test_an_unusually_cheap_product_is_bought_ahead_before_its_price_lapses():
    assert packs_of(usual_share=1.2, priced_days=8) > 2 * packs_of()


def test_an_unusually_dear_product_is_not_bought_ahead():
    assert packs_of(usual_share=0.8, priced_days=8) <= packs_of()


def test_buying_ahead_stays_within_the_cover_limit():
    assert packs_of(usual_share=3.0, priced_days=8, cover_days=30) <= 150
