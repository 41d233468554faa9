"""Expected deliveries: on which day what of which order, and what is late."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import local_date
from purchases.models import PurchaseOrder
from purchases.selectors.calendar import deliveries_calendar
from purchases.services.orders.acknowledging import LineAnswer, order_acknowledge
from purchases.services.orders.dispatching import order_mark_sent
from purchases.services.orders.ordering import order_cancel
from purchases.services.receipts.deliveries import Batch
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import SupplierFactory, delivery, placed_order, two_line_order

pytestmark = pytest.mark.django_db


def calendar(first=0, last=30):
    today = local_date(timezone.now())
    return deliveries_calendar(
        first=today + timedelta(days=first), last=today + timedelta(days=last), today=today
    )


def in_days(days):
    return local_date(timezone.now()) + timedelta(days=days)


def shown(days):
    return [
        (day.day, day.overdue, [(e.order.number, e.quantity, e.amount) for e in day.orders])
        for day in days
    ]


def test_an_order_is_expected_by_the_terms_of_its_supplier_until_it_is_promised(pharmacist, now):
    order = placed_order(need=10, price=100, supplier=SupplierFactory(lead_days=3))
    assert shown(calendar()) == [(in_days(3), False, [(order.number, 10, 1000)])]
    assert not calendar()[0].orders[0].promised
    order_acknowledge(actor=pharmacist, now=now, order_id=order.pk, promised_date=in_days(5))
    assert shown(calendar()) == [(in_days(5), False, [(order.number, 10, 1000)])]
    assert calendar()[0].orders[0].promised


def test_the_time_of_delivery_counts_from_when_the_order_was_sent(pharmacist, now):
    order = placed_order(need=10, supplier=SupplierFactory(lead_days=3))
    order_mark_sent(
        actor=pharmacist, now=now + timedelta(days=2), order_id=order.pk, channel="phone"
    )
    assert [day.day for day in calendar()] == [in_days(5)]


def test_lines_promised_for_other_days_stand_there_and_days_add_up(pharmacist, now):
    order = two_line_order(price=100)
    other = placed_order(need=5, price=10, supplier=SupplierFactory(lead_days=4))
    second = order.lines.get(position=2)
    order_acknowledge(
        actor=pharmacist,
        now=now,
        order_id=order.pk,
        promised_date=in_days(2),
        lines=[LineAnswer(line_id=second.pk, promised_date=in_days(4))],
    )
    first_day, second_day = calendar()
    assert (first_day.day, first_day.quantity, first_day.amount) == (in_days(2), 10, 1000)
    assert (second_day.quantity, second_day.amount) == (15, 1050)
    assert {expected.order for expected in second_day.orders} == {order, other}


def test_only_what_is_outstanding_is_expected(pharmacist, now):
    order = placed_order(need=10, price=100)
    goods_receive(
        actor=pharmacist,
        now=now,
        order_id=order.pk,
        deliveries=[delivery(order, Batch(quantity=4))],
    )
    gone = placed_order(need=10)
    order_cancel(actor=pharmacist, now=now, order_id=gone.pk, reason="no")
    assert shown(calendar()) == [(in_days(1), False, [(order.number, 6, 600)])]


def test_what_did_not_come_in_time_is_overdue():
    order = placed_order(need=10, price=100)
    PurchaseOrder.objects.update(expected_date=in_days(-1))
    assert shown(calendar(first=-7)) == [(in_days(-1), True, [(order.number, 10, 1000)])]
    PurchaseOrder.objects.update(expected_date=in_days(0))
    assert [day.overdue for day in calendar()] == [False]


def test_the_calendar_is_one_query_however_many_orders():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            calendar()
        return len(captured)

    placed_order(need=10)
    assert queries() == 1
    for _ in range(5):
        two_line_order()
    assert queries() == 1


def test_the_endpoint_shows_what_is_overdue_unless_days_are_named(client_as):
    client = client_as("purchasing")
    order = placed_order(need=10, price=100)
    PurchaseOrder.objects.update(expected_date=in_days(-3))
    path = "/api/v1/purchase-orders/calendar/"
    (day,) = client.get(path).json()["days"]
    assert (day["day"], day["overdue"], day["amount"]) == (
        in_days(-3).isoformat(),
        True,
        "1000.00",
    )
    assert day["orders"][0]["number"] == order.number
    assert client.get(path, {"from": in_days(0).isoformat()}).json() == {"days": []}
    wrong = client.get(path, {"from": "2026-12-02", "to": "2026-12-01"})
    assert wrong.status_code == 400
    assert client_as("cashier").get(path).status_code == 403
