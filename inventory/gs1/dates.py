"""Dates of six digits (General Specifications 3.4 and 7.12)."""

from __future__ import annotations

import calendar
from datetime import date

from inventory.gs1.errors import Gs1Unreadable


def gs1_date(digits: str, *, today: date) -> date:
    """The day of YYMMDD; day 00 is the last of the month.

    The century is the one that brings the year within 49 years back and 50 ahead of today's
    (7.12). Raises Gs1Unreadable `wrong_date`.
    """
    year = _full_year(int(digits[:2]), this_year=today.year)
    month, day = int(digits[2:4]), int(digits[4:6])
    if not 1 <= month <= 12:
        raise Gs1Unreadable("wrong_date", digits)
    last = calendar.monthrange(year, month)[1]
    if day > last:
        raise Gs1Unreadable("wrong_date", digits)
    return date(year, month, day or last)


def _full_year(two_digits: int, *, this_year: int) -> int:
    century, current = divmod(this_year, 100)
    difference = two_digits - current
    if difference >= 51:
        century -= 1
    elif difference <= -50:
        century += 1
    return century * 100 + two_digits
