import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_integration.reading.numbers import LARGEST_PRICE, is_blank, parse_percent, parse_price


@pytest.mark.parametrize(
    ("printed", "amount"),
    [
        ("188,000", "188000"),
        ("1,320,000", "1320000"),
        ("١٨٨٬٠٠٠", "188000"),
        ("۱۲۳", "123"),
        ("١٢٫٥", "12.5"),
        ("12.50", "12.5"),
        ("12,50", "12.5"),
        ("1.320.000", "1320000"),
        ("1.320,50", "1320.5"),
        ("58 178", "58178"),
        ("4,600 ل.س", "4600"),
        ("SYP 4,600", "4600"),
        ("45 ج.م", "45"),
        ("$3.99", "3.99"),
        ("600/-", "600"),
        ("0", "0"),
        (19.499999999999996, "19.5"),
        (0.1 + 0.2, "0.3"),
        (28575.0, "28575"),
        (7, "7"),
        (Decimal("2.500"), "2.5"),
    ],
)
def test_a_printed_price_is_read_exactly(printed, amount):
    assert parse_price(printed) == Decimal(amount)


@pytest.mark.parametrize(
    "printed",
    [
        "", " ", ".", "-", "-5", "−5", -5, -0.01, "NaN", "nan", "inf", "-Infinity", math.nan,
        math.inf, "1e20", 10**20, 1e20, "100000000000000000000", "1+5", "12 حبة", "10-20",
        "1,2,3", "12,34,567", None, True, [], {}, "9" * 500, Decimal("NaN"), Decimal("sNaN"),
    ],
)  # fmt: skip
def test_what_is_not_one_plain_price_is_refused(printed):
    assert parse_price(printed) is None


@given(st.decimals(min_value=0, max_value=LARGEST_PRICE, places=2))
def test_every_amount_survives_its_usual_printings(amount):
    printed = f"{amount:,.2f}"
    eastern = printed.translate(str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫"))
    assert parse_price(printed) == amount
    assert parse_price(eastern) == amount
    assert parse_price(f"{printed} ل.س") == amount


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.binary(max_size=5)))
def test_reading_a_price_never_raises_and_never_leaves_the_allowed_range(anything):
    price = parse_price(anything)
    assert price is None or (price.is_finite() and 0 <= price <= LARGEST_PRICE)


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False))
def test_float_cells_lose_only_their_noise(cell):
    assert abs(parse_price(cell) - Decimal(cell)) <= Decimal("0.0001")


@pytest.mark.parametrize(
    ("printed", "percent"),
    [("24%", "24"), ("٪٢٤", "24"), (31.5, "31.5"), ("100", "100"), ("101", None), ("-3", None)],
)
def test_a_discount_is_a_percentage_between_nought_and_a_hundred(printed, percent):
    assert parse_percent(printed) == (None if percent is None else Decimal(percent))


def test_a_percent_formatted_cell_holds_a_fraction():
    assert parse_percent(0.315, fraction=True) == Decimal("31.5")


@pytest.mark.parametrize("cell", ["", ".", " . ", "-", "—", "\u200f"])
def test_decorated_emptiness_is_blank(cell):
    assert is_blank(cell)


def test_a_note_is_not_blank():
    assert not is_blank("دفتر")
