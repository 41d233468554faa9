from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from capital.public import Posting, SystemAccount, commitment_create, entry_post
from core.audit import SYSTEM
from core.models import AuditEntry, OutboxEvent
from inventory.models import ProductStock, StockAlert, StockLevel
from inventory.selectors.reconciliation import differences
from inventory.tasks import reconcile
from inventory.tests.stock import in_days, issue, product, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    item = product()
    receive((item, "A", in_days(90), 10, 100), (item, "B", in_days(30), 5, 70))
    issue((item, 7))
    return item


def test_untouched_books_agree(item):
    assert differences() == []
    call_command("reconcile")


@pytest.mark.parametrize("change", [{"quantity": 99}, {"value": 1}])
def test_a_planted_corruption_of_a_level_is_found_and_named(item, change):
    level = StockLevel.objects.filter(quantity__gt=0).first()
    StockLevel.objects.filter(pk=level.pk).update(**change)
    (sentence,) = differences()
    assert f"Batch {level.batch_id} at location {level.location_id}" in sentence
    with pytest.raises(CommandError, match="1 difference"):
        call_command("reconcile")


@pytest.mark.parametrize(
    "change", [{"on_hand": 1234}, {"value": 1}, {"last_issued_at": None}], ids=str
)
def test_a_planted_corruption_of_a_total_is_found_and_named(item, change):
    ProductStock.objects.filter(product_id=item).update(**change)
    (sentence,) = differences()
    assert f"Product {item}" in sentence


def test_fix_builds_levels_and_totals_again_from_the_ledger_and_is_audited(item):
    before = list(StockLevel.objects.order_by("pk").values())
    StockLevel.objects.update(quantity=99)
    ProductStock.objects.filter(product_id=item).update(on_hand=1234)
    call_command("reconcile", "--fix")
    assert differences() == []
    assert list(StockLevel.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.filter(action="inventory.stock_rebuilt").count() == 1


def corrupt(statement):
    """Another app's projection, behind the back of its services."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1


def test_a_planted_corruption_of_an_account_balance_is_found_and_named(item):
    corrupt(
        "UPDATE capital_accountbalance SET credit_total = credit_total + 1 FROM capital_account a"
        " WHERE a.id = account_id AND a.system_code = 'payables'"
    )
    (sentence,) = differences()
    assert sentence.startswith("Account 2000")


def test_an_entry_on_the_inventory_account_that_moved_no_stock_is_found_and_named(item):
    postings = [
        Posting(account=SystemAccount.INVENTORY, debit=Decimal(30)),
        Posting(account=SystemAccount.OWNER_EQUITY, credit=Decimal(30)),
    ]
    entry_post(
        actor=SYSTEM, now=timezone.now(), source_type="tests.start", source_id="2", kind="start",
        postings=postings,
    )  # fmt: skip
    (sentence,) = differences()
    value = StockLevel.objects.aggregate(total=Sum("value"))["total"]
    assert sentence.startswith("Inventory account")
    assert f"{value + 30:.2f}" in sentence
    assert f"{value:.2f}" in sentence


def test_a_planted_corruption_of_a_commitment_is_found_and_named(item):
    by = {"actor": SYSTEM, "now": timezone.now()}
    postings = [
        Posting(account=SystemAccount.CASH, debit=Decimal(1000)),
        Posting(account=SystemAccount.OWNER_EQUITY, credit=Decimal(1000)),
    ]
    entry_post(**by, source_type="tests.start", source_id="1", kind="start", postings=postings)
    commitment_create(**by, source_type="tests.order", source_id="7", amount=Decimal(100))
    assert differences() == []
    connection.check_constraints()
    with connection.cursor() as cursor:  # as somebody would who is above the guards
        cursor.execute("ALTER TABLE capital_commitment DISABLE TRIGGER capital_commitment_adds_up")
    corrupt("UPDATE capital_commitment SET consumed = 40")
    (sentence,) = differences()
    assert "tests.order:7" in sentence


def test_a_planted_corruption_of_an_alert_is_found_and_named(item):
    alert = StockAlert.objects.filter(product_id=item, closed_at__isnull=True).first()
    StockAlert.objects.filter(pk=alert.pk).update(closed_at=timezone.now())
    (sentence,) = differences()
    assert f"Alert {alert.kind} of product {item}" in sentence


def test_fix_opens_and_closes_alerts_by_what_holds_now(item):
    """As after an update from a version that knew fewer kinds of alerts."""
    before = StockAlert.objects.filter(closed_at__isnull=True).count()
    assert before
    StockAlert.objects.update(closed_at=timezone.now())
    with pytest.raises(CommandError, match=f"{before} difference"):
        call_command("reconcile")
    call_command("reconcile", "--fix")
    assert differences() == []


def test_the_nightly_proof_tells_people_of_differences_and_is_silent_without(item):
    reconcile()
    assert not OutboxEvent.objects.filter(name="inventory.ledgers_differ").exists()
    ProductStock.objects.filter(product_id=item).update(on_hand=1234)
    reconcile()
    event = OutboxEvent.objects.get(name="inventory.ledgers_differ")
    assert event.payload["differences"] == 1
    assert f"Product {item}" in event.payload["first"][0]
