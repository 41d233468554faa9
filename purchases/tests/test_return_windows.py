"""Days on which goods go back: months of every length, leap days, and the rules together."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.return_windows import Window, add_months, policy_for, window_of


@dataclass(frozen=True)
class Rule:
    supplier_id: int | None = None
    reason: str = ""
    accepted: bool = True
    days_after_receipt: int | None = None
    earliest_months_before_expiry: int | None = None
    latest_months_before_expiry: int | None = None
    latest_months_after_expiry: int | None = None
    credit_percent: Decimal = Decimal(100)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2028, 2, 29), -12, date(2027, 2, 28)),
        (date(2028, 2, 29), -48, date(2024, 2, 29)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2027, 5, 31), -3, date(2027, 2, 28)),
        (date(2028, 5, 31), -3, date(2028, 2, 29)),
        (date(2027, 8, 31), -6, date(2027, 2, 28)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_end_where_the_month_does(day, months, expected):
    assert add_months(day, months) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-240, 240))
def test_months_are_counted_exactly(day, months):
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day <= day.day
    assert add_months(day, 0) == day


RECEIVED, EXPIRY = date(2027, 11, 30), date(2028, 2, 29)


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        (Rule(), None, None),
        (Rule(days_after_receipt=91), None, date(2028, 2, 29)),
        (Rule(days_after_receipt=92), None, date(2028, 3, 1)),
        (Rule(days_after_receipt=0), None, RECEIVED),
        (Rule(latest_months_before_expiry=3), None, date(2027, 11, 29)),
        (Rule(latest_months_after_expiry=12), None, date(2029, 2, 28)),
        (Rule(earliest_months_before_expiry=6), date(2027, 8, 29), None),
        (
            Rule(
                days_after_receipt=30,
                earliest_months_before_expiry=6,
                latest_months_before_expiry=1,
            ),
            date(2027, 8, 29),
            date(2027, 12, 30),
        ),
        (
            Rule(days_after_receipt=365, latest_months_before_expiry=1),
            None,
            date(2028, 1, 29),
        ),
    ],
)
def test_the_earliest_rule_gives_the_last_day(rule, first, last):
    window = window_of(rule, received_on=RECEIVED, expiry_date=EXPIRY)
    assert (window.first_day, window.last_day) == (first, last)


def test_a_window_holds_on_both_its_days():
    window = Window(first_day=date(2028, 2, 1), last_day=date(2028, 2, 29))
    assert [
        window.holds_on(day)
        for day in (
            date(2028, 1, 31),
            date(2028, 2, 1),
            date(2028, 2, 29),
            date(2028, 3, 1),
        )
    ] == [False, True, True, False]


def test_what_nobody_knows_is_not_decided():
    expiry = Rule(latest_months_before_expiry=3)
    assert window_of(expiry, received_on=RECEIVED, expiry_date=None).undecidable
    days = Rule(days_after_receipt=3)
    assert window_of(days, received_on=None, expiry_date=EXPIRY).undecidable
    assert not window_of(days, received_on=RECEIVED, expiry_date=None).undecidable
    assert not window_of(expiry, received_on=None, expiry_date=None).holds_on(RECEIVED)
    # A rule that does not ask for a date does not wait for it.
    assert not window_of(expiry, received_on=None, expiry_date=EXPIRY).undecidable


def test_the_credit_is_the_policys_and_nothing_where_goods_are_refused():
    dates = {"received_on": RECEIVED, "expiry_date": EXPIRY}
    assert window_of(None, **dates).credit_percent == 100
    for rule, percent in (
        (Rule(credit_percent=Decimal(80)), 80),
        (Rule(credit_percent=Decimal(80), accepted=False), 0),
    ):
        assert window_of(rule, **dates).credit_percent == percent
    unknown = Rule(credit_percent=Decimal(80), latest_months_before_expiry=3)
    assert window_of(unknown, received_on=RECEIVED, expiry_date=None).credit_percent == 80


def test_what_is_not_accepted_never_goes_back():
    window = window_of(Rule(accepted=False), received_on=RECEIVED, expiry_date=EXPIRY)
    assert window.refused
    assert not window.holds_on(RECEIVED)
    assert window_of(None, received_on=None, expiry_date=None).holds_on(RECEIVED)


def test_the_most_specific_policy_counts():
    default, of_reason = Rule(), Rule(reason="expired")
    of_supplier = Rule(supplier_id=1)
    of_both = replace(of_supplier, reason="expired")
    everyone = [default, of_reason, of_supplier, of_both]
    choose = {"supplier_id": 1, "reason": "expired"}
    assert policy_for(everyone, **choose) is of_both
    assert policy_for(everyone[:3], **choose) is of_supplier
    assert policy_for(everyone[:2], **choose) is of_reason
    assert policy_for(everyone[:1], **choose) is default
    assert policy_for([of_both], supplier_id=2, reason="expired") is None
    assert policy_for([of_both], supplier_id=1, reason="recall") is None
