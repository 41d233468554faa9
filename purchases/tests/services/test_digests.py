"""What is told once a day: invoices to pay, goods that can soon go back no more."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from core.models import OutboxEvent, local_date
from purchases.models import PurchasingDigest
from purchases.services.digests import invoices_due_digest, return_windows_digest
from purchases.services.returns.policies import return_policy_create
from purchases.tasks import digest_invoices_and_returns
from purchases.tests.factories import actor_with
from purchases.tests.invoicing import posted, received

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


def test_nothing_to_tell_is_not_told(now):
    digest_invoices_and_returns()
    digest_invoices_and_returns()
    assert PurchasingDigest.objects.count() == 2
    assert told("invoices_due_digested") == told("return_windows_digested") == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(together):
    receipt = received(need=1, price=5)
    posted(receipt, due_date=local_date(timezone.now()))
    results = together([partial(invoices_due_digest, now=timezone.now()) for _ in range(3)])
    assert sorted(results) == [0, 0, 1]
    assert len(told("invoices_due_digested")) == 1
