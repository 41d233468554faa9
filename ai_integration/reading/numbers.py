"""Prices and percentages as printed in offers, read without guessing.

A value that cannot be read exactly stays None: the caller flags the line and a person looks.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

#: No product costs more than this in any currency; above it a number is noise or an attack.
LARGEST_PRICE = Decimal(10) ** 12
#: Spreadsheets keep binary floats: 19.499999999999996 was typed as 19.5.
FLOAT_NOISE_PLACES = Decimal("0.0001")
#: Longest text that can still be a price with its currency word.
LONGEST_NUMBER_TEXT = 40

_EASTERN_DIGITS = {
    **{ord("٠") + n: str(n) for n in range(10)},
    **{ord("۰") + n: str(n) for n in range(10)},
}
_SEPARATORS = {
    ord("٫"): ".",  # Arabic decimal separator
    ord("٬"): ",",  # Arabic thousands separator
    ord("،"): ",",  # Arabic comma, typed for either
    ord("’"): ",",
    ord("'"): ",",
    ord("−"): "-",
}
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")
_CURRENCY = re.compile(
    r"(?:ل\s*\.?\s*س\.?|ل\s*\.?\s*ل\.?|ج\s*\.\s*م\.?|د\s*\.\s*[اأ]\.?|ر\s*\.\s*س\.?"
    r"|ليرة(?:\s+سورية)?|جنيه|دينار|ريال|درهم|دولار|ج|س\.ل"
    r"|s\.?p\.?|syp|egp|l\.?e\.?|jod|jd|sar|aed|iqd|lbp|usd|eur|[$€£])",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_GROUPED_BY_DOT = re.compile(r"^\d{1,3}(?:\.\d{3}){2,}$")
_GROUPED_BY_DOT_DECIMAL_COMMA = re.compile(r"^\d{1,3}(?:\.\d{3})+,\d{1,2}$")
_PLAIN = re.compile(r"^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?$")
_DECIMAL_COMMA = re.compile(r"^\d+,\d{1,2}$")
_SPACED_GROUPS = re.compile(r"^\d{1,3}(?: \d{3})+(?:[.,]\d{1,2})?$")
_TRAILING_DECORATION = re.compile(r"(?:/-|\.-|=|-)$")


def western_digits(text: str) -> str:
    """`text` with Arabic-Indic and Persian digits and separators written the Western way."""
    return _INVISIBLE.sub("", text.translate(_EASTERN_DIGITS).translate(_SEPARATORS))


def parse_price(value: object) -> Decimal | None:
    """A non-negative amount in the document's own currency, or None.

    Accepts cells of spreadsheets (int, float, Decimal) and printed text: Arabic-Indic digits,
    thousands separators, decimal `٫`, a currency word. Binary float noise is rounded away at four
    places. Negative, NaN, infinite, empty and absurd values (above 10^12) give None, as does text
    that is anything more than one number. Never raises.
    """
    number = _number_of(value)
    if number is None or not number.is_finite():
        return None
    if number < 0 or number > LARGEST_PRICE:
        return None
    return _without_noise(number)


def parse_percent(value: object, *, fraction: bool = False) -> Decimal | None:
    """A percentage between 0 and 100, or None.

    `fraction`: the column is known to hold fractions (0.24 for 24 %), as percent-formatted
    spreadsheet cells do.
    """
    if isinstance(value, str):
        value = value.replace("%", " ").replace("٪", " ")
    number = parse_price(value)
    if number is None:
        return None
    if fraction:
        number = _without_noise(number * 100)
    return number if number <= 100 else None


def is_blank(text: str) -> bool:
    """True where a cell says nothing: empty, or only dots and dashes put in as decoration."""
    return not text.strip(" .-_ـ–—•*\u200f\u200e\u00a0\t\n")


def _number_of(value: object) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value) if abs(value) <= LARGEST_PRICE else None
    if isinstance(value, float):
        return Decimal(repr(value))
    return _number_of_text(value) if isinstance(value, str) else None


def _number_of_text(text: str) -> Decimal | None:
    if len(text) > LONGEST_NUMBER_TEXT:
        return None
    plain = _CURRENCY.sub(" ", western_digits(text).replace("\u00a0", " ").replace("\u202f", " "))
    plain = _TRAILING_DECORATION.sub("", " ".join(plain.split())).strip()
    negative = plain.startswith("-")
    digits = _one_number(plain.lstrip("-+ ") if negative else plain)
    if digits is None:
        return None
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None
    return -number if negative else number


def _one_number(text: str) -> str | None:
    """The text as Decimal understands it, or None where it is not exactly one number."""
    if _PLAIN.match(text):
        return text
    if _GROUPED.match(text):
        return text.replace(",", "")
    if _GROUPED_BY_DOT.match(text):
        return text.replace(".", "")
    if _GROUPED_BY_DOT_DECIMAL_COMMA.match(text):
        return text.replace(".", "").replace(",", ".")
    if _DECIMAL_COMMA.match(text):
        return text.replace(",", ".")
    if _SPACED_GROUPS.match(text):
        return text.replace(" ", "").replace(",", ".")
    return None


def _without_noise(number: Decimal) -> Decimal:
    if number.as_tuple().exponent < -4:  # type: ignore[operator]  # finite: checked by the caller
        number = number.quantize(FLOAT_NOISE_PLACES, rounding=ROUND_HALF_EVEN)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Decimal(text or "0")
