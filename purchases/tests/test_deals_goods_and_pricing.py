"""Free goods are exact for every quantity, and so is the cost of a unit."""

from decimal import Decimal, localcontext
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purchases.deals import (
    Deal,
    Gift,
    Goods,
    Tier,
    free_table,
    parse_deal,
    resolve_deal,
    split_purchase,
    true_unit_cost,
)

TIERS = st.lists(st.builds(Tier, st.integers(1, 12), st.integers(1, 12)), max_size=4)
NO_DEAL = resolve_deal(parse_deal(""), "free_first")


def deal_of(cell: str):
    return resolve_deal(parse_deal(cell), "free_first")


def most_free_by_trying_everything(tiers: list[Tier], quantity: int) -> int:
    @cache
    def most(rest: int) -> int:
        reachable = [tier for tier in tiers if tier.bought <= rest]
        return max((tier.free + most(rest - tier.bought) for tier in reachable), default=0)

    return most(quantity)


@given(TIERS, st.integers(0, 400))
@settings(max_examples=300)
def test_no_other_way_of_splitting_a_purchase_gives_more_free_units(tiers, quantity):
    split = split_purchase(tiers, quantity)
    assert split.free == most_free_by_trying_everything(tiers, quantity)
    assert split.free == sum(tier.free * times for tier, times in split.steps)
    assert split.outside >= 0
    assert all(tier in tiers and times > 0 for tier, times in split.steps)


@given(TIERS, st.integers(0, 300))
def test_buying_more_never_earns_less(tiers, quantity):
    assert split_purchase(tiers, quantity + 1).free >= split_purchase(tiers, quantity).free


@pytest.mark.parametrize(
    ("cell", "quantity", "free"),
    [
        ("1+5", 4, 0),
        ("1+5", 5, 1),
        ("1+5", 14, 2),
        ("1+5 او 3+10", 15, 4),
        ("1+5 او 3+10 او 10+25 او 25+50", 85, 38),
        ("10+10 او 25+20", 30, 35),
        ("عرض خاص 5+10", 10, 5),
        ("كل 2/1", 7, 3),
        ("3+10 مجانا كدمات", 100, 0),
        ("كل 2/1 موسينيست", 100, 0),
        ("دفتر", 100, 0),
        ("1+5+3", 100, 0),
    ],
)
def test_free_units_of_a_purchase(cell, quantity, free):
    assert deal_of(cell).free_units(quantity) == free


def test_a_purchase_of_millions_is_split_as_exactly_as_a_small_one():
    tiers = [Tier(5, 1), Tier(50, 11), Tier(100, 23)]
    split = split_purchase(tiers, 1_000_055)
    assert split.steps == ((Tier(100, 23), 10_000), (Tier(50, 11), 1), (Tier(5, 1), 1))
    assert split.free == 230_012


@pytest.mark.parametrize(
    ("quantity", "free"), [(9, 899), (18, 1798), (101, 10_091), (1_000_001, 100_000_091)]
)
def test_the_most_generous_tier_gives_way_where_others_use_the_units_better(quantity, free):
    """Of 101 units nine steps of 9 and two of 10 earn more than ten steps of 10."""
    assert split_purchase([Tier(10, 1000), Tier(9, 899)], quantity).free == free


def test_what_every_quantity_earns_is_told_from_the_first_unit_on():
    assert free_table([Tier(1, 1), Tier(3, 4)], 4) == [0, 1, 2, 4, 5]
    assert free_table([Tier(3, 1)], 0) == [0]


@pytest.mark.parametrize(
    ("cell", "quantity", "gifts"),
    [
        ("3+10 مجانا كدمات", 9, ()),
        ("3+10 مجانا كدمات", 25, (Goods("كدمات", 6),)),
        ("كل 2/1 موسينيست", 7, (Goods("موسينيست", 3),)),
        ("كل 2/1", 7, ()),
    ],
)
def test_goods_of_another_product_come_with_every_step(cell, quantity, gifts):
    assert deal_of(cell).gifts(quantity) == gifts


