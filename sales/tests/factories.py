"""Shelves and baskets for the till's tests, filled through inventory's door."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.apps import apps

from core.audit import SYSTEM
from inventory.public import ReceiptLine, product_create, stock_receive

_numbers = count(1)
FAR = date(2040, 1, 1)


def product_on_shelf(
    *,
    now: datetime,
    quantity: int = 10,
    price: str | None = "150",
    unit_cost: str = "100",
    expiry: date | None = FAR,
    **details: Any,
) -> int:
    """A product with `quantity` base units in one batch; returns its id."""
    number = next(_numbers)
    product_id = product_create(
        actor=SYSTEM,
        now=now,
        name_ar=f"دواء {number}",
        public_price=None if price is None else Decimal(price),
        **details,
    )
    receive(product_id, now=now, quantity=quantity, unit_cost=unit_cost, expiry=expiry)
    return product_id


def receive(
    product_id: int,
    *,
    now: datetime,
    quantity: int,
    unit_cost: str = "100",
    expiry: date | None = FAR,
) -> None:
    number = next(_numbers)
    stock_receive(
        actor=SYSTEM,
        now=now,
        source_type="purchases.goods_receipt",
        source_id=f"test-{number}",
        lines=[
            ReceiptLine(
                line=1,
                product_id=product_id,
                batch_number=f"B{number}",
                expiry_date=expiry,
                quantity=quantity,
                total_cost=Decimal(unit_cost) * quantity,
            )
        ],
        party_type="purchases.supplier",
        party_id="7",
    )


def packaging_of(product_id: int, *, name: str, units: int, price: str | None = None) -> int:
    """A pack of the product; returns its id."""
    packaging = apps.get_model("inventory", "Packaging").objects.create(
        product_id=product_id,
        name=name,
        units=units,
        price=None if price is None else Decimal(price),
    )
    return packaging.pk


def set_lifecycle(product_id: int, lifecycle: str) -> None:
    apps.get_model("inventory", "Product").objects.filter(pk=product_id).update(lifecycle=lifecycle)


def on_hand(product_id: int) -> int:
    return apps.get_model("inventory", "ProductStock").objects.get(product_id=product_id).on_hand


def movements() -> int:
    return apps.get_model("inventory", "StockMovement").objects.count()
