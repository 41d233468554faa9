"""From the shelf to the buyer's screen, with nothing in between played by a test."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.audit import SYSTEM
from core.outbox import relay
from inventory.public import IssueLine, ReceiptLine, product_create, stock_issue, stock_receive


@pytest.mark.django_db
def test_goods_that_leave_below_the_minimum_reach_the_buyer_once_per_crossing(client_as):
    now = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
    buyer = client_as("purchasing")
    by = {"actor": SYSTEM, "now": now}
    product_id = product_create(**by, name_ar="دواء", min_stock=5, max_stock=20)

    def receive(source_id: str, quantity: int) -> None:
        line = ReceiptLine(
            line=1,
            product_id=product_id,
            batch_number="B1",
            expiry_date=date(2040, 1, 1),
            quantity=quantity,
            total_cost=Decimal(quantity * 100),
        )
        stock_receive(
            **by,
            source_type="purchases.goods_receipt",
            source_id=source_id,
            lines=[line],
            party_type="purchases.supplier",
            party_id="7",
        )

    def issue(source_id: str, quantity: int) -> None:
        line = IssueLine(line=1, product_id=product_id, quantity=quantity)
        stock_issue(**by, source_type="sales.sale", source_id=source_id, lines=[line])

    def told() -> int:
        relay()
        return buyer.get("/api/v1/notifications/me/").json()["unread_count"]

    receive("1", 10)
    before = told()
    issue("1", 4)
    assert told() == before
    issue("2", 2)
    assert told() == before + 1
    issue("3", 1)
    assert told() == before + 1
    receive("2", 10)
    issue("4", 10)
    assert told() == before + 2
