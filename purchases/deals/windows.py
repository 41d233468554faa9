"""Days printed in a deal: from when and until when it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

__all__ = ["DAY_PATTERN", "PrintedDay", "Window", "read_day"]

_ISO = r"20\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
_LOCAL = r"(?:0?[1-9]|[12]\d|3[01])\s?[/.\-]\s?(?:0?[1-9]|1[0-2])(?:\s?[/.\-]\s?(?:20\d\d|\d\d))?"
# Not the beginning of something longer, nor of a pair.
DAY_PATTERN = rf"(?:{_ISO}|{_LOCAL})(?![\d+%*]|[/.,\-]\s?\d|\s*\+)"
_LEAP_YEAR = 2000
_YEARS_AROUND = 4  # a 29 February is never further away


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """A day as printed, often without its year. Raises ValueError for one no calendar has."""

    day: int
    month: int
    year: int | None = None

    def __post_init__(self) -> None:
        date(self.year or _LEAP_YEAR, self.month, self.day)

    def near(self, printed_on: date) -> date:
        """The day meant; without a year the one nearest to the day it was printed on."""
        if self.year is not None:
            return date(self.year, self.month, self.day)
        around = range(printed_on.year - _YEARS_AROUND, printed_on.year + _YEARS_AROUND + 1)
        days = [found for year in around if (found := self._in(year)) is not None]
        return min(days, key=lambda each: (abs(each - printed_on), each))

    def _in(self, year: int) -> date | None:
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.day}/{self.month}" + (f"/{self.year}" if self.year else "")


@dataclass(frozen=True, slots=True)
class Window:
    """From the day `since` to the day `until`, both included; None is open."""

    since: PrintedDay | None = None
    until: PrintedDay | None = None

    def holds_on(self, day: date, *, printed_on: date) -> bool:
        """printed_on: the day of the document, which decides a year that is not printed."""
        if self.since is not None and day < self.since.near(printed_on):
            return False
        return self.until is None or day <= self.until.near(printed_on)


def read_day(text: str) -> PrintedDay | None:
    """The day that `DAY_PATTERN` matched; None where no calendar has it."""
    numbers = [int(number) for number in re.split(r"\s?[/.\-]\s?", text.strip())]
    if numbers[0] > 31:
        numbers.reverse()
    day, month, *years = numbers
    year = years[0] + (2000 if years[0] < 100 else 0) if years else None
    try:
        return PrintedDay(day, month, year)
    except ValueError:
        return None
