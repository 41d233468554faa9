"""Files for a pharmacy that has nothing yet: its opening balance, and a second warehouse's offer.

For the generated sample both are generated with it. For a file of your own they are made from
the lines that were read: a small catalogue, stock below its minimum, and slightly other prices.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

CATALOGUE_SIZE = 40
MINIMUM, MAXIMUM, ON_HAND = 10, 30, 2
SHELF_LIFE = timedelta(days=540)


def chosen_lines(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines with a price and an unambiguous name, half of them with a deal where there are some."""
    names = [line["name"] for line in lines]
    usable = [
        line
        for line in lines
        if line["list_price"] and names.count(line["name"]) == 1 and len(line["name"]) > 5
    ]
    with_deal = [line for line in usable if line["deal"]["tiers"]]
    without = [line for line in usable if not line["deal"]["tiers"]]
    half = CATALOGUE_SIZE // 2
    chosen = with_deal[:half]
    return chosen + without[: CATALOGUE_SIZE - len(chosen)]


def opening_balance(lines: Sequence[dict[str, Any]]) -> bytes:
    expiry = (datetime.now(UTC) + SHELF_LIFE).date().isoformat()
    rows: list[list[object]] = [
        ["name_ar", "manufacturer", "minimum", "maximum", "sale_price", "batch", "expiry_date",
         "quantity", "unit_cost"]
    ]  # fmt: skip
    for number, line in enumerate(lines, start=1):
        price = Decimal(line["list_price"])
        rows.append(
            [line["name"], line["company"], MINIMUM, MAXIMUM, _with(price, "1.2"),
             f"OPEN-{number:03d}", expiry, ON_HAND, price]
        )  # fmt: skip
    return _csv(rows)


def second_offer(lines: Sequence[dict[str, Any]]) -> bytes:
    """The same goods elsewhere, in turn dearer and cheaper, some with a deal."""
    factors = ("1.04", "0.97", "1.01", "0.93")
    deals = (".", "1+10", ".", ".")
    rows: list[list[object]] = [["اسم المادة", "البونص", "السعر"]]
    for number, line in enumerate(lines):
        price = _with(Decimal(line["list_price"]), factors[number % 4])
        rows.append([line["name"], deals[number % 4], price])
    return _csv(rows)


def _with(price: Decimal, factor: str) -> Decimal:
    return (price * Decimal(factor)).quantize(Decimal(1))


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")
