from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from capital.public import balances_check, capital_summary
from core.models import AuditEntry, OutboxEvent
from inventory.public import InsufficientStock
from sales.errors import InsufficientTender, SaleLinesRefused
from sales.models import Sale, SaleAllocation, SaleLine
from sales.pricing import BasketLine
from sales.services import sale_checkout
from sales.tests.factories import (
    movements,
    on_hand,
    packaging_of,
    product_on_shelf,
    receive,
)

pytestmark = pytest.mark.django_db


def sell(actor, now, *basket: BasketLine, tendered: str = "100000") -> Sale:
    sale_id = sale_checkout(actor=actor, now=now, basket=basket, tendered=Decimal(tendered))
    return Sale.objects.get(pk=sale_id)


@pytest.fixture
def assert_nothing_sold(db):
    """Call it with the product: stock, money, documents and numbers are as before the refusal."""

    def check(product_id: int, *, held: int) -> None:
        assert on_hand(product_id) == held
        assert not Sale.objects.exists()
        assert capital_summary().cash == 0
        assert not AuditEntry.objects.filter(action="sales.sale_completed").exists()
        assert not OutboxEvent.objects.filter(name="sales.sale_completed").exists()

    return check


def test_a_sale_moves_goods_money_and_cost_at_once(actor, now):
    product_id = product_on_shelf(now=now, quantity=10, price="150", unit_cost="100")
    sale = sell(actor, now, BasketLine(product_id=product_id, quantity=3), tendered="500")

    assert sale.number == "SALE-2026-000001"
    assert (sale.total, sale.tendered, sale.change, sale.cost) == (450, 500, 50, 300)
    assert (sale.cashier_id, sale.sold_at) == (actor.id, now)
    assert on_hand(product_id) == 7
    summary = capital_summary()
    assert (summary.cash, summary.stock_at_cost) == (450, 700)
    assert balances_check() == []
    assert AuditEntry.objects.filter(
        action="sales.sale_completed", subject_id=str(sale.pk)
    ).exists()


def test_a_sale_is_told_as_an_event(actor, now):
    product_id = product_on_shelf(now=now)
    sale = sell(actor, now, BasketLine(product_id=product_id, quantity=1))
    event = OutboxEvent.objects.get(name="sales.sale_completed")
    assert event.payload["sale_id"] == sale.pk
    assert event.payload["lines"] == 1
    assert Decimal(event.payload["total"]) == 150


def test_packs_leave_the_shelf_as_base_units(actor, now):
    product_id = product_on_shelf(now=now, quantity=100, price="150")
    box = packaging_of(product_id, name="box", units=30, price="4000")
    sale = sell(actor, now, BasketLine(product_id=product_id, packaging_id=box, quantity=2))
    assert on_hand(product_id) == 40
    line = SaleLine.objects.get(sale=sale)
    assert (line.quantity, line.packaging_units, line.base_quantity) == (2, 30, 60)
    assert (line.unit_price, line.line_total) == (4000, 8000)


def test_the_batch_that_expires_first_leaves_first_and_is_remembered(actor, now):
    product_id = product_on_shelf(now=now, quantity=5, unit_cost="100", expiry=date(2027, 1, 1))
    receive(product_id, now=now, quantity=2, unit_cost="80", expiry=date(2026, 6, 1))
    sale = sell(actor, now, BasketLine(product_id=product_id, quantity=3))
    allocations = SaleAllocation.objects.filter(sale_line__sale=sale).order_by("id")
    assert [(row.expiry_date, row.quantity, row.cost) for row in allocations] == [
        (date(2026, 6, 1), 2, 160),
        (date(2027, 1, 1), 1, 100),
    ]
    assert sale.cost == SaleLine.objects.get(sale=sale).cost == 260


def test_the_same_product_may_stand_on_two_lines(actor, now):
    product_id = product_on_shelf(now=now, quantity=3)
    sell(
        actor,
        now,
        BasketLine(product_id=product_id, quantity=1),
        BasketLine(product_id=product_id, quantity=2),
    )
    assert on_hand(product_id) == 0
    assert capital_summary().stock_at_cost == 0


