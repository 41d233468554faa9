from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from capital.public import capital_summary
from core.audit import SYSTEM
from core.models import OutboxEvent
from core.tests.threads import together
from inventory.errors import DuplicateStockEffect, InsufficientStock
from inventory.models import Batch, StockLevel, StockMovement
from inventory.records import AdjustmentLine
from inventory.selectors.reconciliation import differences
from inventory.services.documents import stock_adjust
from inventory.tests.stock import in_days, issue, product, receive

pytestmark = pytest.mark.django_db


def batches_of(effects):
    return [(Batch.objects.get(pk=effect.batch_id).number, effect.quantity) for effect in effects]


def everything():
    return (
        list(StockLevel.objects.order_by("pk").values()),
        list(StockMovement.objects.order_by("pk").values()),
        capital_summary(),
    )


def test_what_expires_first_leaves_first_and_unknown_expiry_last():
    item = product()
    receive(
        (item, "UNKNOWN", None, 5, 50),
        (item, "LATE", in_days(300), 5, 50),
        (item, "SOON", in_days(30), 5, 50),
    )
    assert batches_of(issue((item, 12))) == [("SOON", 5), ("LATE", 5), ("UNKNOWN", 2)]


def test_expired_batches_are_never_used():
    item = product()
    receive((item, "GOOD", in_days(3), 2, 20), (item, "OLD", in_days(1), 9, 90))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        assert batches_of(issue((item, 2))) == [("GOOD", 2)]
        with pytest.raises(InsufficientStock):
            issue((item, 1))


@pytest.mark.parametrize(
    ("zone", "moment", "is_usable"),
    [
        ("Etc/GMT+12", "2028-02-29T11:59:00Z", True),  # UTC-12: still 28 February
        ("Etc/GMT+12", "2028-03-01T12:01:00Z", False),
        ("Pacific/Kiritimati", "2028-02-28T09:59:00Z", True),  # UTC+14: 28 February, 23:59
        ("Pacific/Kiritimati", "2028-02-29T10:01:00Z", False),  # 1 March, 00:01
    ],
)
def test_expiry_day_is_the_pharmacys_own(settings, zone, moment, is_usable):
    settings.PHARMACY_TIME_ZONE = zone
    with time_machine.travel(datetime(2028, 1, 1, tzinfo=UTC)):
        item = product()
        receive((item, "LEAP", date(2028, 2, 29), 1, 10))
    with time_machine.travel(datetime.fromisoformat(moment)):
        if is_usable:
            assert batches_of(issue((item, 1))) == [("LEAP", 1)]
        else:
            with pytest.raises(InsufficientStock):
                issue((item, 1))


def test_last_unit_takes_the_remaining_value():
    item = product()
    receive((item, "B", in_days(90), 3, 10))
    costs = [issue((item, 1))[0].cost for _ in range(3)]
    assert sum(costs) == Decimal(10)
    level = StockLevel.objects.get()
    assert (level.quantity, level.value) == (0, 0)


def test_money_moves_with_the_goods():
    item = product()
    receive((item, "B", in_days(90), 10, 1000))
    assert (capital_summary().stock_at_cost, capital_summary().payables) == (1000, 1000)
    issue((item, 4))
    assert capital_summary().stock_at_cost == 600
    assert differences() == []


def test_too_little_stock_names_every_lacking_line_and_changes_nothing():
    plenty, scarce = product(), product()
    receive((plenty, "A", in_days(90), 10, 100), (scarce, "B", in_days(90), 2, 20))
    before = everything()
    with pytest.raises(InsufficientStock) as refusal:
        issue((plenty, 3), (scarce, 5))
    assert [error.field for error in refusal.value.errors] == ["lines.1.quantity"]
    assert everything() == before


def test_the_same_source_has_its_effect_once():
    item = product()
    receive((item, "B", in_days(90), 10, 100), source="GRN-1")
    before = everything()
    with pytest.raises(DuplicateStockEffect), transaction.atomic():
        receive((item, "B", in_days(90), 10, 100), source="GRN-1")
    assert everything() == before


def test_loss_is_booked_at_the_batchs_cost():
    item = product()
    (effect,) = receive((item, "B", in_days(90), 10, 1000))
    stock_adjust(
        actor=SYSTEM,
        now=datetime.now(UTC),
        reason="damage",
        lines=[AdjustmentLine(line=0, batch_id=effect.batch_id, quantity=-3)],
    )
    assert StockLevel.objects.get().quantity == 7
    assert capital_summary().stock_at_cost == 700
    assert differences() == []


@pytest.mark.parametrize("lines", [1, 100])
def test_cost_in_queries_does_not_grow_with_lines(lines):
    items = [product() for _ in range(101)]
    receive(*[(item, "A", in_days(500), 5, 50) for item in items])
    with CaptureQueriesContext(connection) as one_in:
        receive((items[0], "B", in_days(400), 5, 50))
    with CaptureQueriesContext(connection) as many_in:
        receive(*[(item, "C", in_days(400), 5, 50) for item in items[:lines]])
    with CaptureQueriesContext(connection) as one_out:
        issue((items[100], 1))
    with CaptureQueriesContext(connection) as many_out:
        issue(*[(item, 7) for item in items[:lines]])
    assert len(many_in) == len(one_in)
    assert len(many_out) == len(one_out)


def test_low_stock_is_told_once_per_crossing_and_again_after_recovery():
    item = product(min_stock=5, max_stock=20)

    def told():
        return OutboxEvent.objects.filter(
            name="inventory.low_stock_crossed", payload__product_id=item
        ).count()

    receive((item, "B", in_days(90), 6, 60))
    before = told()
    issue((item, 2))
    assert told() == before + 1
    issue((item, 1))
    assert told() == before + 1
    receive((item, "B", in_days(90), 10, 100))
    issue((item, 9))
    assert told() == before + 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE inventory_stockmovement SET quantity = 1",
        "DELETE FROM inventory_stockmovement",
        "TRUNCATE inventory_stockmovement CASCADE",
        "UPDATE inventory_stocklevel SET quantity = -1",
        "UPDATE inventory_stocklevel SET quantity = 0",
    ],
)
def test_database_refuses_what_the_ledger_forbids(sql):
    item = product()
    receive((item, "B", in_days(90), 6, 60))
    before = everything()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_thirty_two_takers_of_the_last_unit_get_exactly_one():
    item = product()
    receive((item, "B", in_days(90), 1, 10))
    outcomes = together([lambda: issue((item, 1)) for _ in range(32)])
    assert sum(isinstance(outcome, list) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, InsufficientStock) for outcome in outcomes) == 31
    assert StockLevel.objects.get().quantity == 0
    assert differences() == []