def test_a_bought_unit_earns_once_and_the_largest_gift_first():
    deal = Deal(
        raw="",
        tiers=(Tier(10, 1),),
        other_products=(Gift(2, 1, "small"),),
        every=(Gift(3, 1, "large"),),
    )
    assert (deal.free_units(15), deal.gifts(15)) == (1, (Goods("large", 1), Goods("small", 1)))
    assert deal.gifts(14) == (Goods("large", 1),)
    assert deal.gifts(10) == ()


def test_exceptions_count_only_where_asked_for():
    deal = deal_of("1+5 استثناء 12+20")
    assert deal.free_units(20) == 4
    assert deal.free_units(20, with_exceptions=True) == 12


@pytest.mark.parametrize(
    ("quantity", "tier"),
    [(4, None), (5, Tier(5, 1)), (9, Tier(5, 1)), (10, Tier(10, 3)), (1000, Tier(50, 25))],
)
def test_the_best_tier_is_the_most_generous_within_reach(quantity, tier):
    assert deal_of("1+5 او 3+10 او 10+25 او 25+50").best_tier(quantity) == tier


def test_of_equally_generous_tiers_the_smallest_purchase_is_best():
    assert deal_of("1+5 او 2+10").best_tier(100) == Tier(5, 1)


def test_a_negative_quantity_is_refused():
    with pytest.raises(ValueError, match="-1"):
        split_purchase([], -1)


@pytest.mark.parametrize(("bought", "free"), [(0, 1), (1, 0), (-1, 2)])
def test_a_tier_needs_units_on_both_sides(bought, free):
    with pytest.raises(ValueError, match="both sides"):
        Tier(bought, free)


def test_the_worked_example_of_the_documentation():
    split = deal_of("1+5 او 3+10").split(27)
    assert split.steps == ((Tier(10, 3), 2), (Tier(5, 1), 1))
    assert (split.free, split.outside) == (7, 2)
    cost = true_unit_cost(Decimal(76000), Decimal(4), deal_of("1+5 او 3+10"), 27)
    assert cost == Decimal("57938.823529")


@pytest.mark.parametrize(
    ("price", "discount", "cell", "quantity", "expected"),
    [
        ("76000", None, "1+6", 6, "65142.857143"),  # 456,000 paid for 7
        ("76000", None, "1+6", 5, "76000.000000"),
        ("100", "24", "", 1, "76.000000"),
        ("100", None, "24%", 3, "76.000000"),
        ("100", "10", "24%", 3, "90.000000"),
        ("100", "24", "1+1", 2, "38.000000"),
        ("0", None, "1+5", 5, "0.000000"),
        ("0.000001", None, "1+1", 1, "0.000001"),  # half a unit of the last place goes up
        ("100", "100", "", 1, "0.000000"),
    ],
)
def test_the_true_cost_is_what_is_paid_over_what_arrives(price, discount, cell, quantity, expected):
    cost = true_unit_cost(
        Decimal(price), None if discount is None else Decimal(discount), deal_of(cell), quantity
    )
    assert str(cost) == expected


@given(
    st.decimals(min_value=0, max_value=10**9, places=3),
    st.decimals(min_value=0, max_value=100, places=2),
    st.integers(1, 500),
)
def test_the_true_cost_times_the_units_is_what_was_paid(price, discount, quantity):
    deal = deal_of("1+5 او 3+10")
    with localcontext(prec=60):
        paid = price * (100 - discount) / 100 * quantity
        units = quantity + deal.free_units(quantity)
        cost = true_unit_cost(price, discount, deal, quantity)
        assert abs(cost * units - paid) <= Decimal("0.0000005") * units
        assert cost <= price


@pytest.mark.parametrize(
    ("price", "discount", "quantity"),
    [
        ("-1", None, 1),
        ("NaN", None, 1),
        ("Infinity", None, 1),
        ("1", "-1", 1),
        ("1", "101", 1),
        ("1", "NaN", 1),
        ("1", None, 0),
    ],
)
def test_senseless_prices_discounts_and_quantities_are_refused(price, discount, quantity):
    with pytest.raises(ValueError, match="must be"):
        true_unit_cost(
            Decimal(price), None if discount is None else Decimal(discount), NO_DEAL, quantity
        )
