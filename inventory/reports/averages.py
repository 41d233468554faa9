"""The moving weighted average cost of every product, rebuilt from the ledger.

IAS 2.25-27: "the cost of each item is determined from the weighted average of the cost of similar
items at the beginning of a period and the cost of similar items purchased or produced during the
period", here renewed as each delivery comes in. What goes out takes the average of that moment
with it; with the last unit all of the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from itertools import groupby
from typing import Any

from django.db import connection

from core.money import allocate, round_money, unit_cost
from inventory.reports.clock import HAPPENED
from inventory.reports.rows import ListRows, Record

ZERO = Decimal(0)
# A transfer moves goods of one product between places: nothing of it comes or goes.
_STEPS = f"""
    SELECT b.product_id, m.quantity, m.value
      FROM inventory_stockmovement m JOIN inventory_batch b ON b.id = m.batch_id
     WHERE {HAPPENED} AND m.kind <> 'transfer'
       AND (%(product_id)s::bigint IS NULL OR b.product_id = %(product_id)s)
     ORDER BY b.product_id, m.occurred_at, m.id"""


def moving_average(steps: Iterable[tuple[int, Decimal]]) -> tuple[int, Decimal]:
    """Quantity and exact value left after `steps` of (quantity, value), signed alike, in order.

    Where late entries let stock dip below zero for a while, it is worth nothing meanwhile.
    """
    held, worth = 0, ZERO
    with localcontext() as context:
        context.prec = 50
        for quantity, value in steps:
            # A revaluation has quantity 0: the same goods are worth more or less.
            worth += value if quantity >= 0 else worth * quantity / held if held > 0 else ZERO
            held += quantity
            if held <= 0:
                worth = ZERO
    return held, worth


def average_worth(params: dict[str, Any]) -> dict[int, tuple[int, Decimal]]:
    """Quantity and value, rounded to money, of every product. One query, read as it comes."""
    worth: dict[int, tuple[int, Decimal]] = {}
    with connection.chunked_cursor() as cursor:
        cursor.execute(_STEPS, params)
        for product_id, steps in groupby(cursor, key=lambda row: row[0]):
            held, value = moving_average((row[1], row[2]) for row in steps)
            worth[product_id] = held, round_money(value)
    return worth


def average_valuation(sql: str, params: dict[str, Any], *, summed: Sequence[str]) -> ListRows:
    """`sql`: rows of key, name, product_id, quantity, by product. A product's value is shared among
    its groups by quantity, to the last digit, and added up per group; largest first.
    """
    worth = average_worth(params)
    groups: dict[str, Record] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        held = cursor.fetchall()
    for product_id, rows in groupby(held, key=lambda row: row[2]):
        for (key, name, _, quantity), value in _shared(list(rows), worth.get(product_id)):
            group = groups.setdefault(
                key, {"key": key, "name": name, "quantity": 0, "unit_cost": None, "value": ZERO}
            )
            group["quantity"] += quantity
            group["value"] += value
    for group in groups.values():
        if group["quantity"]:
            group["unit_cost"] = unit_cost(group["value"] / group["quantity"])
    ranked = sorted(groups.values(), key=lambda group: (-group["value"], group["key"]))
    return ListRows(ranked, summed=summed)


def _shared(rows: list[Any], worth: tuple[int, Decimal] | None) -> list[tuple[Any, Decimal]]:
    """The rows of one product with their part of its value."""
    held, value = worth or (0, ZERO)
    quantities = [max(0, int(row[3])) for row in rows]
    shown = sum(quantities)
    if held <= 0 or not shown:
        return [(row, ZERO) for row in rows]
    # Where only some places are asked for, only their part of the value is.
    part = value if shown == held else round_money(value * shown / held)
    return list(zip(rows, allocate(part, quantities), strict=True))
