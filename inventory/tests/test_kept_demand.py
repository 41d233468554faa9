"""What is kept of demand gives the answers of the ledger, whatever has happened since."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.audit import SYSTEM
from core.models import local_date
from inventory.models import Batch, DemandFigure, DemandRun
from inventory.public import (
    IssueLine,
    ReceiptLine,
    abc_by_product,
    product_demand,
    stock_issue,
    stock_receive,
    stock_reverse,
)
from inventory.selectors.abc import abc_classes
from inventory.selectors.consumption import consumption_from_ledger
from inventory.selectors.demand import demand_from_ledger
from inventory.services import kept_demand
from inventory.services.batches import batch_correct, batch_quarantine
from inventory.services.kept_demand import demand_keep
from inventory.services.merging import products_merge
from inventory.tasks import keep_demand
from inventory.tests.stock import product

NOW = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0)

# What is recorded is dated by its transaction: each service call here is one of its own.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick_transactions(monkeypatch, settings):
    settings.INVENTORY_DEMAND_DAYS = settings.INVENTORY_ABC_DAYS = 40
    monkeypatch.setattr(kept_demand, "SLOWEST_TRANSACTION", timedelta(0))


def receive(one, quantity, *, days_ago, expires_in=300, batch="B"):
    stock_receive(
        actor=SYSTEM,
        now=NOW - timedelta(days=days_ago),
        source_type="tests.receipt",
        source_id=f"{one}-{days_ago}-{batch}",
        lines=[
            ReceiptLine(
                line=1,
                product_id=one,
                batch_number=batch,
                expiry_date=local_date(NOW) + timedelta(days=expires_in),
                quantity=quantity,
                total_cost=Decimal(quantity * (1 + one % 7)),
            )
        ],
        party_type="purchases.supplier",
        party_id="1",
    )


def sell(one, quantity, *, days_ago, source=""):
    return stock_issue(
        actor=SYSTEM,
        now=NOW - timedelta(days=days_ago),
        source_type="tests.sale",
        source_id=source or f"{one}-{days_ago}",
        lines=[IssueLine(line=1, product_id=one, quantity=quantity)],
    )


def batch_of(one):
    return Batch.objects.filter(product_id=one).first().pk


def agree():
    """What is answered is what the ledger says; the answer."""
    found = product_demand(now=NOW)
    assert found == demand_from_ledger(now=NOW)
    ids = sorted(found)[::2]
    assert product_demand(now=NOW, product_ids=ids) == {one: found[one] for one in ids}
    consumed = consumption_from_ledger(now=NOW)
    assert abc_by_product(now=NOW) == abc_classes(
        consumed, a_share=Decimal("0.8"), b_share=Decimal("0.15")
    )
    return found


def test_the_answers_are_those_of_the_ledger_after_anything_that_happens():
    chance = Random(4)
    ids = [product() for _ in range(8)]
    for one in ids:
        receive(one, 400, days_ago=35)
        for day in chance.sample(range(1, 35), 12):
            sell(one, chance.randint(1, 9), days_ago=day)
    before = agree()
    assert demand_keep(now=NOW) == len(ids)
    assert agree() == before

    wrong, corrected, held, merged = ids[:4]
    sell(wrong, 7, days_ago=2, source="late")  # written down two days late
    sell(ids[4], 6, days_ago=3, source="back")
    stock_reverse(
        actor=SYSTEM,
        now=NOW,
        source_type="tests.undoing",
        source_id="1",
        undoes=("tests.sale", "back"),
        reason="a mistake",
    )
    batch_correct(
        actor=SYSTEM,
        now=NOW,
        batch_id=batch_of(corrected),
        number="B",
        expiry_date=local_date(NOW) - timedelta(days=5),
        reason="misread",
    )
    batch_quarantine(
        actor=SYSTEM, now=NOW - timedelta(days=6), batch_id=batch_of(held), reason="broken seal"
    )
    products_merge(actor=SYSTEM, now=NOW, kept_id=ids[5], merged_id=merged, reason="the same")
    new = product()
    receive(new, 20, days_ago=4)
    since = agree()
    assert merged not in since
    assert new in since
    assert {one for one in ids if since.get(one) != before[one]} == {
        wrong, corrected, held, merged, ids[4], ids[5],
    }  # fmt: skip

    # The next time only what has changed is worked out, and then nothing is left to do.
    assert demand_keep(now=NOW) == 6
    assert agree() == since
    assert demand_keep(now=NOW) == 0


def test_of_what_has_not_changed_the_ledger_is_not_asked():
    idle, busy = product(), product()
    for one in (idle, busy):
        receive(one, 50, days_ago=20)
        sell(one, 10, days_ago=5)
    demand_keep(now=NOW)
    sell(busy, 10, days_ago=0)
    DemandFigure.objects.update(sold=99)
    found = product_demand(now=NOW)
    assert (found[idle].sold, found[busy].sold) == (99, 10)


def test_what_another_day_or_other_settings_kept_is_not_taken(settings):
    one = product()
    receive(one, 50, days_ago=20)
    sell(one, 10, days_ago=5)
    demand_keep(now=NOW - timedelta(days=1))
    DemandFigure.objects.update(sold=99)
    assert product_demand(now=NOW)[one].sold == 10
    demand_keep(now=NOW)
    assert DemandRun.objects.count() == 1
    DemandFigure.objects.update(sold=99)
    assert product_demand(now=NOW)[one].sold == 99
    settings.INVENTORY_DEMAND_DAYS = 4
    assert product_demand(now=NOW)[one].sold == 0


def test_what_is_sold_today_makes_a_class_today():
    one = product()
    receive(one, 50, days_ago=0)
    demand_keep(now=NOW)
    assert abc_by_product(now=NOW + timedelta(minutes=1)) == {}
    sell(one, 10, days_ago=0)
    assert abc_by_product(now=NOW + timedelta(minutes=1)) == {one: "A"}


def test_the_task_keeps_the_figures_of_the_day():
    one = product()
    receive(one, 50, days_ago=20)
    keep_demand()
    assert DemandFigure.objects.get().product_id == one


def test_queries_do_not_grow_with_the_products():
    def some(count):
        for _ in range(count):
            one = product()
            receive(one, 10, days_ago=20)
            sell(one, 3, days_ago=5)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            product_demand(now=NOW)
            abc_by_product(now=NOW)
        return len(captured)

    some(1)
    demand_keep(now=NOW)
    some(1)
    few = queries()
    some(10)
    assert queries() == few == 7 + 4
