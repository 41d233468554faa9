"""What a report is: its columns, its rows, and the words above and below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.public import Column, ColumnKind, Row, RowKind, Section, TableDocument
from inventory.reports.clock import Clock
from inventory.reports.rows import Record, Rows

Label = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One column. key: its name in JSON; total: shown below the table.

    label: what stands in a file for the value, where that is a code.
    """

    key: str
    title: str | Promise
    kind: ColumnKind = ColumnKind.TEXT
    total: bool = False
    label: Label | None = None
    in_files: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The fixed part of a report. name: as in its path."""

    name: str
    title: str | Promise
    fields: tuple[Field, ...]
    notes: tuple[str | Promise, ...] = ()

    @property
    def summed(self) -> list[str]:
        return [field.key for field in self.fields if field.total]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    layout: Layout
    clock: Clock
    rows: Rows
    since: datetime | None = None

    def document(self, *, generated_at: datetime) -> TableDocument:
        """The report as a file; rows are read while it is written."""
        fields = [field for field in self.layout.fields if field.in_files]
        return TableDocument(
            name=self.layout.name,
            dated=self.clock.today.isoformat(),
            title=self.layout.title,
            columns=tuple(Column(field.title, field.kind) for field in fields),
            sections=(Section(_written(self.rows, fields)),),
            generated_at=generated_at,
            lines=tuple(self._lines()),
            notes=self.layout.notes,
        )

    def _lines(self) -> Iterator[str]:
        if self.since is not None:
            yield _("From: %(moment)s") % {"moment": _written_moment(self.since)}
        yield _("As of: %(moment)s") % {"moment": _written_moment(self.clock.as_of)}
        if self.clock.known_at is not None:
            yield _("As known at: %(moment)s") % {"moment": _written_moment(self.clock.known_at)}


def _written(rows: Rows, fields: Sequence[Field]) -> Iterator[Row]:
    """Every row, then the totals of exactly these rows."""
    totals: Record = {field.key: 0 for field in fields if field.total}
    for record in rows:
        for key in totals:
            totals[key] += record[key] or 0
        yield Row(tuple(_cell(field, record[field.key]) for field in fields))
    if totals:
        _first, *others = fields
        yield Row(
            (gettext_lazy("Total"), *(totals.get(field.key) for field in others)),
            kind=RowKind.TOTAL,
        )


def _cell(field: Field, value: Any) -> Any:
    return field.label(value) if field.label and value is not None else value


def _written_moment(moment: datetime) -> str:
    local = moment.astimezone(ZoneInfo(settings.PHARMACY_TIME_ZONE))
    return f"{local:%Y-%m-%d %H:%M:%S}"
