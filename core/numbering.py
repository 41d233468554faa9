"""Gapless document numbers per series and fiscal year."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import connection

_NEXT = """
INSERT INTO core_documentseries (series, fiscal_year, last_number) VALUES (%s, %s, 1)
ON CONFLICT (series, fiscal_year)
DO UPDATE SET last_number = core_documentseries.last_number + 1
RETURNING last_number
"""


def fiscal_year(on: date) -> int:
    """The year in which the fiscal year of ``on`` starts (``FISCAL_YEAR_START_MONTH``)."""
    return on.year if on.month >= settings.FISCAL_YEAR_START_MONTH else on.year - 1


def next_number(series: str, *, on: date) -> str:
    """The next number of ``series``, e.g. ``GRN-2026-000001``.

    series: at most ten capitals. on: the document's local date. The series' row stays locked
    until the transaction ends and a rollback gives the number back: that is what makes it
    gapless, and why it is called as late as possible. Must run inside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_number needs a transaction: a number must commit with its use")
    year = fiscal_year(on)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series, year])
        (number,) = cursor.fetchone()
    return f"{series}-{year}-{number:06d}"
