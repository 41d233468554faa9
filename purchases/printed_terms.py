"""The terms an offer prints beside its table: its last day, least order and delivery.

Arabic and English, as headers and footers write them. Pure functions. The texts are kept with the
offer: of a term that they tell in two ways a person says which holds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from core.money import round_money
from core.text import fold, to_ascii_digits
from purchases.deals import DAY_PATTERN, PrintedDay, read_day
from purchases.printed_delivery import delivery_days, delivery_weekdays, whole_word

LARGEST_PRICE = 10**12

__all__ = ["PrintedTerms", "printed_terms"]

_MONTHS = (
    "كانون الثاني|يناير|january|jan",
    "شباط|فبراير|february|feb",
    "اذار|مارس|march|mar",
    "نيسان|ابريل|april|apr",
    "ايار|مايو|may",
    "حزيران|يونيو|june|jun",
    "تموز|يوليو|july|jul",
    "اب|اغسطس|august|aug",
    "ايلول|سبتمبر|september|sept|sep",
    "تشرين الاول|اكتوبر|october|oct",
    "تشرين الثاني|نوفمبر|november|nov",
    "كانون الاول|ديسمبر|december|dec",
)
_MONTH = "|".join(_MONTHS)
_ENDS = r"(?:حتي|لغايه|الي غايه|ينتهي|تنتهي|until|till|through|thru|expir(?:es|y|ing)|ends)"
_UNTIL = (
    rf"(?<![^\W\d_])و?(?:(?:ساري|ساريه|صالح|صالحه|يسري|valid)\s+)?(?:{_ENDS}|(?<=valid\s)to)"
    r"(?:\s+(?:العرض|في|يوم|تاريخ|بتاريخ|on|date|the))*\s*[:=]?\s*"
)
_ON_A_DATE = re.compile(rf"(?:{_UNTIL}|(?<=\d)\s*(?:الي|to|-)\s*)(?P<day>{DAY_PATTERN})")
_YEAR_OF = r"(?:\s*,?\s*(?P<year>20\d\d))?"
_ON_A_NAMED_DATE = re.compile(
    rf"{_UNTIL}(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s+(?:من\s+|of\s+)?"
    rf"(?P<month>{whole_word(_MONTH)}){_YEAR_OF}"
)
_MONTH_OR_YEAR = whole_word("الشهر|month|the month|this month|العام|السنه|year|the year|this year")
_AT_AN_END = re.compile(
    rf"{_UNTIL}(?:نهايه|اخر|end\s+of)\s+"
    rf"(?:(?P<span>{_MONTH_OR_YEAR})"
    rf"|(?:شهر\s+)?(?P<month>{whole_word(_MONTH)}|(?<=شهر\s)(?:1[0-2]|0?[1-9])(?!\d)){_YEAR_OF})"
)
_LEAST = (
    r"(?:الحد\s+الادني|اقل|ادني|minimum|min\.?)\s+(?:ل?قيمه\s+)?"
    r"(?:(?:لل|ال|ل)?(?:طلبيات|طلبيه|طلب|فاتوره|شرا)|order|invoice|purchase)"
    r"(?:\s+(?:الواحده|هو|هي|value|amount|is|of|قيمتها|بقيمه))*"
)
_CURRENCY = r"(?:ل\.?\s?س\.?|ليره(?:\s+سوريه)?|جنيه|ج\.?م\.?|syp|egp|le|usd|\$)"
# A number with a unit of goods behind it is no money.
_GOODS = r"قطع|قطعه|علبه|علب|عبوه|عبوات|كرتونه|كراتين|صنف|اصناف|packs?|pieces?|boxes|items?|%"
_MINIMUM = re.compile(
    rf"{_LEAST}\s*[:=-]?\s*(?:{_CURRENCY}\s*)?"
    r"(?P<number>\d{1,3}(?:\s\d{3})+(?!\d)|\d+(?:[.,]\d+)*)\s*(?P<scale>الف|مليون|thousand|million|k)?(?![\d.,\s]*\d)"
    rf"(?!\s*(?:{_GOODS}))"
)
_SCALES = {"الف": 1_000, "thousand": 1_000, "k": 1_000, "مليون": 10**6, "million": 10**6}
_THOUSANDS = re.compile(
    r"(?P<whole>\d{1,3}([.,\s])\d{3}(?:\2\d{3})*)(?:(?!\2)[.,](?P<part>\d{1,2}))?"
)


@dataclass(frozen=True, slots=True)
class PrintedTerms:
    """What the texts say; None is unsaid.

    valid_until: the last local day. minimum_order_amount: money. delivery_weekdays: ISO, Monday 1.
    delivery_days: calendar days from order to delivery. disagreeing: names of the terms that are
    said in two ways; of these the larger minimum and the longer delivery are given, as an order
    that keeps to them is refused or missed by neither, and no day.
    """

    valid_until: date | None = None
    minimum_order_amount: Decimal | None = None
    delivery_weekdays: tuple[int, ...] | None = None
    delivery_days: int | None = None
    disagreeing: tuple[str, ...] = ()


def printed_terms(texts: Sequence[str], *, printed_on: date) -> PrintedTerms:
    """Read the texts beside a table.

    printed_on: the day of the document, for dates without a year and for "the end of the month".
    """
    folded = [fold(to_ascii_digits(text)) for text in texts]
    last_days = {day for text in folded for day in _last_days(text, printed_on)}
    minimums = {least for text in folded for least in _minimums(text)}
    weekdays = {days for text in folded for days in delivery_weekdays(text)}
    waits = {days for text in folded for days in delivery_days(text)}
    said = (
        ("valid_until", last_days),
        ("minimum_order_amount", minimums),
        ("delivery_weekdays", weekdays),
        ("delivery_days", waits),
    )
    return PrintedTerms(
        valid_until=_only(last_days),
        minimum_order_amount=max(minimums, default=None),
        delivery_weekdays=_only(weekdays),
        delivery_days=max(waits, default=None),
        disagreeing=tuple(name for name, found in said if len(found) > 1),
    )


Said = TypeVar("Said")


def _only(said: Collection[Said]) -> Said | None:
    return next(iter(said)) if len(said) == 1 else None


def _last_days(text: str, printed_on: date) -> Iterator[date]:
    for match in _ON_A_DATE.finditer(text):
        if (day := read_day(match["day"])) is not None:
            yield day.near(printed_on)
    for match in _ON_A_NAMED_DATE.finditer(text):
        try:
            day = PrintedDay(int(match["day"]), _month(match["month"]), _year(match["year"]))
        except ValueError:
            continue  # a day no calendar has
        yield day.near(printed_on)
    for match in _AT_AN_END.finditer(text):
        yield _end(match, printed_on)


def _end(match: re.Match[str], printed_on: date) -> date:
    if (span := match["span"]) is not None:
        is_year = any(word in span for word in ("العام", "السنه", "year"))
        return date(printed_on.year, 12, 31) if is_year else _month_end(printed_on)
    first = PrintedDay(1, _month(match["month"]), _year(match["year"])).near(printed_on)
    return _month_end(first)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _month(name: str) -> int:
    if name.isdigit():
        return int(name)
    return next(number for number, names in enumerate(_MONTHS, start=1) if name in names.split("|"))


def _year(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _minimums(text: str) -> Iterator[Decimal]:
    for match in _MINIMUM.finditer(text):
        amount = _number(match["number"]) * _SCALES.get(match["scale"] or "", 1)
        if 0 < round_money(amount) <= LARGEST_PRICE:
            yield round_money(amount)


def _number(digits: str) -> Decimal:
    """`500,000` and `500.000` are five hundred thousand, `1.5` and `1,5` one and a half."""
    if (found := _THOUSANDS.fullmatch(digits)) is not None:
        return Decimal(re.sub(r"\D", "", found["whole"]) + "." + (found["part"] or "0"))
    head, *fractions = re.split(r"[.,]", digits)
    if len(fractions) > 1:
        return Decimal(0)  # no number anybody writes
    return Decimal(".".join([head, *fractions]))
