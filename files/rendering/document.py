"""What a table is, before anyone decides how it is written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text that is kept in both languages, such as the name of an account or a product."""

    ar: str
    en: str

    def __str__(self) -> str:
        first, second = (self.ar, self.en) if is_arabic() else (self.en, self.ar)
        return first or second


# Translatable texts (gettext_lazy) and bilingual ones are read in the language of the export.
Text = str | Promise | Bilingual
Cell = Text | int | Decimal | date | datetime | None


class ColumnKind(StrEnum):
    """What the values of a column are; None is an empty cell in every kind.

    MONEY: Decimal in the pharmacy's currency, shown with the currency's places.
    UNIT_COST: Decimal per base unit, six places. INTEGER, QUANTITY: whole numbers.
    PERCENT: Decimal or int in hundredths (12.5 is shown as 12.5%).
    DATETIME: aware, shown in the pharmacy's time zone. TEXT: anything, through ``str``.
    """

    TEXT = "text"
    INTEGER = "integer"
    QUANTITY = "quantity"
    MONEY = "money"
    UNIT_COST = "unit_cost"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"

    @property
    def is_number(self) -> bool:
        return self not in (ColumnKind.TEXT, ColumnKind.DATE, ColumnKind.DATETIME)


class RowKind(StrEnum):
    DETAIL = "detail"
    HEADING = "heading"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """weight: share of a PDF page's width; measured from the cells where it is left out."""

    title: Text
    kind: ColumnKind = ColumnKind.TEXT
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """cells: one per column. level: indentation of the first cell, for trees; 0 is none."""

    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.DETAIL
    level: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """Rows below one title. rows: may be a generator; CSV and XLSX read it row by row."""

    rows: Iterable[Row]
    title: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDocument:
    """A report ready to be written.

    name: ASCII stem of the file name ("trial-balance"); where Arabic is understood the title
    stands for it. dated: the day or period in the file name ("2026-03-31").
    lines: below the title (period, as-of date, filters). notes: below the table.
    generated_at: when the figures were taken, printed in the footer.
    """

    name: str
    dated: str = ""
    title: Text
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    generated_at: datetime
    lines: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    landscape: bool | None = None  # None: as the columns need

    def rows(self) -> Iterable[tuple[Section, Row]]:
        """Every row with its section, in order."""
        for section in self.sections:
            for row in section.rows:
                yield section, row

    @property
    def has_section_titles(self) -> bool:
        return any(str(section.title) for section in self.sections)


def is_arabic() -> bool:
    """Whether the language being written is Arabic, and so runs from right to left."""
    return (get_language() or "").startswith("ar")
