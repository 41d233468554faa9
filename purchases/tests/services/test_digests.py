"""What is told once a day: invoices to pay, goods that can go back no more, goods to inspect."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from core.models import OutboxEvent, local_date
from purchases.models import Inspection, PurchasingDigest
from purchases.services.digests import (
    inspections_digest,
    invoices_due_digest,
    return_windows_digest,
)
from purchases.services.receipts.deliveries import Delivery
from purchases.services.receipts.inspections import Decision, inspections_decide
from purchases.services.receipts.receipts import goods_receive
from purchases.services.returns.policies import return_policy_create
from purchases.tasks import digest_inspections, digest_invoices_and_returns
from purchases.tests.factories import actor_with, short_product
from purchases.tests.invoicing import posted, received
from purchases.tests.services.taking_in import fresh, order_of, quarantine

pytestmark = pytest.mark.django_db


def told(name):
    return [event.payload for event in OutboxEvent.objects.filter(name=f"purchases.{name}")]


def test_invoices_due_soon_or_overdue_are_told_of_once_a_day(settings, now):
    settings.INVOICE_DUE_NOTICE_DAYS = 7
    today = local_date(now)
    for days, price in ((-1, 1), (0, 2), (7, 4), (8, 8)):
        posted(
            received(need=1, price=price),
            invoice_date=today - timedelta(days=9),
            due_date=today + timedelta(days=days),
        )
    assert invoices_due_digest(now=now) == 3
    (event,) = told("invoices_due_digested")
    assert (event["invoices"], event["overdue"], Decimal(event["amount"])) == (3, 1, 7)
    assert invoices_due_digest(now=now) == 0
    assert len(told("invoices_due_digested")) == 1
    assert invoices_due_digest(now=now + timedelta(days=1)) == 4


def test_windows_that_close_soon_are_told_of_once_a_day(settings, now):
    settings.RETURN_WINDOW_NOTICE_DAYS = 14
    receipt = received(need=10, price=100)
    return_policy_create(
        actor=actor_with("pharmacist"),
        now=now,
        supplier_id=receipt.order.supplier_id,
        days_after_receipt=20,
    )
    received(need=10, price=100)
    assert return_windows_digest(now=now) == 0
    assert told("return_windows_digested") == []
    later = now + timedelta(days=6)
    assert return_windows_digest(now=later) == 1
    (event,) = told("return_windows_digested")
    assert (event["batches"], Decimal(event["value"])) == (1, 1000)
    assert event["first_day"] == (local_date(now) + timedelta(days=20)).isoformat()
    assert return_windows_digest(now=later) == 0


@pytest.fixture
def waiting(now):
    """Two inspections of one receipt and one of another, and a receipt that waits for none."""
    quarantine()
    for apart in ((True, True), (True, False), (False,)):
        products = [short_product() for _one in apart]
        order = order_of(*products)
        goods_receive(
            actor=actor_with("pharmacist"),
            now=now,
            order_id=order.pk,
            deliveries=[
                Delivery(order_line_id=line.pk, batches=(fresh(1, quarantine=waits),))
                for line, waits in zip(order.lines.order_by("position"), apart, strict=True)
            ],
        )
    return list(Inspection.objects.order_by("pk"))


def test_goods_that_wait_for_inspection_are_told_of_every_day_until_they_are_inspected(
    waiting, now
):
    today = local_date(now)
    assert inspections_digest(now=now) == 3
    (event,) = told("goods_waiting_digested")
    assert (event["day"], event["lines"], event["receipts"]) == (today.isoformat(), 3, 2)
    assert event["oldest_day"] == today.isoformat()
    assert inspections_digest(now=now) == 0
    later = now + timedelta(days=1)
    decisions = [Decision(inspection_id=row.pk, accepted_quantity=1) for row in waiting[:2]]
    inspections_decide(actor=actor_with("pharmacist"), now=now, decisions=decisions)
    assert inspections_digest(now=later) == 1
    assert told("goods_waiting_digested")[-1]["receipts"] == 1
    last = Decision(inspection_id=waiting[2].pk, accepted_quantity=0, note="Wet")
    inspections_decide(actor=actor_with("pharmacist"), now=later, decisions=[last])
    assert inspections_digest(now=later + timedelta(days=1)) == 0
    assert len(told("goods_waiting_digested")) == 2


def test_goods_may_wait_so_many_days_before_people_are_told(waiting, now, settings):
    settings.INSPECTION_NOTICE_DAYS = 2
    assert inspections_digest(now=now + timedelta(days=1)) == 0
    assert inspections_digest(now=now + timedelta(days=2)) == 3


def test_nothing_to_tell_is_not_told(now):
    for _again in range(2):
        digest_invoices_and_returns()
        digest_inspections()
    assert PurchasingDigest.objects.count() == 3
    assert not OutboxEvent.objects.filter(name__endswith="_digested").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(together):
    receipt = received(need=1, price=5)
    posted(receipt, due_date=local_date(timezone.now()))
    results = together([partial(invoices_due_digest, now=timezone.now()) for _ in range(3)])
    assert sorted(results) == [0, 0, 1]
    assert len(told("invoices_due_digested")) == 1
