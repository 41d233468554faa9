import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEntry
from inventory.models import ProductStock, StockLevel
from inventory.selectors.reconciliation import differences
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
