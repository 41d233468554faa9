"""Strengths that earn free goods together: which lines, and the cheapest purchase of them."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from purchases.deals import Goods, parse_deal, resolve_deal
from purchases.mix_groups import PrintedLine, brand_of, mix_groups
from purchases.mixes import Wanted, cheapest_mix, share_out
from purchases.quantities import cheapest_purchase
from purchases.quotes import PackPrice
from purchases.tests.printed_deals import half_up, most_free

GROUPS = 600
CELL = "10+50او 30+120 يمكن تشكيل العيارات"
MAKER = "التراميديكا"
# As they stand on a real sheet, one cell over all six.
REAL = [
    "بيزوكاند 10 ملغ / التراميديكا",
    "بيزوكاند 10 هــــ حب / التراميديكا",
    "بيزوكاند 2.5 ملغ / التراميديكا",
    "بيزوكاند 2.5 هــــ / التراميديكا",
    "بيزوكاند 5 ملغ / التراميديكا",
    "بيزوكاند 5 هــــ / التراميديكا",
]


def printed(*rows):
    """Lines of (name, company, cell), numbered from 0."""
    return [
        PrintedLine(line_id=n, name=name, company=company, deal=deal_of(cell))
        for n, (name, company, cell) in enumerate(rows)
    ]


def deal_of(cell):
    return resolve_deal(parse_deal(cell), "free_first")


def wanted(cell, *lines):
    """What is wanted of lines of (price, needed[, units of a pack])."""
    deal = deal_of(cell)
    return [
        Wanted(
            line_id=n,
            price=PackPrice(
                price=Decimal(str(price)),
                discount_percent=deal.added_discount or Decimal(0),
                deal=deal,
            ),
            needed=needed,
            purchase_units=units[0] if units else 1,
        )
        for n, (price, needed, *units) in enumerate(lines)
    ]


def bought(mix):
    return [(line.quote.packs, line.quote.free_packs) for line in mix.lines]


def test_the_strengths_of_a_brand_under_one_cell_are_one_mix():
    assert mix_groups(printed(*((name, MAKER, CELL) for name in REAL))) == [(0, 1, 2, 3, 4, 5)]
    assert {brand_of(name) for name in REAL} == {"بيزوكاند"}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("اتورفال 20 ملغ", MAKER, CELL), id="another brand"),
        pytest.param((REAL[2], "حلب", CELL), id="another company"),
        pytest.param((REAL[2], MAKER, "10+50 يمكن تشكيل العيارات"), id="other tiers"),
        pytest.param((REAL[2], MAKER, "10+50 او 30+120"), id="not said to mix"),
        pytest.param((REAL[0], MAKER, CELL), id="the same line printed twice"),
        pytest.param(("10 ملغ", MAKER, CELL), id="no brand to read"),
    ],
)
def test_what_differs_does_not_mix(other):
    assert mix_groups(printed((REAL[0], MAKER, CELL), other)) == []


def test_how_a_deal_is_written_does_not_matter_and_what_gives_nothing_mixes_nothing():
    written = "دفتر 10+50 او 30+120 مع التشكيل"
    assert mix_groups(printed((REAL[0], MAKER, CELL), (REAL[2], MAKER, written))) == [(0, 1)]
    empty = "يمكن تشكيل العيارات"
    assert mix_groups(printed((REAL[0], MAKER, empty), (REAL[2], MAKER, empty))) == []


def test_the_worked_example_of_the_flow():
    lines = wanted(CELL, (6000, 30), (5800, 20), (5700, 10))
    assert [cheapest_purchase(
        line.price, needed=line.needed, purchase_units=1).quote.amount for line in lines
    ] == [180_000, 116_000, 57_000]  # fmt: skip
    mix = cheapest_mix(lines)
    assert (mix.packs, mix.free_packs, mix.amount) == (50, 10, 293_000)
    assert bought(mix) == [(20, 10), (20, 0), (10, 0)]
    costs = [line.quote.true_unit_cost for line in mix.lines]
    assert costs == [4000, 5800, 5700]


def test_a_pack_more_of_the_cheapest_is_bought_where_it_earns_a_dearer_one():
    # Four are needed and the fifth earns two: 100 + 10 + 3 x 10 is paid and not 2 x 100 + 2 x 10.
    mix = cheapest_mix(wanted("2+5 مع التشكيل", (100, 3), (10, 1)))
    assert (bought(mix), mix.amount) == ([(1, 2), (4, 0)], 140)


def test_free_packs_nobody_needs_are_shared_out_by_what_is_bought():
    assert share_out(5, [3, 2, 1]) == [2, 2, 1]
    assert share_out(1, [2, 2]) == [1, 0]
    assert share_out(0, [1]) == [0]
    mix = cheapest_mix(wanted("6+4 مع التشكيل", (100, 2), (100, 2)))
    assert (mix.packs, mix.free_packs) == (4, 6)
    assert bought(mix) == [(1, 2), (3, 4)]


def test_a_least_quantity_is_one_of_the_mix_and_packs_left_over_earn_goods_of_others():
    cell = "2+5 او 1+3 مجانا كدمات يمكن تشكيل العيارات اقل كمية 8"
    mix = cheapest_mix(wanted(cell, (10, 2), (20, 2)))
    assert (mix.packs, mix.free_packs) == (8, 2)
    assert mix.gifts == (Goods(product="كدمات", units=1),)


def test_all_lines_take_the_bonus_or_all_the_discount():
    cell = "1+5 او خصم 30% يمكن تشكيل العيارات"
    few = cheapest_mix(wanted(cell, (100, 2), (100, 4)))
    assert (few.packs, few.free_packs, few.amount) == (6, 0, 420)
    assert {line.price.discount_percent for line in few.lines} == {30}


def test_what_cannot_be_ordered_is_no_mix():
    assert cheapest_mix(wanted(CELL, (10**12, 9_000), (5, 3))) is None
    assert cheapest_mix(wanted(CELL, (5, 19_998), (5, 3))) is None
    assert cheapest_mix(wanted(CELL, (5, 19_997), (5, 3))) is not None


def random_group(chance):
    tiers = [(chance.randint(1, 7), chance.randint(1, 4)) for _ in range(chance.randint(1, 3))]
    least = chance.choice([1, 1, 1, chance.randint(2, 9)])
    cell = " او ".join(f"{free}+{packs}" for packs, free in tiers) + " يمكن تشكيل العيارات"
    if least > 1:
        cell += f" اقل كمية {least}"
    lines = [
        (chance.randint(100, 900), chance.randint(1, 8), chance.choice([1, 1, 3]))
        for _ in range(chance.choice([2, 2, 3]))
    ]
    return tiers, least, cell, lines


def cheapest_by_trying(tiers, least, lines):
    """(paid, received) of the best of all combinations of packs; free goods go anywhere needed."""
    needs = [-(-needed // units) for _price, needed, units in lines]
    prices = [price for price, _needed, _units in lines]
    cheapest = min(prices)
    most = sum(price * need for price, need in zip(prices, needs, strict=True)) + cheapest * least
    limits = [most // price for price in prices]
    free = most_free(tiers, sum(limits))
    best = None
    for packs in product(*(range(1, limit + 1) for limit in limits[:-1])):
        rest = most - sum(price * n for price, n in zip(prices, packs, strict=False))
        for last in range(1, rest // prices[-1] + 1):
            all_packs = (*packs, last)
            given = free[sum(all_packs)]
            missing = sum(max(0, n - b) for n, b in zip(needs, all_packs, strict=True))
            if sum(all_packs) < least or missing > given:
                continue
            paid = sum(price * n for price, n in zip(prices, all_packs, strict=True))
            if best is None or (paid, -sum(all_packs) - given) < best:
                best = (paid, -sum(all_packs) - given)
            break  # more of the last line only costs more
    return best[0], -best[1]


@pytest.mark.parametrize("seed", range(6))
def test_no_combination_is_cheaper(seed):
    chance = Random(seed)
    together = 0
    for _ in range(GROUPS // 6):
        tiers, least, cell, lines = random_group(chance)
        asked = wanted(cell, *lines)
        mix = cheapest_mix(asked)
        paid, received = cheapest_by_trying(tiers, least, lines)
        assert (mix.amount, mix.packs + mix.free_packs) == (paid, received), (cell, lines)
        assert mix.free_packs == most_free(tiers, mix.packs)[mix.packs]
        for line, (price, needed, units) in zip(mix.lines, lines, strict=True):
            assert line.quote.quantity >= needed
            assert line.quote.packs >= 1
            assert line.quote.amount == price * line.quote.packs
            cost = Fraction(line.quote.amount) / line.quote.quantity
            assert line.quote.true_unit_cost == half_up(cost, 6)
            assert line.quote.purchase_units == units
        alone = [
            cheapest_purchase(each.price, needed=each.needed, purchase_units=each.purchase_units)
            for each in asked
        ]
        assert mix.amount <= sum(each.quote.amount for each in alone)
        together += mix.amount < sum(each.quote.amount for each in alone)
    assert together > GROUPS / 6 / 4  # mixing matters in this many
