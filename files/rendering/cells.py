"""One value as text or as a spreadsheet's number, by the kind of its column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from core.money import UNIT_COST_PLACES, exponent
from files.rendering.document import Column, ColumnKind

PERCENT_PLACES = 2


def local(moment: datetime) -> datetime:
    """An aware moment on the pharmacy's clock, to the second, without its zone."""
    zone = ZoneInfo(settings.PHARMACY_TIME_ZONE)
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0)


def places_of(kind: ColumnKind) -> int:
    """Decimal places of a number of this kind."""
    if kind == ColumnKind.MONEY:
        return exponent()
    if kind == ColumnKind.UNIT_COST:
        return UNIT_COST_PLACES
    return PERCENT_PLACES if kind == ColumnKind.PERCENT else 0


def plain_text(value: Any, column: Column) -> str:
    """For programs: 1234.50, 2026-03-31, 2026-03-31 14:05:00; empty for None."""
    return _text(value, column, grouping="", percent_sign="")


def reading_text(value: Any, column: Column) -> str:
    """For people: 1,234.50, 12.5%, 2026-03-31 14:05; empty for None."""
    return _text(value, column, grouping=",", percent_sign="%")


def _text(value: Any, column: Column, *, grouping: str, percent_sign: str) -> str:
    # A heading or total row may carry words where the others carry figures.
    if value is None or not _fits(value, column.kind):
        return "" if value is None else str(value)
    if column.kind == ColumnKind.DATETIME:
        return f"{local(value):%Y-%m-%d %H:%M}" if grouping else f"{local(value)}"
    if not column.kind.is_number:
        return str(value)
    number = f"{value:{grouping}.{places_of(column.kind)}f}"
    if column.kind == ColumnKind.PERCENT:
        return f"{number.rstrip('0').rstrip('.')}{percent_sign}"
    return number


def _fits(value: Any, kind: ColumnKind) -> bool:
    if kind.is_number:
        return isinstance(value, (int, Decimal))
    if kind == ColumnKind.DATETIME:
        return isinstance(value, datetime)
    return True


_NUMBERS: dict[ColumnKind, Callable[[Any], Any]] = {
    ColumnKind.PERCENT: lambda value: Decimal(value) / 100,
    ColumnKind.DATETIME: local,
}


def spreadsheet_value(value: Any, column: Column) -> Any:
    """A number, date or moment where a spreadsheet has a type for it, otherwise text."""
    if value is None or not _fits(value, column.kind):
        return "" if value is None else str(value)
    if column.kind == ColumnKind.DATE and isinstance(value, date):
        return value
    if column.kind.is_number or column.kind == ColumnKind.DATETIME:
        return _NUMBERS.get(column.kind, lambda same: same)(value)
    return str(value)


def number_format(kind: ColumnKind) -> str:
    """The spreadsheet format of a kind of column."""
    fixed = {
        ColumnKind.TEXT: "@",
        ColumnKind.DATE: "yyyy-mm-dd",
        ColumnKind.DATETIME: "yyyy-mm-dd hh:mm",
        ColumnKind.PERCENT: "0.##%",
    }
    places = places_of(kind)
    return fixed.get(kind, "#,##0." + "0" * places if places else "#,##0")