def test_the_business_date_is_the_local_day(actor, now, settings):
    settings.PHARMACY_TIME_ZONE = "Asia/Damascus"
    product_id = product_on_shelf(now=now)
    sale = sell(
        actor,
        datetime(2026, 3, 10, 22, 30, tzinfo=UTC),
        BasketLine(product_id=product_id, quantity=1),
    )
    assert sale.business_date == date(2026, 3, 11)


def test_exact_money_gives_no_change(actor, now):
    product_id = product_on_shelf(now=now)
    sale = sell(actor, now, BasketLine(product_id=product_id, quantity=1), tendered="150")
    assert sale.change == 0


def test_too_little_money_is_refused_with_the_total(actor, now, assert_nothing_sold):
    product_id = product_on_shelf(now=now, quantity=10)
    with pytest.raises(InsufficientTender) as caught:
        sell(actor, now, BasketLine(product_id=product_id, quantity=1), tendered="149.99")
    assert caught.value.extra == {"total": "150.00", "tendered": "149.99"}
    assert caught.value.errors[0].field == "payment.tendered"
    assert_nothing_sold(product_id, held=10)


def test_more_than_is_there_is_refused_naming_the_lines(actor, now, assert_nothing_sold):
    enough = product_on_shelf(now=now, quantity=10)
    short = product_on_shelf(now=now, quantity=2)
    with pytest.raises(InsufficientStock) as caught:
        sell(
            actor,
            now,
            BasketLine(product_id=enough, quantity=1),
            BasketLine(product_id=short, quantity=3),
        )
    assert [problem.field for problem in caught.value.errors] == ["lines.1.quantity"]
    assert_nothing_sold(enough, held=10)
    assert_nothing_sold(short, held=2)


def test_expired_goods_are_not_sold(actor, now, assert_nothing_sold):
    product_id = product_on_shelf(now=now, quantity=5, expiry=date(2026, 3, 9))
    with pytest.raises(InsufficientStock):
        sell(actor, now, BasketLine(product_id=product_id, quantity=1))
    assert_nothing_sold(product_id, held=5)


def test_one_faulty_line_keeps_the_whole_basket_back(actor, now, assert_nothing_sold):
    product_id = product_on_shelf(now=now, quantity=10)
    with pytest.raises(SaleLinesRefused):
        sell(
            actor,
            now,
            BasketLine(product_id=product_id, quantity=1),
            BasketLine(product_id=product_id + 1000, quantity=1),
        )
    assert_nothing_sold(product_id, held=10)


def test_a_refused_sale_leaves_no_gap_in_the_numbers(actor, now):
    product_id = product_on_shelf(now=now, quantity=2)
    sell(actor, now, BasketLine(product_id=product_id, quantity=1))
    with pytest.raises(InsufficientStock):
        sell(actor, now, BasketLine(product_id=product_id, quantity=2))
    sale = sell(actor, now, BasketLine(product_id=product_id, quantity=1))
    assert sale.number == "SALE-2026-000002"


def test_fifty_lines_take_as_many_queries_as_one(actor, now, django_assert_max_num_queries):
    product_ids = [product_on_shelf(now=now) for _ in range(50)]

    def queries(count: int) -> int:
        basket = [BasketLine(product_id=pk, quantity=1) for pk in product_ids[:count]]
        with django_assert_max_num_queries(60) as captured:
            sell(actor, now, *basket)
        return len(captured)

    assert queries(50) == queries(1)


@pytest.mark.parametrize("table", ["sales_sale", "sales_saleline", "sales_saleallocation"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET cost = 0", "TRUNCATE {}"])
def test_a_completed_sale_cannot_be_rewritten(actor, now, table, statement):
    product_id = product_on_shelf(now=now)
    sell(actor, now, BasketLine(product_id=product_id, quantity=1))
    connection.check_constraints()
    before = (Sale.objects.values().get(), SaleLine.objects.values().get(), movements())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert (Sale.objects.values().get(), SaleLine.objects.values().get(), movements()) == before
