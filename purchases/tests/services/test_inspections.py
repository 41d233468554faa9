"""Goods that wait in quarantine: accepted onto the shelf, or rejected for their return."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.public import capital_summary
from core.models import OutboxEvent
from inventory.public import (
    InsufficientStock,
    TransferItem,
    available_by_product,
    transfer_post,
)
from purchases.errors import InspectionNotFound, InspectionRefused, InspectionStateRefused
from purchases.models import Inspection
from purchases.selectors.inspections import inspections, rejected_goods
from purchases.services.receipts.deliveries import Checks, Delivery
from purchases.services.receipts.inspections import Decision, inspections_decide
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import placed_order, short_product
from purchases.tests.lower import StockLevel
from purchases.tests.services.taking_in import Location, fresh, order_of, quarantine, receive
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(pharmacist):
    return {"actor": pharmacist, "now": timezone.now()}


@pytest.fixture
def place():
    return quarantine()


@pytest.fixture
def waiting(place, pharmacist):
    """Ten units that wait because somebody asked for it."""
    receive(placed_order(need=10, price=100), fresh(10, quarantine=True), actor=pharmacist)
    return Inspection.objects.get()


def levels():
    rows = StockLevel.objects.filter(quantity__gt=0).order_by("location_id")
    return {row.location.kind: (row.quantity, row.value) for row in rows}


def available(product):
    return available_by_product([product], now=timezone.now()).get(product, 0)


def decide(who, inspection, accepted, **more):
    decision = Decision(inspection_id=inspection.pk, accepted_quantity=accepted, **more)
    return inspections_decide(decisions=[decision], **who)


def test_goods_in_quarantine_are_the_pharmacys_but_are_not_handed_out(waiting):
    assert levels() == {"quarantine": (10, Decimal(1000))}
    assert available(waiting.receipt_line.product_id) == 0
    assert (waiting.state, waiting.because) == ("pending", ["asked_for"])
    assert capital_summary().stock_at_cost == 1000


def test_accepted_goods_go_to_the_shelf(waiting, who):
    decide(who, waiting, 10)
    assert levels() == {"store": (10, Decimal(1000))}
    assert available(waiting.receipt_line.product_id) == 10
    assert not rejected_goods().exists()


def test_they_go_where_they_were_meant_for_or_where_is_said(place, who):
    fridge = Location.objects.create(code="F", name="Fridge", kind="fridge").pk
    order = placed_order(need=10)
    receive(
        order, fresh(5, "A", quarantine=True, location_id=fridge), fresh(5, "B", quarantine=True),
        actor=who["actor"],
    )  # fmt: skip
    meant, other = inspections().order_by("pk")
    decide(who, meant, 5)
    decide(who, other, 5, location_id=fridge)
    assert StockLevel.objects.get(quantity=5, batch__number="A").location_id == fridge
    assert StockLevel.objects.get(quantity=5, batch__number="B").location_id == fridge


def test_rejected_goods_stay_and_are_listed_for_their_return(waiting, who):
    supplier = waiting.receipt_line.receipt.order.supplier_id
    checks = Checks(seals_intact=False)
    decide(who, waiting, 8, note="Two seals broken", checks=checks)
    waiting.refresh_from_db()
    assert (waiting.accepted_quantity, waiting.rejected_quantity) == (8, 2)
    assert waiting.seals_intact is False
    assert levels() == {"store": (8, Decimal(800)), "quarantine": (2, Decimal(200))}
    [row] = rejected_goods(supplier_id=supplier)
    assert (row.pk, row.in_quarantine) == (waiting.pk, 2)
    assert not rejected_goods(supplier_id=supplier + 1).exists()
    event = OutboxEvent.objects.get(name="purchases.goods_rejected")
    assert event.payload["lines"] == 1


def test_what_has_left_quarantine_is_not_listed_any_more(waiting, who):
    decide(who, waiting, 0, note="Leaked")
    inventory_return = StockLevel.objects.get()
    transfer_post(
        **who, origin_id=inventory_return.location_id, destination_id=_store(),
        lines=[TransferItem(line=0, batch_id=inventory_return.batch_id, quantity=10)],
    )  # fmt: skip
    assert not rejected_goods().exists()


def _store():
    return Location.objects.get(is_default=True).pk


@pytest.mark.parametrize(
    ("decision", "problem"),
    [
        ({"accepted_quantity": 11}, ("decisions.0.accepted_quantity", "more_than_waits")),
        ({"accepted_quantity": 9, "note": " "}, ("decisions.0.note", "required")),
        (
            {"accepted_quantity": 10, "location_id": 999_999},
            ("decisions.0.location_id", "unknown_location"),
        ),
    ],
)
def test_a_decision_that_cannot_be_changes_nothing(decision, problem, waiting, who):
    before = everything()
    with pytest.raises(InspectionRefused) as refusal:
        inspections_decide(decisions=[Decision(inspection_id=waiting.pk, **decision)], **who)
    assert everything() == before
    assert [(each.field, each.code) for each in refusal.value.errors] == [problem]


def test_goods_are_not_accepted_into_quarantine(waiting, place, who):
    before = everything()
    with pytest.raises(InspectionRefused) as refusal:
        decide(who, waiting, 10, location_id=place)
    assert everything() == before
    assert [each.code for each in refusal.value.errors] == ["is_quarantine"]


def test_it_is_decided_once(waiting, who):
    decide(who, waiting, 10)
    before = everything()
    with pytest.raises(InspectionStateRefused):
        decide(who, waiting, 10)
    with pytest.raises(InspectionNotFound):
        inspections_decide(decisions=[Decision(inspection_id=999_999, accepted_quantity=1)], **who)
    assert everything() == before


def test_one_that_cannot_be_decided_leaves_all_undecided(waiting, who):
    before = everything()
    twice = [Decision(inspection_id=waiting.pk, accepted_quantity=5, note="x") for _ in range(2)]
    with pytest.raises(InspectionRefused):
        inspections_decide(decisions=twice, **who)
    assert everything() == before


def test_goods_that_are_no_longer_there_are_not_accepted(waiting, who):
    level = StockLevel.objects.get()
    transfer_post(
        **who, origin_id=level.location_id, destination_id=_store(),
        lines=[TransferItem(line=0, batch_id=level.batch_id, quantity=1)],
    )  # fmt: skip
    before = everything()
    with pytest.raises(InsufficientStock):
        decide(who, waiting, 10)
    assert everything() == before


def test_many_decisions_cost_as_many_queries_as_one(place, who):
    counts = []
    for size in (1, 100):
        order = order_of(*[short_product(need=10) for _ in range(size)])
        batches = [
            Delivery(order_line_id=line.pk, batches=(fresh(10, quarantine=True),))
            for line in order.lines.all()
        ]
        goods_receive(order_id=order.pk, deliveries=batches, **who)
        rows = Inspection.objects.filter(receipt_line__receipt__order=order)
        decisions = [
            Decision(inspection_id=row.pk, accepted_quantity=9, note="One broke") for row in rows
        ]
        with CaptureQueriesContext(connection) as queries:
            inspections_decide(decisions=decisions, **who)
        counts.append(len(queries))
    assert counts[0] == counts[1]
