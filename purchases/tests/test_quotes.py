"""What a quantity costs: worked by hand, then against a search over every quantity."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.deals import parse_deal, resolve_deal
from purchases.quotes import (
    LARGEST_QUANTITY,
    PackPrice,
    pack_price,
    packs_needed,
    packs_to_buy,
    quote,
    quote_for_need,
)


def deal_of(text: str):
    return resolve_deal(parse_deal(text), "free_first")


def price_of(text: str = "", *, price: object = 100, discount: object = 0) -> PackPrice:
    return PackPrice(
        price=Decimal(str(price)), discount_percent=Decimal(str(discount)), deal=deal_of(text)
    )


def test_free_packs_count_towards_the_need():
    found = quote_for_need(price_of("1+6"), needed=14, purchase_units=1)
    assert (found.packs, found.free_packs, found.amount) == (12, 2, Decimal(1200))


def test_true_unit_cost_is_paid_over_bought_and_free():
    found = quote_for_need(price_of("1+6", price=700), needed=7, purchase_units=10)
    assert found.packs == 1
    found = quote_for_need(price_of("1+6", price=700), needed=70, purchase_units=10)
    assert (found.packs, found.free_packs, found.quantity) == (6, 1, 70)
    assert found.amount == Decimal(4200)
    assert found.true_unit_cost == Decimal("60.000000")
    assert found.true_pack_cost == Decimal("600.000000")


def test_a_need_that_is_no_whole_pack_is_rounded_up():
    assert packs_needed(needed=21, purchase_units=10) == 3


def test_the_amount_is_rounded_once_for_the_whole_purchase():
    found = quote(price_of(price="0.33", discount="5"), packs=1000, purchase_units=1)
    assert found.amount == Decimal("313.50")


@pytest.mark.parametrize(
    ("list_price", "public_price", "discount", "deal", "expected"),
    [
        ("100", "120", None, "", ("100", "0")),
        ("100", "120", "20", "", ("100", "20")),
        (None, "120", "20", "", ("120", "20")),
        (None, "120", None, "", None),
        (None, None, "20", "", None),
        ("100", None, "100", "", None),
    ],
)
def test_the_discount_is_taken_off_the_list_price_or_else_off_the_public_price(
    list_price, public_price, discount, deal, expected
):
    found = pack_price(
        list_price=list_price and Decimal(list_price),
        public_price=public_price and Decimal(public_price),
        discount_percent=discount and Decimal(discount),
        deal=deal_of(deal),
    )
    seen = found and (str(found.price), str(found.discount_percent))
    assert seen == expected


def test_an_amount_or_quantity_out_of_range_gives_no_quote():
    assert quote(price_of(price=10**12), packs=10**6, purchase_units=1) is None
    assert quote(price_of(price="0.01"), packs=LARGEST_QUANTITY, purchase_units=2) is None
    assert quote_for_need(price_of(price="0.01"), needed=2 * 10**9 + 1, purchase_units=1) is None


@given(
    tiers=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=0, max_size=3),
    packs=st.integers(1, 60),
)
def test_no_smaller_purchase_covers_the_need(tiers, packs):
    deal = deal_of(" او ".join(f"{free}+{bought}" for free, bought in tiers))
    found = packs_to_buy(deal, packs=packs)
    covering = [q for q in range(1, packs + 1) if q + deal.free_units(q) >= packs]
    assert found == min(covering)
