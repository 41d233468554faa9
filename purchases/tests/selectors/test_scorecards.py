"""Scorecards: every figure with what it is computed from."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import local_date
from purchases.models import PurchaseOrder
from purchases.selectors.scorecards import scorecards
from purchases.services.receipts.deliveries import Batch
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import (
    SupplierFactory,
    actor_with,
    delivery,
    placed_order,
    source,
)
from purchases.tests.invoicing import DISPUTE, line_of, posted, received
from purchases.tests.returning import dispatched

pytestmark = pytest.mark.django_db


def cards(now, *, days=30, **wanted):
    today = local_date(now)
    report = scorecards(
        date_from=today - timedelta(days=days),
        date_to=today + timedelta(days=days),
        now=now,
        **wanted,
    )
    return {card.supplier.pk: card for card in report.rows}


def expect_on(order, day):
    PurchaseOrder.objects.filter(pk=order.pk).update(expected_date=day, promised_date=None)


def test_fill_rate_counts_units_and_lines_of_orders_expected_in_the_period(now):
    supplier = SupplierFactory()
    today = local_date(now)
    whole = received(supplier=supplier, need=10, price=100).order
    part = received(Batch(quantity=6), supplier=supplier, need=10, price=100).order
    later = placed_order(supplier=supplier, need=10, price=100)
    for order, day in ((whole, today), (part, today), (later, today + timedelta(days=31))):
        expect_on(order, day)
    found = cards(now)[supplier.pk].delivery
    assert (found.ordered_units, found.delivered_units, found.fill_rate) == (20, 16, 80)
    assert (found.lines, found.lines_complete, found.line_fill_rate) == (2, 1, 50)


def test_delay_is_held_against_the_day_expected(now):
    supplier = SupplierFactory()
    today = local_date(now)
    for late in (0, 0, 3, 5):
        order = received(supplier=supplier, need=10, price=100).order
        expect_on(order, today - timedelta(days=late))
        PurchaseOrder.objects.filter(pk=order.pk).update(ordered_at=now - timedelta(days=6))
    found = cards(now)[supplier.pk].delay
    assert (found.receipts, found.late, found.late_share) == (4, 2, 50)
    assert (found.late_days, found.average_late_days) == (8, 2)
    assert (found.lead_days, found.average_lead_days) == (24, 6)


def test_short_dated_units_are_those_with_little_to_go_when_they_came(settings, now):
    settings.SHORT_DATED_DAYS = 180
    supplier, today = SupplierFactory(), local_date(now)
    received(
        Batch(quantity=4, batch_number="A", expiry_date=today + timedelta(days=179)),
        Batch(quantity=12, batch_number="B", expiry_date=today + timedelta(days=180)),
        Batch(quantity=4),
        supplier=supplier,
        need=20,
        price=100,
    )
    found = cards(now)[supplier.pk].goods
    assert (found.received_units, found.dated_units, found.short_dated_units) == (20, 16, 4)
    assert found.short_dated_share == 25


def test_prices_are_ranked_by_true_cost_among_those_who_offer_the_product(now):
    supplier, dearer, cheaper = (SupplierFactory() for _ in range(3))
    receipt = received(supplier=supplier, need=10, price=110)
    product = receipt.lines.get().product_id
    source(product, price=100, supplier=cheaper, received_at=now)
    source(product, price=200, supplier=dearer, received_at=now)
    alone = received(supplier=supplier, need=10, price=5)
    found = cards(now)[supplier.pk].prices
    assert alone.total == 50
    assert (found.products, found.average_rank, found.price_index) == (1, 2, 110)
    assert (found.cost, found.best) == (1100, 1000)


def test_differences_and_returns_are_counted(now):
    supplier = SupplierFactory()
    dear = received(supplier=supplier, need=10, price=100)
    posted(dear, line_of(dear, amount=Decimal(1100)), resolve=DISPUTE)
    fine = received(supplier=supplier, need=10, price=100)
    posted(fine)
    dispatched(fine, 5)
    card = cards(now)[supplier.pk]
    assert (card.invoices.posted, card.invoices.with_differences) == (2, 1)
    assert (card.invoices.difference_share, card.invoices.disputed) == (50, 100)
    assert card.invoices.by_kind["price"] == 1
    assert (card.goods.returned_units, card.goods.returned_cost) == (5, 500)
    assert card.goods.returned_share == 25


def test_where_there_is_nothing_nothing_is_claimed(now):
    supplier = SupplierFactory()
    expect_on(placed_order(supplier=supplier, need=10, price=100), local_date(now))
    card = cards(now)[supplier.pk]
    assert card.delivery.fill_rate == 0
    assert (card.delay.late_share, card.goods.short_dated_share) == (None, None)
    assert (card.prices.average_rank, card.invoices.difference_share) == (None, None)
    assert cards(now, supplier_id=SupplierFactory().pk) == {}


def test_the_period_is_of_local_days(settings, now):
    settings.PHARMACY_TIME_ZONE = "Asia/Damascus"
    supplier = SupplierFactory()
    order = placed_order(supplier=supplier, need=10, price=100)
    late_evening = now.replace(hour=22, minute=30)
    goods_receive(
        actor=actor_with("pharmacist"),
        now=late_evening,
        order_id=order.pk,
        deliveries=[delivery(order)],
    )
    day = late_evening.date()
    of_the_day = scorecards(date_from=day, date_to=day, now=timezone.now())
    assert all(card.delay.receipts == 0 for card in of_the_day.rows)
    next_day = day + timedelta(days=1)
    (card,) = scorecards(
        date_from=next_day, date_to=next_day, now=timezone.now(), supplier_id=supplier.pk
    ).rows
    assert card.delay.receipts == 1


def test_the_cards_cost_as_many_queries_for_many_suppliers_as_for_one(now):
    def grow():
        receipt = received(need=10, price=100)
        posted(receipt, line_of(receipt, amount=Decimal(1100)))
        dispatched(receipt, 2)
        source(receipt.lines.get().product_id, price=50, received_at=now)

    def count():
        with CaptureQueriesContext(connection) as queries:
            found = cards(now)
        return len(queries), len(found)

    grow()
    few, one = count()
    for _ in range(4):
        grow()
    many, five = count()
    assert (one, five) == (1, 5)
    assert few == many
