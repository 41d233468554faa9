from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.selectors.abc import abc_classes, variation, xyz_class


def classes(*values: int, **shares):
    found = abc_classes({n: Decimal(value) for n, value in enumerate(values)}, **shares)
    return "".join(found[n] for n in range(len(values)))


def test_the_product_that_reaches_a_share_still_belongs_to_the_class():
    # Running shares before each: 0, 50, 75, 85, 93, 97, 100 of 100.
    assert classes(50, 25, 10, 8, 4, 3, 0) == "AAABBCC"


def test_a_share_reached_exactly_ends_the_class():
    assert classes(80, 15, 5) == "ABC"


def test_one_product_that_is_everything_is_a_and_what_is_not_consumed_is_c():
    assert classes(0, 100, 0) == "CAC"
    assert classes(0, 0) == "CC"
    assert abc_classes({}) == {}


def test_shares_are_the_callers_to_choose():
    assert classes(50, 30, 20, a_share=Decimal("0.5"), b_share=Decimal("0.3")) == "ABC"


def test_equal_products_are_ranked_by_id():
    assert classes(*[1] * 10) == "AAAAAAAABB"


@given(st.dictionaries(st.integers(1, 50), st.decimals(0, 10**9, places=2), max_size=30))
def test_classes_follow_the_ranking_and_a_is_no_larger_than_it_must_be(consumption):
    found = abc_classes(consumption)
    assert found.keys() == consumption.keys()
    ranked = sorted(consumption, key=lambda pk: (-consumption[pk], pk))
    assert [found[pk] for pk in ranked] == sorted(found.values())
    whole = sum(consumption.values(), Decimal(0))
    a = [consumption[pk] for pk in ranked if found[pk] == "A"]
    if whole:
        assert sum(a) >= whole * Decimal("0.8") > sum(a[:-1])


@pytest.mark.parametrize(
    ("demand", "coefficient", "letter"),
    [
        ([10, 10, 10, 10], 0.0, "X"),
        ([5, 15, 5, 15], 0.5, "X"),  # mean 10, deviation 5
        ([4, 16, 4, 16], 0.6, "Y"),
        ([0, 20, 0, 20], 1.0, "Y"),
        ([0, 0, 0, 40], 3**0.5, "Z"),
        ([0, 0], None, "Z"),
        ([], None, "Z"),
    ],
)
def test_steadiness_is_the_coefficient_of_variation(demand, coefficient, letter):
    assert variation(demand) == pytest.approx(coefficient)
    assert xyz_class(variation(demand)) == letter
