"""A pharmacy's past for tests of needs: goods that arrived, and were sold day by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from core.audit import SYSTEM
from core.models import local_date
from inventory.public import IssueLine, ReceiptLine, stock_issue, stock_receive
from purchases.tests.factories import short_product

_numbers = count(1)


def arrive(
    product_id: int,
    quantity: int,
    *,
    at: datetime,
    expires: date | None = None,
    cost: int = 1000,
) -> None:
    stock_receive(
        actor=SYSTEM,
        now=at,
        source_type="tests.past",
        source_id=str(next(_numbers)),
        lines=[
            ReceiptLine(
                line=1,
                product_id=product_id,
                batch_number=f"B{next(_numbers)}",
                expiry_date=expires,
                quantity=quantity,
                total_cost=Decimal(cost * quantity),
            )
        ],
        party_type="purchases.supplier",
        party_id="1",
    )


def sell(product_id: int, quantity: int, *, at: datetime) -> None:
    stock_issue(
        actor=SYSTEM,
        now=at,
        source_type="tests.sale",
        source_id=str(next(_numbers)),
        lines=[IssueLine(line=1, product_id=product_id, quantity=quantity)],
    )


def sold_daily(
    product_id: int,
    units: Iterable[int],
    *,
    now: datetime,
    left: int,
    expires_in: int | None = None,
    cost: int = 1000,
) -> None:
    """So many units on each day, yesterday last; all arrived before, and `left` are there."""
    sales = list(units)
    expires = None if expires_in is None else local_date(now) + timedelta(days=expires_in)
    began = now - timedelta(days=len(sales))
    if sum(sales) + left:
        arrive(product_id, sum(sales) + left, at=began, expires=expires, cost=cost)
    for day, sold in enumerate(sales):
        if sold:
            sell(product_id, sold, at=began + timedelta(days=day))


def sold_out(*, now: datetime, per_day: int = 4, product: int | None = None) -> int:
    """A product sold evenly for 40 days, of which nothing is left; returns its id."""
    one = product or short_product(need=0, now=now)
    sold_daily(one, [per_day] * 40, now=now, left=0, cost=6)
    return one
