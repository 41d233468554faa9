"""Shapes of reports: made from their layouts, so that JSON and files cannot differ."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateparse import parse_date
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import IdIn, InputSerializer, MomentIn, MoneyOut, UnitCostOut
from files.public import ColumnKind
from inventory.reports import flows, holdings
from inventory.reports.report import Field, Layout

LONGEST_SPAN_DAYS = 3660


@extend_schema_field({"type": "string", "example": "2026-03-31"})
class MomentOrDayIn(MomentIn):
    """A moment, or a day: then its end where the pharmacy is."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            day = parse_date(str(value)) if len(str(value)) == len("2026-03-31") else None
        except ValueError:
            day = None
        if day is None:
            return super().to_internal_value(value)
        zone = ZoneInfo(settings.PHARMACY_TIME_ZONE)
        try:
            midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
        except OverflowError:
            self.fail("overflow")
        return self.in_range(midnight - timedelta(microseconds=1))


class ReportFilter(InputSerializer):
    as_of = MomentOrDayIn(
        required=False, help_text="the moment, or the end of the day, it is about; default: now"
    )
    known_at = MomentOrDayIn(
        required=False,
        help_text="only what had been recorded by then; default: all that is known now",
    )
    product_id = IdIn(required=False)
    location_id = IdIn(required=False)
    category_id = IdIn(required=False, help_text="with all categories below it")


class ValuationFilter(ReportFilter):
    by = serializers.ChoiceField(choices=holdings.GROUPINGS, default="product")
    method = serializers.ChoiceField(choices=holdings.METHODS, default="batch_cost")


class ExpiryCalendarFilter(ReportFilter):
    step = serializers.ChoiceField(choices=holdings.STEPS, default="month")


class MovementReportFilter(ReportFilter):
    since = MomentOrDayIn(
        required=False,
        help_text="what happened after it counts as movement; default: 30 days before",
    )
    by = serializers.ChoiceField(choices=flows.MOVEMENT_GROUPINGS, default="product")


def _days(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(
        required=False, min_value=1, max_value=LONGEST_SPAN_DAYS, **kwargs
    )


class TurnoverFilter(ReportFilter):
    days = _days(default=365)
    by = serializers.ChoiceField(choices=flows.TURNOVER_GROUPINGS, default="product")


class MoversFilter(ReportFilter):
    days = _days(help_text="default: the setting INVENTORY_DEAD_STOCK_DAYS")
    mover_class = serializers.ChoiceField(choices=tuple(flows.MOVER_CLASSES), required=False)


class AbcXyzFilter(ReportFilter):
    days = _days(help_text="default: the setting INVENTORY_ABC_DAYS")


class DecimalOut(serializers.Field):
    """An exact figure as a JSON string; null stays null."""

    def to_representation(self, value: Any) -> str:
        return f"{value:f}" if not isinstance(value, str) else value


_DECIMAL_OUT = extend_schema_field({"type": "string", "format": "decimal"})(DecimalOut)
_FIELDS: dict[ColumnKind, Any] = {
    ColumnKind.TEXT: serializers.CharField,
    ColumnKind.INTEGER: serializers.IntegerField,
    ColumnKind.QUANTITY: serializers.IntegerField,
    ColumnKind.MONEY: MoneyOut,
    ColumnKind.UNIT_COST: UnitCostOut,
    ColumnKind.PERCENT: _DECIMAL_OUT,
    ColumnKind.DATE: serializers.DateField,
    ColumnKind.DATETIME: serializers.DateTimeField,
}
# Columns that are not what their kind says, or may be empty.
_SPECIAL: dict[str, Any] = {
    "turnover": _DECIMAL_OUT(allow_null=True),
    "days_of_stock": _DECIMAL_OUT(allow_null=True),
    "turnover_a_year": _DECIMAL_OUT(allow_null=True),
    "variation": _DECIMAL_OUT(allow_null=True),
    "expired": serializers.BooleanField(),
    "expiry_date": serializers.DateField(allow_null=True),
    "from_date": serializers.DateField(allow_null=True),
    "to_date": serializers.DateField(allow_null=True),
    "last_issued_at": serializers.DateTimeField(allow_null=True),
    "unit_cost": UnitCostOut(allow_null=True),
    "mover_class": serializers.ChoiceField(choices=tuple(flows.MOVER_CLASSES.items())),
}


def _out(field: Field) -> serializers.Field:
    if field.key in _SPECIAL:
        special: serializers.Field = _SPECIAL[field.key].__deepcopy__({})
        return special
    out: serializers.Field = _FIELDS[field.kind]()
    return out


def report_out(layout: Layout) -> type[serializers.Serializer]:
    """The JSON of a report: its two moments, the totals of all rows, one page of them."""
    noun = "".join(part.capitalize() for part in layout.name.split("-"))
    rows = {field.key: _out(field) for field in layout.fields}
    sums = {field.key: _out(field) for field in layout.fields if field.total}
    row = type(f"{noun}ReportRow", (serializers.Serializer,), rows)
    totals = type(f"{noun}ReportTotals", (serializers.Serializer,), sums)
    members: dict[str, Any] = {
        "as_of": serializers.DateTimeField(),
        "known_at": serializers.DateTimeField(allow_null=True),
        "since": serializers.DateTimeField(allow_null=True, help_text="of a span of time"),
        "totals": totals(),
        "count": serializers.IntegerField(help_text="rows in all"),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
        "paging": "page",
    }
    return type(f"{noun}Report", (serializers.Serializer,), members)
