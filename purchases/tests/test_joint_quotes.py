"""Bought packs of several lines under one deal: what each of them comes to."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from purchases.deals import parse_deal, resolve_deal
from purchases.joint_quotes import Bought, joint_quotes, resplit
from purchases.quotes import PackPrice, quote


def bought(packs, *, free=0, price=100, deal="10+50", units=1):
    return Bought(
        price=PackPrice(
            price=Decimal(price),
            discount_percent=Decimal(0),
            deal=resolve_deal(parse_deal(deal), "free_first"),
        ),
        packs=packs,
        free_packs=free,
        purchase_units=units,
    )


def free_of(lines, **options):
    return [each.free_packs for each in joint_quotes(lines, **options)]


def test_what_comes_on_top_is_shared_out_by_the_packs_bought():
    assert free_of([bought(30), bought(20)]) == [6, 4]
    assert free_of([bought(80, free=10), bought(20)]) == [18, 2]


def test_what_falls_away_is_taken_by_the_free_packs_that_were_had():
    assert free_of([bought(30, free=15), bought(20, free=5)]) == [8, 2]
    assert free_of([bought(30, free=10), bought(10)]) == [0, 0]


def test_every_line_is_paid_by_its_own_packs():
    dear, cheap = joint_quotes([bought(20, free=10, price=6000), bought(30, price=5800, units=10)])
    assert (dear.amount, dear.true_unit_cost) == (Decimal(120_000), Decimal(4000))
    assert (cheap.amount, cheap.quantity, cheap.true_unit_cost) == (174_000, 300, 580)


def test_a_split_that_was_made_stays_where_the_deal_gives_as_much():
    assert free_of([bought(20, free=3), bought(30, free=5)], keep_split=True) == [3, 5]
    assert sum(free_of([bought(20, free=6), bought(30, free=5)], keep_split=True)) == 10


def test_the_buyer_says_what_the_first_takes_and_the_others_share_the_rest():
    lines = [bought(30, free=6), bought(20, free=4), bought(50, free=0)]
    assert free_of(lines, first_takes=0) == [0, 9, 11]
    assert free_of(lines, first_takes=20) == [20, 0, 0]


def test_a_least_quantity_is_one_of_all_lines_together():
    few = "1+5 اقل كمية 10"
    assert joint_quotes([bought(4, deal=few), bought(5, deal=few)]) is None
    assert free_of([bought(4, deal=few), bought(6, deal=few)]) == [1, 1]


def test_an_amount_out_of_range_is_none_of_all_lines():
    assert joint_quotes([bought(1), bought(1, units=2_000_000_001)]) is None


packs = st.integers(1, 200)


@given(packs, st.integers(0, 50))
def test_a_line_alone_is_quoted_as_ever(count, had):
    line = bought(count, free=had)
    assert joint_quotes([line]) == [quote(line.price, packs=count, purchase_units=1)]


@given(st.lists(st.tuples(packs, st.integers(0, 50)), min_size=1, max_size=6), st.integers(0, 500))
def test_a_split_gives_away_all_there_is_and_nobody_loses_more_than_he_had(lines, given_packs):
    have = [had for _, had in lines]
    shares = resplit(given_packs, have=have, bought=[count for count, _ in lines])
    assert sum(shares) == given_packs
    assert min(shares) >= 0
    if given_packs >= sum(have):
        assert all(share >= had for share, had in zip(shares, have, strict=True))
    else:
        assert all(share <= had for share, had in zip(shares, have, strict=True))
