"""Days printed in deals, and what is left of a deal on a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.deals import PrintedDay, Window, parse_deal, resolve_deal, true_unit_cost

PRINTED_ON = date(2026, 3, 1)


def deal_of(text: str):
    return resolve_deal(parse_deal(text), "free_first")


@pytest.mark.parametrize(
    ("printed", "printed_on", "meant"),
    [
        ((15, 3), date(2026, 3, 1), date(2026, 3, 15)),
        ((15, 1), date(2025, 12, 20), date(2026, 1, 15)),
        ((20, 12), date(2026, 1, 5), date(2025, 12, 20)),
        ((29, 2), date(2026, 3, 1), date(2028, 2, 29)),
        ((15, 3, 2027), date(2026, 3, 1), date(2027, 3, 15)),
    ],
)
def test_a_day_without_year_is_the_nearest_to_the_document(printed, printed_on, meant):
    assert PrintedDay(*printed).near(printed_on) == meant


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_no_such_day_of_any_year_is_nearer(printed, printed_on):
    found = PrintedDay(printed.day, printed.month).near(printed_on)
    assert (found.day, found.month) == (printed.day, printed.month)
    if (printed.day, printed.month) != (29, 2):
        assert abs(found - printed_on) <= timedelta(days=183)


@pytest.mark.parametrize("printed", [(31, 2), (0, 1), (1, 13), (29, 2, 2026)])
def test_a_day_no_calendar_has_is_refused(printed):
    with pytest.raises(ValueError, match=r"day|month"):
        PrintedDay(*printed)


def test_both_ends_of_a_window_belong_to_it():
    window = Window(since=PrintedDay(1, 3), until=PrintedDay(15, 3))
    held = [
        day
        for day in (date(2026, 2, 28) + timedelta(days=n) for n in range(20))
        if window.holds_on(day, printed_on=PRINTED_ON)
    ]
    assert (held[0], held[-1], len(held)) == (date(2026, 3, 1), date(2026, 3, 15), 15)


@pytest.mark.parametrize(
    ("window", "held"),
    [
        (Window(since=PrintedDay(1, 3)), [False, True, True]),
        (Window(until=PrintedDay(1, 3)), [True, True, False]),
        (Window(), [True, True, True]),
    ],
)
def test_an_end_that_is_not_printed_is_open(window, held):
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2))
    assert [window.holds_on(day, printed_on=PRINTED_ON) for day in days] == held


def test_a_special_lapses_and_the_ordinary_tiers_stay():
    deal = deal_of("1+5 او عرض خاص 5+10 حتى 15/3")
    assert deal.on(date(2026, 3, 15), printed_on=PRINTED_ON).free_units(10) == 5
    assert deal.on(date(2026, 3, 16), printed_on=PRINTED_ON).free_units(10) == 2
    assert deal.free_units(10) == 5
    # Without the day of the document the year is the one nearest to the day asked for.
    assert deal.on(date(2031, 3, 15)).free_units(10) == 5
    assert deal.on(date(2031, 3, 16)).free_units(10) == 2


def test_outside_its_window_nothing_is_left_of_a_deal_but_what_it_requires():
    deal = deal_of("دفتر / من 1/3 حتى 15/3 / اقل كمية 10 / خصم 10% + 1+5")
    price, none = Decimal(100), None
    during = deal.on(date(2026, 3, 10), printed_on=PRINTED_ON)
    assert true_unit_cost(price, none, during, 5) == Decimal("75.000000")
    after = deal.on(date(2026, 4, 1), printed_on=PRINTED_ON)
    assert true_unit_cost(price, none, after, 5) == Decimal("100.000000")
    assert after.register_required
    assert (after.least_packs, after.raw) == (10, deal.raw)


def test_a_deal_without_days_is_the_same_every_day():
    deal = deal_of("1+5 او 3+10")
    assert deal.on(date(2100, 1, 1)) is deal


def test_one_of_two_is_two_deals_to_choose_from():
    bonus, discount = deal_of("خصم 24% او 1+5").ways()
    assert (bonus.free_units(5), bonus.added_discount) == (1, None)
    assert (discount.free_units(5), discount.added_discount) == (0, Decimal(24))
    assert (bonus.ways(), discount.ways()) == ((bonus,), (discount,))
    both = deal_of("خصم 24% + 1+5")
    assert both.ways() == (both,)
    # Until somebody has chosen, the discount is not relied on.
    assert deal_of("خصم 24% او 1+5").added_discount is None
