"""Cells of a file as JSON and back: text, numbers and booleans as they are, days marked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from inventory.imports.table import Cell

_MOMENT, _DAY = "moment", "day"


def cells_pack(cells: Iterable[Cell]) -> list[Any]:
    """Cells as JSON values; empty ones at the end are left out."""
    packed = [_pack(cell) for cell in cells]
    while packed and packed[-1] is None:
        packed.pop()
    return packed


def cells_unpack(packed: Sequence[Any]) -> tuple[Cell, ...]:
    """The cells that `cells_pack` was given."""
    return tuple(_unpack(value) for value in packed)


def cell_text(value: Any) -> str:
    """A packed cell as a person reads it."""
    if isinstance(value, dict):
        return next(iter(value.values())).replace("T00:00:00", "")
    return "" if value is None else str(value)


def _pack(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return {_MOMENT: cell.isoformat()}
    if isinstance(cell, date):
        return {_DAY: cell.isoformat()}
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    if isinstance(cell, str):
        # PostgreSQL keeps neither zero bytes nor halves of surrogate pairs.
        return cell.replace("\x00", "").encode("utf-8", "replace").decode()
    return cell if cell is None or isinstance(cell, bool | int | float) else str(cell)


def _unpack(value: Any) -> Cell:
    if not isinstance(value, dict):
        return value
    kind, text = next(iter(value.items()))
    return datetime.fromisoformat(text) if kind == _MOMENT else date.fromisoformat(text)
