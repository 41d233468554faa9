"""What a line of the bank may be."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital.banking.suggestions import Movement, suggest

DAY = date(2026, 3, 13)


def bank(amount, **kwargs):
    return Movement(1, DAY, D(amount), **kwargs)


def book(number, amount, *, days=0, **kwargs):
    return Movement(number, DAY + timedelta(days=days), D(amount), **kwargs)


def found(line, books, **kwargs):
    return [one.journal_line_ids for one in suggest([line], books, **kwargs)[line.id]]


def test_the_amount_agrees_exactly():
    assert found(bank("-10.00"), [book(1, "-10"), book(2, "-10.01"), book(3, "10")]) == [(1,)]


def test_the_day_is_within_the_window():
    books = [book(1, 5, days=-7), book(2, 5, days=8), book(3, 5, days=7)]
    assert sorted(found(bank(5), books)) == [(1,), (3,)]
    assert found(bank(5), books, window_days=0) == []


def test_the_nearer_day_comes_first():
    assert found(bank(5), [book(1, 5, days=3), book(2, 5, days=-1)]) == [(2,), (1,)]


def test_a_like_text_outweighs_a_day():
    books = [book(1, 5, text="Salary"), book(2, 5, days=1, text="دفعة لمستودع الشام")]
    assert found(bank(5, text="حوالة إلى مُستودع الشام"), books) == [(2,), (1,)]


def test_a_reference_found_word_for_word_outweighs_two_days():
    books = [book(1, 5, days=1), book(2, 5, days=3, text="INV 90553")]
    assert found(bank(5, reference="90553"), books)[0] == (2,)


def test_several_lines_that_add_up_are_one():
    books = [book(1, -60), book(2, -40, days=1), book(3, -41), book(4, 100)]
    assert found(bank(-100), books) == [(1, 2)]


def test_a_single_line_is_preferred_to_a_sum():
    assert found(bank(100), [book(1, 60), book(2, 40), book(3, 100)]) == [(3,)]


def test_what_was_refused_is_not_suggested_again():
    books = [book(1, 5), book(2, 2), book(3, 3)]
    assert found(bank(5), books, rejected={(1, 1)}) == [(2, 3)]
    assert found(bank(5), books, rejected={(1, 1), (1, 2)}) == []


@pytest.mark.hypothesis
@given(
    st.lists(st.tuples(st.integers(-50, 50).filter(bool), st.integers(-9, 9)), max_size=25),
    st.integers(-120, 120).filter(bool),
)
def test_every_suggestion_adds_up_within_the_window(rows, amount):
    books = [book(n, value, days=days) for n, (value, days) in enumerate(rows)]
    known = {one.id: one for one in books}
    for one in suggest([bank(amount)], books)[1]:
        chosen = [known[number] for number in one.journal_line_ids]
        assert sum(other.amount for other in chosen) == amount
        assert all(abs((other.date - DAY).days) <= 7 for other in chosen)
        assert 0 <= one.score <= 100
    if any(one.amount == amount and abs((one.date - DAY).days) <= 7 for one in books):
        assert suggest([bank(amount)], books)[1]
