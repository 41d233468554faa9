from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import allocate, exponent, format_money, is_exact_money, round_money, unit_cost

amounts = st.decimals(min_value=0, max_value=10**12, places=2)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any)


@pytest.mark.parametrize(
    ("code", "configured", "places"),
    [("SYP", None, 2), ("SYP", 0, 0), ("JOD", None, 3), ("JPY", None, 0)],
)
def test_exponent_is_the_configured_one_or_that_of_the_currency(settings, code, configured, places):
    settings.PHARMACY_CURRENCY, settings.PHARMACY_CURRENCY_EXPONENT = code, configured
    assert exponent() == places


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.005", "1.01"), ("-1.005", "-1.01"), ("2.994", "2.99"), ("7", "7.00")],
)
def test_halves_round_away_from_zero(amount, rounded):
    assert round_money(Decimal(amount)) == Decimal(rounded)


def test_unit_cost_keeps_six_places():
    assert unit_cost(Decimal(10) / 3) == Decimal("3.333333")


def test_money_is_written_as_plain_digits():
    assert format_money(Decimal("1E+6")) == "1000000.00"


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "0.001", "1E+20"])
def test_what_is_no_exact_amount_is_told_apart(amount):
    assert not is_exact_money(Decimal(amount))


@given(amounts, weights)
def test_shares_add_up_exactly_and_none_is_off_by_more_than_a_smallest_unit(total, parts):
    shares = allocate(total, parts)
    assert sum(shares) == total
    for share, part in zip(shares, parts, strict=True):
        assert abs(share - total * part / sum(parts)) <= Decimal("0.01")
        assert share == round_money(share)


@pytest.mark.parametrize("parts", [[], [0, 0], [1, -1]])
def test_weights_that_share_nothing_are_refused(parts):
    with pytest.raises(ValueError, match="weights"):
        allocate(Decimal(1), parts)
