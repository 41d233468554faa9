"""When an order comes: cut-off, lead time, delivery days, and midnight in the pharmacy's zone."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from purchases.terms import SupplierTerms, next_delivery

DAMASCUS = ZoneInfo("Asia/Damascus")  # three hours east of Greenwich, all the year round


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of November 2026 in Damascus; the 1st is a Sunday."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=DAMASCUS)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2, 13, 59, 59), date(2026, 11, 3)),
        (at(2, 14), date(2026, 11, 4)),
        (at(2, 23, 59, 59), date(2026, 11, 4)),
        (at(3, 0), date(2026, 11, 4)),
    ],
)
def test_from_the_cut_off_on_an_order_counts_as_the_next_days(now, expected):
    assert next_delivery(SupplierTerms(lead_days=1, cut_off=time(14)), now) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # 20:59:59 and 21:00 in Greenwich are either side of midnight in Damascus.
        (datetime(2026, 11, 2, 20, 59, 59, tzinfo=UTC), date(2026, 11, 3)),
        (datetime(2026, 11, 2, 21, 0, tzinfo=UTC), date(2026, 11, 4)),
    ],
)
def test_the_day_is_that_of_the_pharmacy(now, expected):
    assert next_delivery(SupplierTerms(lead_days=1), now) == expected


def test_the_cut_off_is_the_pharmacys_clock_and_not_that_of_the_server():
    terms = SupplierTerms(lead_days=0, cut_off=time(14))
    assert next_delivery(terms, datetime(2026, 11, 2, 10, 59, tzinfo=UTC)) == date(2026, 11, 2)
    assert next_delivery(terms, datetime(2026, 11, 2, 11, 0, tzinfo=UTC)) == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("weekdays", "lead_days", "now", "expected"),
    [
        ((7, 3), 0, at(1, 9), date(2026, 11, 1)),  # Sunday, delivered the same day
        ((7, 3), 0, at(1, 15), date(2026, 11, 4)),  # after the cut-off: Wednesday
        ((7, 3), 4, at(1, 9), date(2026, 11, 8)),  # Thursday at the earliest: next Sunday
        ((1,), 1, at(1, 15), date(2026, 11, 9)),  # Tuesday at the earliest: Monday after
        ((1, 2, 3, 4, 5, 6, 7), 2, at(30, 9), date(2026, 12, 2)),
    ],
)
def test_it_comes_on_a_day_the_supplier_delivers(weekdays, lead_days, now, expected):
    terms = SupplierTerms(lead_days=lead_days, cut_off=time(14), delivery_weekdays=weekdays)
    assert next_delivery(terms, now) == expected


def test_below_the_minimum_an_order_is_refused_or_costs_a_fee():
    refusing = SupplierTerms(minimum_order_amount=Decimal(500))
    charging = SupplierTerms(minimum_order_amount=Decimal(500), small_order_fee=Decimal(25))
    assert (refusing.refuses(Decimal("499.99")), refusing.refuses(Decimal(500))) == (True, False)
    assert not charging.refuses(Decimal(1))
    assert (charging.fee_on(Decimal(499)), charging.fee_on(Decimal(500))) == (25, 0)


def test_an_order_above_the_maximum_is_refused():
    terms = SupplierTerms(maximum_order_amount=Decimal(1000))
    assert (terms.refuses(Decimal(1000)), terms.refuses(Decimal("1000.01"))) == (False, True)
