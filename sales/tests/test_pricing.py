from __future__ import annotations

from decimal import Decimal

import pytest

from sales.errors import SaleLinesRefused
from sales.pricing import BasketLine, basket_price
from sales.tests.factories import packaging_of, product_on_shelf, set_lifecycle

pytestmark = pytest.mark.django_db


def faults(*basket: BasketLine) -> list[tuple[str, str]]:
    with pytest.raises(SaleLinesRefused) as caught:
        basket_price(basket)
    return [(problem.field, problem.code) for problem in caught.value.errors]


def test_base_units_cost_the_public_price(now):
    product_id = product_on_shelf(now=now, price="150.25")
    (line,) = basket_price([BasketLine(product_id=product_id, quantity=3)])
    assert (line.unit_price, line.total) == (Decimal("150.25"), Decimal("450.75"))
    assert (line.units, line.base_quantity) == (1, 3)


def test_a_pack_without_a_price_costs_its_units(now):
    product_id = product_on_shelf(now=now, price="150")
    box = packaging_of(product_id, name="box", units=30)
    (line,) = basket_price([BasketLine(product_id=product_id, packaging_id=box, quantity=2)])
    assert (line.unit_price, line.total, line.base_quantity) == (4500, 9000, 60)
    assert line.packaging_name == "box"


def test_a_pack_with_a_price_of_its_own_costs_that(now):
    product_id = product_on_shelf(now=now, price="150")
    box = packaging_of(product_id, name="box", units=30, price="4000")
    (line,) = basket_price([BasketLine(product_id=product_id, packaging_id=box, quantity=2)])
    assert (line.unit_price, line.total) == (4000, 8000)


def test_a_pack_may_have_a_price_where_the_product_has_none(now):
    product_id = product_on_shelf(now=now, price=None)
    box = packaging_of(product_id, name="box", units=30, price="4000")
    (line,) = basket_price([BasketLine(product_id=product_id, packaging_id=box, quantity=1)])
    assert line.unit_price == 4000


def test_lines_are_named_as_the_shelf_is(now):
    product_id = product_on_shelf(now=now, strength="500 mg", form="tablet")
    (line,) = basket_price([BasketLine(product_id=product_id, quantity=1)])
    assert line.product_name.endswith(" 500 mg tablet")


@pytest.mark.parametrize("price", [None, "0"])
def test_a_product_without_a_price_is_not_sold(now, price):
    product_id = product_on_shelf(now=now, price=price)
    assert faults(BasketLine(product_id=product_id, quantity=1)) == [
        ("lines.0.product_id", "price_missing")
    ]


def test_a_pack_whose_product_has_no_price_is_not_sold(now):
    product_id = product_on_shelf(now=now, price=None)
    box = packaging_of(product_id, name="box", units=30)
    assert faults(BasketLine(product_id=product_id, packaging_id=box, quantity=1)) == [
        ("lines.0.packaging_id", "price_missing")
    ]


@pytest.mark.parametrize("lifecycle", ["new", "discontinued", "archived"])
def test_a_product_that_is_not_for_sale_is_refused(now, lifecycle):
    product_id = product_on_shelf(now=now, quantity=1)
    set_lifecycle(product_id, lifecycle)
    assert faults(BasketLine(product_id=product_id, quantity=1)) == [
        ("lines.0.product_id", "not_sellable")
    ]


def test_a_product_being_phased_out_is_sold(now):
    product_id = product_on_shelf(now=now)
    set_lifecycle(product_id, "phase_out")
    assert len(basket_price([BasketLine(product_id=product_id, quantity=1)])) == 1


def test_the_pack_of_another_product_is_refused(now):
    product_id = product_on_shelf(now=now)
    other_box = packaging_of(product_on_shelf(now=now), name="box", units=30)
    assert faults(
        BasketLine(product_id=product_id, packaging_id=other_box, quantity=1),
        BasketLine(product_id=product_id, packaging_id=other_box + 1000, quantity=1),
    ) == [
        ("lines.0.packaging_id", "unknown_packaging"),
        ("lines.1.packaging_id", "unknown_packaging"),
    ]


def test_every_faulty_line_is_named_at_once(now):
    good = product_on_shelf(now=now)
    unpriced = product_on_shelf(now=now, price=None)
    assert faults(
        BasketLine(product_id=good, quantity=1),
        BasketLine(product_id=unpriced, quantity=1),
        BasketLine(product_id=unpriced + 1000, quantity=1),
    ) == [("lines.1.product_id", "price_missing"), ("lines.2.product_id", "unknown_product")]


def test_more_base_units_than_can_be_counted_are_refused(now):
    product_id = product_on_shelf(now=now, price="0.01")
    box = packaging_of(product_id, name="box", units=30)
    line = BasketLine(product_id=product_id, packaging_id=box, quantity=2_000_000_000)
    assert faults(line) == [("lines.0.quantity", "quantity_too_large")]


def test_more_money_than_can_be_counted_is_refused(now):
    product_id = product_on_shelf(now=now, price="900000")
    line = BasketLine(product_id=product_id, quantity=1_200_000_000)
    assert faults(line) == [("lines", "amount_too_large")]


def test_pricing_takes_three_queries_for_any_basket(now, django_assert_num_queries):
    product_ids = [product_on_shelf(now=now) for _ in range(4)]
    boxes = [packaging_of(product_id, name="box", units=3) for product_id in product_ids]
    for size in (1, 4):
        basket = [
            BasketLine(product_id=product_id, packaging_id=box, quantity=1)
            for product_id, box in zip(product_ids[:size], boxes, strict=False)
        ]
        with django_assert_num_queries(3):
            basket_price(basket)
