"""Which batches a quantity is taken from, and at what cost. Pure: no query is made here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.money import round_money, unit_cost
from inventory.errors import InsufficientStock
from inventory.models import StockLevel
from inventory.records import IssueLine

ZERO = Decimal(0)


def is_expired(expiry_date: date | None, *, on: date) -> bool:
    """Whether goods may no longer be handed out on the day `on` (pharmacy's local date).

    The printed date itself is no day of sale any more. An unknown expiry is not expired.
    """
    return expiry_date is not None and expiry_date <= on


def unit_cost_of(level: StockLevel) -> Decimal:
    """Present cost per base unit of a level, six places; 0 for an empty one."""
    return unit_cost(level.value / level.quantity) if level.quantity else ZERO


def cost_of(level: StockLevel, quantity: int) -> Decimal:
    """Money at which `quantity` (> 0, <= the level's) leaves the level.

    The last unit takes the remaining value, so that nothing left is worth nothing.
    """
    if quantity == level.quantity:
        return level.value
    return min(level.value, round_money(unit_cost_of(level) * quantity))


@dataclass(frozen=True, slots=True)
class Pick:
    """What one line takes from one level. quantity > 0, cost >= 0; part counts from 0."""

    line: IssueLine
    part: int
    level: StockLevel
    quantity: int
    cost: Decimal
    unit_cost: Decimal


def _fefo(level: StockLevel) -> tuple[bool, date, object, int]:
    """First expiring first, then first received; an unknown expiry comes last."""
    batch = level.batch
    return (batch.expiry_date is None, batch.expiry_date or date.max, batch.received_at, batch.pk)


def take(level: StockLevel, quantity: int) -> tuple[Decimal, Decimal]:
    """Take `quantity` off the level in memory; returns (cost, unit cost before)."""
    cost, each = cost_of(level, quantity), unit_cost_of(level)
    level.quantity -= quantity
    level.value -= cost
    return cost, each


def allocate(
    lines: Sequence[IssueLine], levels: Iterable[StockLevel], *, default_location: int, today: date
) -> list[Pick]:
    """Serve `lines` from `levels` (with their batches), lowering the levels in memory.

    Raises InsufficientStock naming every line that cannot be served; the levels are then not to
    be written.
    """
    shelves: dict[tuple[int, int], list[StockLevel]] = defaultdict(list)
    for level in sorted(levels, key=_fefo):
        shelves[level.batch.product_id, level.location_id].append(level)
    picks: list[Pick] = []
    lacking: list[tuple[int, IssueLine, int, int]] = []
    for position, line in enumerate(lines):
        shelf = shelves[line.product_id, line.location_id or default_location]
        usable = [level for level in shelf if not is_expired(level.batch.expiry_date, on=today)]
        available = sum(level.quantity for level in usable)
        if available < line.quantity:
            expired = sum(level.quantity for level in shelf) - available
            lacking.append((position, line, available, expired))
        else:
            picks.extend(_serve(line, usable))
    if lacking:
        raise _insufficient(lacking)
    return picks


def _serve(line: IssueLine, usable: Iterable[StockLevel]) -> Iterable[Pick]:
    wanted, part = line.quantity, 0
    for level in usable:
        quantity = min(wanted, level.quantity)
        if quantity == 0:
            continue
        cost, each = take(level, quantity)
        yield Pick(line, part, level, quantity, cost, each)
        wanted -= quantity
        part += 1
        if wanted == 0:
            return


def _insufficient(lacking: Sequence[tuple[int, IssueLine, int, int]]) -> InsufficientStock:
    problems, shortfalls = [], []
    for position, line, available, expired in lacking:
        text = _("Asked for %(asked)d, available %(available)d.")
        if expired:
            text = _("Asked for %(asked)d, available %(available)d; %(expired)d more have expired.")
        values = {"asked": line.quantity, "available": available, "expired": expired}
        problems.append(
            FieldProblem(f"lines.{position}.quantity", "insufficient_stock", text % values)
        )
        shortfalls.append(
            {
                "line": line.line,
                "product_id": line.product_id,
                "requested": line.quantity,
                "available": available,
            }
        )
    return InsufficientStock(errors=problems, extra={"shortfalls": shortfalls})
