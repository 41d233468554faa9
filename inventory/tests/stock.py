"""Short words for the tests of stock."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from core.audit import SYSTEM
from core.models import local_date
from inventory.public import (
    IssueLine,
    ReceiptLine,
    product_create,
    stock_issue,
    stock_receive,
)

_numbers = count(1)


def today() -> date:
    return local_date(timezone.now())


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def product(**fields) -> int:
    number = next(_numbers)
    names = {"name_ar": f"صنف {number}", "name_en": f"Item {number}"}
    return product_create(actor=SYSTEM, now=timezone.now(), **{**names, **fields})


def receive(*lines, source: str = ""):
    """Lines of (product, batch number, expiry or None, quantity, total cost)."""
    return stock_receive(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="tests.receipt",
        source_id=source or str(next(_numbers)),
        lines=[
            ReceiptLine(
                line=number,
                product_id=product_id,
                batch_number=batch,
                expiry_date=expiry,
                quantity=quantity,
                total_cost=Decimal(cost),
            )
            for number, (product_id, batch, expiry, quantity, cost) in enumerate(lines)
        ],
        party_type="purchases.supplier",
        party_id="1",
    )


def issue(*lines, source: str = ""):
    """Lines of (product, quantity)."""
    return stock_issue(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="tests.issue",
        source_id=source or str(next(_numbers)),
        lines=[
            IssueLine(line=number, product_id=product_id, quantity=quantity)
            for number, (product_id, quantity) in enumerate(lines)
        ],
    )
