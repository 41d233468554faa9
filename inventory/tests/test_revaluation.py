"""Goods that turn out to have cost more or less: what is there bears it, what left is told."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.public import capital_summary
from core.audit import SYSTEM
from inventory.classes import ControlledClass
from inventory.errors import DuplicateStockEffect, InvalidStockLine
from inventory.models import RegisterEntry, StockLevel, StockMovement
from inventory.reports.averages import moving_average
from inventory.selectors.reconciliation import differences
from inventory.services.revaluation import RevaluationLine, stock_revalue
from inventory.tests.stock import everything, in_days, issue, main_store, move, place, product
from inventory.tests.stock import receive as receive_stock

pytestmark = pytest.mark.django_db


def receive(item, quantity=10, cost=1000, batch="A"):
    return receive_stock((item, batch, in_days(90), quantity, cost))[0].batch_id


def revalue(*lines, source="1"):
    """Lines of (batch, quantity, amount)."""
    return stock_revalue(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="tests.cost",
        source_id=source,
        lines=[
            RevaluationLine(line=number, batch_id=batch, quantity=quantity, amount=Decimal(amount))
            for number, (batch, quantity, amount) in enumerate(lines)
        ],
    )


def told(lines):
    return [(line.on_hand_quantity, line.on_hand_amount, line.gone_amount) for line in lines]


def worth(batch):
    rows = StockLevel.objects.filter(batch=batch).order_by("location_id")
    return list(rows.values_list("quantity", "value"))


def test_what_is_there_is_worth_more_and_what_was_sold_is_told():
    item = product()
    batch = receive(item)
    issue((item, 4))
    before = capital_summary().stock_at_cost
    assert told(revalue((batch, 10, 50))) == [(6, 30, 20)]
    assert worth(batch) == [(6, Decimal(630))]
    assert capital_summary().stock_at_cost == before + 30
    movement = StockMovement.objects.latest("pk")
    assert (movement.quantity, movement.value, movement.unit_cost) == (0, 30, 105)
    assert differences() == []


def test_the_share_is_spread_over_the_places_to_the_last_digit():
    item = product()
    batch = receive(item)
    back = place("back_store")
    move(batch, 3, to=back)
    assert told(revalue((batch, 10, "0.05"))) == [(10, Decimal("0.05"), 0)]
    assert sum(value for _quantity, value in worth(batch)) == Decimal("1000.05")
    assert {quantity for quantity, _value in worth(batch)} == {3, 7}
    assert differences() == []


def test_goods_that_left_altogether_leave_all_of_it_to_be_told():
    item = product()
    batch = receive(item)
    issue((item, 10))
    before = everything()
    assert told(revalue((batch, 10, 50))) == [(0, 0, 50)]
    assert everything() == before


def test_units_on_hand_are_counted_once_for_two_lines_of_one_batch():
    item = product()
    batch = receive(item, 10, 1000)
    issue((item, 4))
    assert told(revalue((batch, 5, 10), (batch, 5, 10))) == [(5, 10, 0), (1, 2, 8)]
    assert worth(batch) == [(6, Decimal(612))]


def test_less_never_makes_goods_worth_less_than_nothing():
    item = product()
    batch = receive(item, 10, 20)
    assert told(revalue((batch, 10, -50))) == [(10, -20, -30)]
    assert worth(batch) == [(10, Decimal(0))]
    assert differences() == []


def test_goods_sold_afterwards_take_the_cost_with_them():
    item = product()
    batch = receive(item, 3, 10)
    revalue((batch, 3, "0.01"))
    costs = [issue((item, 1))[0].cost for _ in range(3)]
    assert sum(costs) == Decimal("10.01")
    assert worth(batch) == [(0, Decimal(0))]


def test_the_register_of_controlled_products_has_no_row_for_it():
    item = product(controlled_class=ControlledClass.PSYCHOTROPIC)
    batch = receive(item)
    rows = RegisterEntry.objects.count()
    revalue((batch, 10, 50))
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert RegisterEntry.objects.count() == rows
    assert differences() == []


@pytest.mark.parametrize("amount", ["0", "0.001", "NaN"])
def test_no_amount_of_money_is_refused(amount):
    batch = receive(product())
    before = everything()
    with pytest.raises(InvalidStockLine):
        revalue((batch, 10, amount))
    assert everything() == before


def test_the_same_source_revalues_once():
    batch = receive(product())
    revalue((batch, 10, 50))
    before = everything()
    with pytest.raises(DuplicateStockEffect):
        revalue((batch, 10, 50))
    assert everything() == before


@pytest.mark.parametrize(("quantity", "value"), [(1, 5), (0, 0)])
def test_the_database_knows_that_a_revaluation_moves_nothing(quantity, value):
    batch = receive(product())
    with pytest.raises(IntegrityError, match="signs_agree"), transaction.atomic():
        StockMovement.objects.create(
            kind="revaluation", reason="landed_cost", batch_id=batch, location_id=main_store(),
            quantity=quantity, value=value, unit_cost=0, source_type="x", source_id="1", line=0,
            occurred_at=timezone.now(),
        )  # fmt: skip


def test_the_moving_average_takes_it_in():
    assert moving_average([(10, Decimal(100)), (0, Decimal(50)), (-5, Decimal(-75))]) == (
        5,
        Decimal(75),
    )


def test_many_lines_cost_as_many_queries_as_one():
    batches = [receive(product()) for _ in range(20)]
    counts = []
    for source, chosen in (("1", batches[:1]), ("2", batches)):
        with CaptureQueriesContext(connection) as queries:
            revalue(*[(batch, 10, 50) for batch in chosen], source=source)
        counts.append(len(queries))
    assert counts[0] == counts[1]
