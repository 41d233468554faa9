"""Which quantity to buy: worked by hand; docs/flows/bonus-cost.md."""

from decimal import Decimal

import pytest

from purchases.deals import Goods, parse_deal, resolve_deal
from purchases.quantities import cheapest_purchase, lowest_unit_cost, sweet_spots
from purchases.quotes import PackPrice, packs_to_buy, quote, quote_for_need


def price_of(text: str = "", *, price: object = 100, discount: object = 0) -> PackPrice:
    deal = resolve_deal(parse_deal(text), "free_first")
    return PackPrice(
        price=Decimal(str(price)),
        discount_percent=deal.added_discount or Decimal(str(discount)),
        deal=deal,
    )


def spots(text: str, *, most: int = 1000, units: int = 1, **options):
    found = sweet_spots(price_of(text), most=most, purchase_units=units, **options)
    return [(spot.packs, spot.quote.free_packs) for spot in found]


def test_the_least_money_is_the_smallest_purchase_and_the_least_cost_may_be_a_larger_one():
    price = price_of("1+5 او 3+10")
    money = cheapest_purchase(price, needed=8, purchase_units=1)
    assert (money.packs, money.quote.free_packs, money.quote.amount) == (7, 1, 700)
    unit = lowest_unit_cost(price, needed=8, most=20, purchase_units=1)
    assert (unit.packs, unit.quote.free_packs, unit.quote.amount) == (10, 3, 1000)
    assert unit.quote.true_unit_cost == Decimal("76.923077")


def test_a_cap_counts_what_arrives_and_never_forbids_the_need():
    price = price_of("1+5 او 3+10")
    for most, packs in ((13, 10), (12, 7), (1, 7)):
        found = lowest_unit_cost(price, needed=8, most=most, purchase_units=1)
        assert found.packs == packs


def test_of_equal_costs_the_smallest_quantity_is_bought():
    assert lowest_unit_cost(price_of("1+5"), needed=4, most=999, purchase_units=1).packs == 5
    assert lowest_unit_cost(price_of(""), needed=4, most=999, purchase_units=1).packs == 4


def test_sweet_spots_end_at_the_most_generous_tier():
    assert spots("1+5 او 3+10 او 10+25 او 25+50") == [
        (1, 0), (5, 1), (10, 3), (25, 10), (50, 25),
    ]  # fmt: skip
    assert spots("1+5 او 3+10 او 10+25 او 25+50", most=35) == [(1, 0), (5, 1), (10, 3), (25, 10)]
    assert spots("") == [(1, 0)]


def test_a_combination_of_tiers_can_be_a_sweet_spot():
    # 8 = 3 + 5 gives 3 free: cheaper than 5 with 2, and no tier of its own.
    assert spots("1+3 او 2+5 او 6+14") == [(1, 0), (3, 1), (5, 2), (14, 6)]
    assert spots("1+4 او 4+12 او 3+10") == [(1, 0), (4, 1), (10, 3), (12, 4)]


def test_packs_are_whole_and_need_counts_base_units():
    found = cheapest_purchase(price_of("1+5"), needed=61, purchase_units=10)
    assert (found.packs, found.quote.quantity) == (6, 70)
    assert spots("1+5", most=50, units=10) == [(1, 0)]
    assert spots("1+5", most=60, units=10) == [(1, 0), (5, 1)]


def test_exceptions_count_where_the_supplier_consents():
    text = "1+5 استثناء 12+20"
    assert spots(text) == [(1, 0), (5, 1)]
    assert spots(text, with_exceptions=True) == [(1, 0), (5, 1), (20, 12)]
    price = price_of(text)
    consented = lowest_unit_cost(price, needed=30, most=99, purchase_units=1, with_exceptions=True)
    assert (consented.packs, consented.quote.free_packs) == (20, 12)
    assert consented.quote.true_unit_cost == Decimal("62.500000")


def test_fewer_than_the_supplier_sells_cannot_be_bought():
    price = price_of("1+5 اقل كمية 10")
    assert quote(price, packs=9, purchase_units=1) is None
    assert packs_to_buy(price.deal, packs=3) == 10
    assert quote_for_need(price, needed=3, purchase_units=1).quantity == 12
    assert cheapest_purchase(price, needed=3, purchase_units=1).packs == 10
    assert spots("1+5 اقل كمية 7") == [(7, 1), (10, 2)]


def test_a_discount_on_top_lowers_every_cost():
    found = lowest_unit_cost(price_of("خصم 10% + 1+5"), needed=5, most=6, purchase_units=1)
    assert (found.packs, found.quote.amount) == (5, 450)
    assert found.quote.true_unit_cost == Decimal("75.000000")


def test_bonus_or_discount_is_chosen_by_the_quantity():
    price = price_of("خصم 10% او 1+5")
    one = cheapest_purchase(price, needed=3, purchase_units=1)
    assert (one.packs, one.quote.amount) == (3, 270)
    six = cheapest_purchase(price, needed=6, purchase_units=1)
    assert (six.packs, six.quote.free_packs, six.quote.amount) == (5, 1, 500)
    found = sweet_spots(price, most=99, purchase_units=1)
    assert [(s.packs, s.quote.free_packs, s.quote.amount) for s in found] == [
        (1, 0, 90),
        (5, 1, 500),
    ]


def test_gifts_come_with_what_the_products_own_tiers_leave_over():
    price = price_of("1+10 او 1+5 كدمات 15غ")
    assert cheapest_purchase(price, needed=17, purchase_units=1).gifts == (Goods("كدمات 15غ", 1),)
    assert cheapest_purchase(price, needed=12, purchase_units=1).gifts == ()
    every = price_of("كل 2/1 موسينيست")
    assert cheapest_purchase(every, needed=7, purchase_units=1).gifts == (Goods("موسينيست", 3),)


def test_quantities_of_hundreds_of_thousands_are_exact_too():
    price = price_of("1+5 او 3+10")
    found = lowest_unit_cost(price, needed=1_000_001, most=2_000_000, purchase_units=1)
    assert (found.packs, found.quote.free_packs) == (769_240, 230_772)
    assert cheapest_purchase(price, needed=2 * 10**9 + 1, purchase_units=1) is None


@pytest.mark.parametrize("text", ["", "1+5"])
def test_an_amount_out_of_range_is_no_purchase(text):
    price = price_of(text, price=10**12)
    assert cheapest_purchase(price, needed=10**6, purchase_units=1) is None
