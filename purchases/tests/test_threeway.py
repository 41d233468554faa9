"""The three-way match, computed: every kind of difference, and the money to the last unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.models import DifferenceKind
from purchases.threeway import Billed, Received, Tolerance, match, owed_of

EXACT = Tolerance()
LOOSE = Tolerance(
    price_percent=Decimal("0.5"), price_amount=Decimal("0.05"), quantity_percent=Decimal(2)
)


def billed(position=1, units=10, amount=1000, **fields):
    values = {"product_id": 7, "quantity": units, "amount": Decimal(str(amount)), **fields}
    return Billed(position=position, **values)


def goods(pk=1, units=10, amount=1000, ordered=None, billed=0, product=7, order_line=70, **fields):
    return Received(
        receipt_line_id=pk,
        order_line_id=order_line,
        product_id=product,
        quantity=units,
        billed=billed,
        amount=Decimal(str(amount)),
        ordered_amount=Decimal(str(amount if ordered is None else ordered)),
        **fields,
    )


def outcome(lines, received, *, ordered=(7,), tolerance=EXACT):
    return match(lines, received, ordered_products=ordered, tolerance=tolerance)


def told(found):
    return [(d.kind, d.position, d.expected, d.found, d.amount) for d in found.differences]


CASES = {
    "agrees": ([billed()], [goods()], (7,), []),
    "agrees_over_two_receipts": (
        [billed(units=10, amount=1000)],
        [goods(1, 4, 400), goods(2, 6, 600)],
        (7,),
        [],
    ),
    "free_goods_count_as_received": (
        [billed(units=6, free_quantity=1, amount=600)],
        [goods(units=7, amount=600)],
        (7,),
        [],
    ),
    "dearer": ([billed(amount=1100)], [goods()], (7,), [("price", 1, 1000, 1100, 100)]),
    "cheaper": ([billed(amount=900)], [goods()], (7,), [("price", 1, 1000, 900, -100)]),
    "received_at_the_dearer_price": (
        [billed(amount=1100)],
        [goods(amount=1100, ordered=1000)],
        (7,),
        [("price", 1, 1000, 1100, 100)],
    ),
    "more_than_received": (
        [billed(units=12, amount=1200)],
        [goods()],
        (7,),
        [("quantity", 1, 10, 12, 200)],
    ),
    "free_goods_that_did_not_come": (
        [billed(units=0, free_quantity=2, amount=0)],
        [goods(units=1, amount=0)],
        (7,),
        [("quantity", 1, 1, 2, 0)],
    ),
    "nothing_received": ([billed()], [], (7,), [("not_received", 1, 0, 10, 1000)]),
    "never_ordered": ([billed()], [], (), [("not_ordered", 1, 0, 10, 1000)]),
    "an_unknown_product": (
        [billed(product_id=None)],
        [goods()],
        (7,),
        [("not_ordered", 1, 0, 10, 1000)],
    ),
    "billed_by_another_invoice": (
        [billed()],
        [goods(billed=10)],
        (7,),
        [("duplicate", 1, 0, 10, 1000)],
    ),
    "billed_twice_on_this_invoice": (
        [billed(), billed(2)],
        [goods()],
        (7,),
        [("duplicate", 2, 0, 10, 1000)],
    ),
    "a_named_receipt_has_more": (
        [billed(units=4, amount=400)],
        [goods(named=True)],
        (7,),
        [("missing", None, 6, 0, -600)],
    ),
    "a_named_receipt_has_another_product": (
        [billed()],
        [goods(named=True), goods(2, 3, 90, product=8, named=True)],
        (7,),
        [("missing", None, 3, 0, -90)],
    ),
    "a_named_receipt_has_one_unit_more": (
        [billed(units=9, amount=900)],
        [goods(named=True)],
        (7,),
        [("missing", None, 1, 0, -100)],
    ),
    "only_another_product_came": (
        [billed()],
        [goods(product=8)],
        (7,),
        [("not_received", 1, 0, 10, 1000)],
    ),
    "the_line_does_not_add_up": (
        [billed(amount=1000, pack_price=Decimal(90))],
        [goods()],
        (7,),
        [("arithmetic", 1, 900, 1000, 100)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_difference_is_found_and_nothing_else(case):
    lines, received, ordered, expected = CASES[case]
    assert told(outcome(lines, received, ordered=ordered)) == expected


def test_the_cases_cover_every_kind():
    kinds = {row[0] for _l, _r, _o, expected in CASES.values() for row in expected}
    assert kinds == set(DifferenceKind.values)


@pytest.mark.parametrize(
    ("amount", "units", "kinds"),
    [
        (1005, 10, []),  # half a percent
        ("1005.01", 10, ["price"]),
        ("994.99", 10, ["price"]),
        (995, 10, []),
        ("10.05", 10, []),  # the amount is the larger here
        ("10.06", 10, ["price"]),
    ],
)
def test_within_the_tolerance_nobody_is_asked(amount, units, kinds):
    worth = 10 if str(amount).startswith("10.") else 1000
    found = outcome([billed(units=units, amount=amount)], [goods(amount=worth)], tolerance=LOOSE)
    assert [difference.kind for difference in found.differences] == kinds


def test_a_quantity_within_the_tolerance_is_paid_whole():
    lines = [billed(units=102, amount=1020)]
    found = outcome(lines, [goods(units=100, amount=1020)], tolerance=LOOSE)
    assert found.differences == ()
    assert owed_of(lines, found, (), tolerance=LOOSE).total == 1020


def test_goods_of_the_receipt_line_named_go_before_others():
    found = outcome([billed(units=5, amount=500, receipt_line_id=2)], [goods(1), goods(2)])
    assert [(m.receipt_line_id, m.quantity) for m in found.matches] == [(2, 5)]


def test_the_oldest_receipt_goes_first():
    found = outcome([billed(units=12, amount=1200)], [goods(1), goods(2)])
    assert [(m.receipt_line_id, m.quantity) for m in found.matches] == [(1, 10), (2, 2)]


def test_what_is_disputed_is_owed_as_ordered():
    lines = [billed(amount=1100, tax=Decimal(110))]
    found = outcome(lines, [goods()])
    owed = owed_of(lines, found, {(1, "price")}, tolerance=EXACT)
    assert (owed.goods_total, owed.tax, owed.total) == (1000, 100, 1100)
    assert owed.price_difference == 0
    accepted = owed_of(lines, found, (), tolerance=EXACT)
    assert (accepted.goods_total, accepted.tax, accepted.total) == (1100, 110, 1210)
    assert accepted.price_difference == 100
    less = owed_of(lines, found, (), tolerance=EXACT, discount=Decimal(130))
    assert (less.discount, less.total, less.price_difference) == (130, 1080, -30)


def test_a_sum_of_nothing_that_is_disputed_is_owed_as_computed_with_all_its_tax():
    lines = [billed(amount=0, pack_price=Decimal(90), tax=Decimal(10))]
    found = outcome(lines, [goods(amount=900)])
    owed = owed_of(lines, found, {(1, "arithmetic")}, tolerance=EXACT, discount=Decimal(5))
    assert (owed.goods_total, owed.tax, owed.discount) == (900, 10, 5)


@pytest.mark.parametrize("rounding", [Decimal("0.4"), Decimal("-0.4")])
def test_charges_with_their_tax_and_the_rounding_of_a_whole_invoice_are_owed(rounding):
    lines = [billed(tax=Decimal(100))]
    owed = owed_of(
        lines,
        outcome(lines, [goods()]),
        (),
        tolerance=EXACT,
        charges=Decimal(25),
        charges_tax=Decimal(3),
        rounding=rounding,
    )
    assert (owed.charges, owed.tax, owed.rounding) == (25, 103, rounding)
    assert owed.total == 1128 + rounding


def test_a_price_of_a_pack_is_for_all_its_units():
    line = billed(units=30, amount=270, pack_price=Decimal(90), pack_units=10)
    assert outcome([line], [goods(units=30, amount=270)]).differences == ()


def test_goods_that_did_not_come_are_not_owed_nor_their_share_of_tax_and_discount():
    lines = [billed(units=12, amount=1200, tax=Decimal(120))]
    found = outcome(lines, [goods()])
    owed = owed_of(
        lines,
        found,
        {(1, "quantity")},
        tolerance=EXACT,
        discount=Decimal(60),
        rounding=Decimal("0.4"),
    )
    assert (owed.goods_total, owed.tax, owed.discount, owed.rounding) == (1000, 100, 50, 0)


money = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)


@given(
    parts=st.lists(st.integers(1, 50), min_size=1, max_size=6),
    amount=money,
    received=money,
    discount=money,
)
def test_a_receipt_billed_in_parts_adds_up_to_the_last_unit(parts, amount, received, discount):
    """Whatever is billed in however many invoices: what they match is the receipt, exactly."""
    whole = sum(parts)
    line, before, matched = goods(units=whole, amount=received), 0, Decimal(0)
    for part in parts:
        bill = billed(units=part, amount=amount)
        found = outcome([bill], [goods(units=whole, amount=received, billed=before)])
        (only,) = found.matches
        matched += only.received_amount
        before += part
        owed = owed_of(
            [bill], found, {(1, "price")}, tolerance=EXACT, discount=min(discount, amount)
        )
        assert Decimal(0) <= owed.goods_total <= amount
        assert owed.total <= amount
    assert matched == line.amount
