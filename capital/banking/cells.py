"""Dates and amounts as banks write them, Arabic digits included."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from core.text import to_ascii_digits

_INVISIBLE = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00a0\s]")
_DAY = re.compile(r"^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
_DATE_ONLY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
# A number, with what may stand beside it: a currency, the side it is on, brackets.
_NUMBER = re.compile(r"(?P<before>[^\d]*?)(?P<digits>\d[\d.,]*|[.,]\d+)(?P<after>[^\d]*)")
_CREDIT_MARKS = ("cr", "دائن")
_DEBIT_MARKS = ("dr", "db", "مدين")


class DateOrder(StrEnum):
    """In which order day, month and year are written where the year does not come first."""

    DMY = "dmy"
    MDY = "mdy"


def read_date(text: str, order: DateOrder = DateOrder.DMY) -> date:
    """2026-03-31, 31/03/2026, 31.3.26, ٣١/٠٣/٢٠٢٦, 20260331; a time after it is left out.

    Raises ValueError.
    """
    plain = to_ascii_digits(text).strip().strip("\u200e\u200f")
    if compact := _DATE_ONLY.match(plain):
        return date(int(compact[1]), int(compact[2]), int(compact[3]))
    match = _DAY.match(plain)
    if match is None:
        raise ValueError(text)
    first, second, third = match.groups()
    if len(first) == 4:
        return date(int(first), int(second), int(third))
    day, month = (first, second) if order == DateOrder.DMY else (second, first)
    year = int(third) + 2000 if len(third) == 2 else int(third)
    return date(year, int(month), int(day))


def read_amount(text: str) -> Decimal | None:
    """1,234.50, 1.234,50, (500), 500-, ١٬٢٣٤٫٥٠, "500 CR"; None for an empty cell.

    A minus before or after, brackets or DR make it negative. Where both separators occur the last
    one divides the decimals; a single one does where not exactly three digits follow it.
    Raises ValueError.
    """
    plain = _INVISIBLE.sub("", _western(text))
    if not any(char.isdigit() for char in plain):
        if any(char not in "-.,()" and not char.isalpha() for char in plain):
            raise ValueError(text)
        return None
    match = _NUMBER.fullmatch(plain)
    if match is None:
        raise ValueError(text)
    try:
        amount = Decimal(_pointed(match["digits"]))
    except InvalidOperation as exc:
        raise ValueError(text) from exc
    return -amount if _is_negative(match["before"], match["after"]) else amount


_WESTERN = str.maketrans("٫٬−،", ".,-,")


def _western(text: str) -> str:
    return to_ascii_digits(text).translate(_WESTERN)


def _is_negative(before: str, after: str) -> bool:
    words = f"{before}{after}".lower()
    if words.endswith(_CREDIT_MARKS):
        return False
    return "-" in words or words.endswith(_DEBIT_MARKS) or ("(" in before and ")" in after)


def _pointed(digits: str) -> str:
    """With a point before the decimals and nothing between thousands."""
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        thousands = "," if point > comma else "."
        return digits.replace(thousands, "").replace(",", ".")
    separator = "," if comma >= 0 else "."
    if digits.count(separator) > 1:
        return digits.replace(separator, "")
    if separator == "," and len(digits) - comma - 1 == 3:
        return digits.replace(",", "")
    return digits.replace(",", ".")
