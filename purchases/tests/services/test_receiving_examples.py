"""The figures of docs/flows/receiving.md, step by step."""

from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from capital.public import capital_summary
from inventory.public import IssueLine, stock_issue
from purchases.services.receipts.landed_costs import (
    Bearer,
    Bill,
    landed_cost_post,
    landed_cost_reverse,
)
from purchases.services.receipts.reversal import receipt_reverse
from purchases.tests.factories import SupplierFactory, placed_order
from purchases.tests.lower import JournalEntry, StockLevel
from purchases.tests.services.taking_in import fresh, line_of, policy, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(pharmacist):
    return {"actor": pharmacist, "now": timezone.now()}


def test_deliveries_a_reversal_and_what_is_given_up_are_as_documented(who):
    policy(over_percent=20, under_percent=30)
    order = placed_order(need=10, price=100)

    def seen(receipt):
        order.refresh_from_db()
        return (receipt.total, capital_summary().committed, order.state)

    first = receive(order, fresh(4, "A"))
    assert seen(first) == (400, 600, "partially_received")
    second = receive(order, fresh(3, "B"), close_rest=True)
    assert seen(second) == (300, 0, "received")
    assert (order.total, second.closures.get().amount) == (700, 300)
    reversal = receipt_reverse(receipt_id=first.pk, reason="Wrong batch", **who)
    assert seen(reversal) == (400, 400, "partially_received")
    assert line_of(order).outstanding_quantity == 4
    last = receive(order, fresh(6, "C"))
    assert seen(last) == (400, 0, "received")
    row = last.lines.get()
    assert (row.counted_quantity, row.over_quantity) == (4, 2)
    assert row.unit_cost == Decimal("66.666667")
    assert StockLevel.objects.aggregate(q=Sum("quantity"), v=Sum("value")) == {"q": 9, "v": 700}


def lines_of(entry):
    return {
        line.account.system_code: line.debit - line.credit
        for line in entry.lines.select_related("account")
    }


def test_a_landed_cost_is_as_documented(who):
    order, carrier = placed_order(need=10, price=100), SupplierFactory()
    receipt = receive(order, fresh(10))

    def sell(quantity, source):
        stock_issue(
            source_type="tests.sale", source_id=source, **who,
            lines=[IssueLine(line=1, product_id=line_of(order).product_id, quantity=quantity)],
        )  # fmt: skip

    sell(4, "1")
    cost = landed_cost_post(
        bill=Bill(kind="freight", spread="value", amount=Decimal(50), supplier_id=carrier.pk),
        bearers=[Bearer(receipt_id=receipt.pk)],
        **who,
    )
    entries = JournalEntry.objects.filter(source_type="purchases.landed_cost")
    assert {entry.kind: lines_of(entry) for entry in entries} == {
        "stock_revaluation": {"inventory": 30, "purchase_price_difference": -30},
        "landed_cost": {
            "purchase_price_difference": 30,
            "cost_of_goods_sold": 20,
            "payables": -50,
        },
    }
    assert StockLevel.objects.get().value == 630
    sell(3, "2")
    landed_cost_reverse(cost_id=cost.pk, reason="Billed twice", **who)
    undone = JournalEntry.objects.filter(source_type="purchases.landed_cost_reversal")
    assert {entry.kind: lines_of(entry) for entry in undone} == {
        "stock_revaluation": {"inventory": -15, "purchase_price_difference": 15},
        "landed_cost": {
            "purchase_price_difference": -15,
            "cost_of_goods_sold": -35,
            "payables": 50,
        },
    }
    assert StockLevel.objects.get().value == 300
    entries = JournalEntry.objects.prefetch_related("lines__account")
    assert sum(lines_of(entry).get("cost_of_goods_sold", 0) for entry in entries) == 700
