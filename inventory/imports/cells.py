"""One cell -> one value. Each function raises `BadCell` with a code and what would be right."""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from core.money import MAX_AMOUNT, UNIT_COST_PLACES, exponent, is_exact_money
from core.text import fold, spreadsheet_safe
from inventory.imports.table import Cell
from inventory.models import BarcodeKind
from inventory.services.barcodes import (
    barcode_clean,
    barcode_key,
    gtin_check_digit_fits,
    is_destroyed_by_spreadsheet,
    looks_like_gtin,
)

MAX_QUANTITY = 2_000_000_000
EARLIEST_EXPIRY_YEAR = 2000
LATEST_EXPIRY_YEARS_AHEAD = 30
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_SERIAL_RANGE = range(20_000, 80_000)  # 1954 to 2119
_EXACT_FLOAT = 10**15  # digits a spreadsheet keeps of a number

INTERNAL_MARK = "internal:"
_DECIMAL_DIGITS = re.compile(r"\d+[.,]0+")
# An EAN-8 and a UPC-A without their leading zero, and how long they were. Shorter remains (6, 9,
# 10 digits) fit a check digit by chance as often as by loss.
_LOST_ZERO_LENGTHS = {7: 8, 11: 12}

_UNKNOWN = {"", "-", "--", "?", "n/a", "na", "none", "unknown", "null", "غير معروف", "لا يوجد",
            "بدون"}  # fmt: skip
_MONTHS = {
    fold(name): number
    for number, names in enumerate(
        (
            "jan january يناير كانون_الثاني",
            "feb february فبراير شباط",
            "mar march مارس اذار",
            "apr april ابريل نيسان",
            "may مايو ايار",
            "jun june يونيو حزيران",
            "jul july يوليو تموز",
            "aug august اغسطس اب",
            "sep sept september سبتمبر ايلول",
            "oct october اكتوبر تشرين_الاول",
            "nov november نوفمبر تشرين_الثاني",
            "dec december ديسمبر كانون_الاول",
        ),
        start=1,
    )
    for name in names.split()
}
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
_PLAIN = re.compile(r"\d+(\.\d+)?|\.\d+")


class BadCell(Exception):
    """A cell that cannot be what its column says."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def text_of(cell: Cell, *, longest: int) -> str:
    """The cell's text in one line. Raises BadCell when it is longer than `longest`."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join("".join(c for c in str(cell) if c.isprintable() or c.isspace()).split())
    if text.startswith("'") and spreadsheet_safe(text[1:]) == text:
        text = text[1:]  # the apostrophe an export puts before what looks like a formula
    if len(text) > longest:
        raise BadCell(
            "too_long", _("At most %(longest)d characters are kept.") % {"longest": longest}
        )
    return text


@dataclass(frozen=True, slots=True)
class ReadBarcode:
    """A barcode as it is kept. doubtful: a GTIN by its length whose check digit does not fit."""

    value: str
    kind: str
    doubtful: bool = False

    @property
    def key(self) -> str:
        return barcode_key(self.value, self.kind)


def barcode_of(cell: Cell) -> ReadBarcode | None:
    """The cell's barcode, None when empty. Raises BadCell where a spreadsheet has damaged it.

    ``internal:`` before a code says that it is one of the pharmacy's own, whatever it looks like.
    """
    if isinstance(cell, float) and (not cell.is_integer() or abs(cell) >= _EXACT_FLOAT):
        raise BadCell("destroyed_by_spreadsheet", destroyed_text())
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= _EXACT_FLOAT:
        raise BadCell("destroyed_by_spreadsheet", destroyed_text())
    value = barcode_clean(text_of(cell, longest=80))
    if value.lower().startswith(INTERNAL_MARK):
        return ReadBarcode(value[len(INTERNAL_MARK) :], BarcodeKind.INTERNAL)
    _refuse_damaged(value)
    if not value:
        return None
    if not looks_like_gtin(value):
        return ReadBarcode(value, BarcodeKind.INTERNAL)
    if gtin_check_digit_fits(value):
        return ReadBarcode(value, BarcodeKind.GTIN)
    return ReadBarcode(value, BarcodeKind.INTERNAL, doubtful=True)


def barcode_write(value: str, kind: str) -> str:
    """A barcode as `barcode_of` reads it back: marked where it would be taken for another kind."""
    try:
        read = barcode_of(value)
    except BadCell:
        read = None
    same = read is not None and (read.value, read.kind) == (value, kind)
    return value if same else f"{INTERNAL_MARK}{value}"


def _refuse_damaged(value: str) -> None:
    """Raises BadCell for a number that a spreadsheet made of the digits, as far as it shows."""
    if is_destroyed_by_spreadsheet(value) or _is_rounded(value):
        raise BadCell("destroyed_by_spreadsheet", destroyed_text())
    if _DECIMAL_DIGITS.fullmatch(value):
        raise BadCell(
            "barcode_as_decimal",
            _("The barcode was saved as a decimal number. Format the column as text, enter the "
              "code without “.0” and check its first digits: leading zeros may be lost."),
        )  # fmt: skip
    if len(value) in _LOST_ZERO_LENGTHS and value.isdigit() and gtin_check_digit_fits(value):
        whole = value.zfill(_LOST_ZERO_LENGTHS[len(value)])
        raise BadCell(
            "lost_leading_zeros",
            _("A spreadsheet dropped the leading zeros: by its check digit this is %(whole)s. "
              "Format the column as text and enter it in full; if it is a code of your own, write "
              "%(mark)s%(value)s.")
            % {"whole": whole, "mark": INTERNAL_MARK, "value": value},
        )  # fmt: skip


def _is_rounded(value: str) -> bool:
    """`6221240000000`: what is left of 6221234567892 after it was shown as 6.22124E+12."""
    return looks_like_gtin(value) and value.endswith("00000") and not gtin_check_digit_fits(value)


def destroyed_text() -> str:
    return _(
        "A spreadsheet turned this barcode into a rounded number and its last digits are lost. "
        "Format the column as text (Format Cells, Text) before entering or opening the barcodes, "
        "and enter this one again from the pack."
    )


def number_of(cell: Cell) -> Decimal | None:
    """The cell as a finite number, None when empty. Raises BadCell."""
    if cell is None or (isinstance(cell, str) and fold(cell) in _UNKNOWN):
        return None
    if isinstance(cell, bool | date):
        raise BadCell("not_a_number", _("Give a number."))
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        if not math.isfinite(cell):
            raise BadCell("not_a_number", _("Give a number."))
        # A float shows its noise beyond six places: 12.299999999999999 was 12.3.
        return Decimal(str(round(cell, UNIT_COST_PLACES)))
    return _written_number(cell)


def _written_number(text: str) -> Decimal:
    plain = fold(text).replace(" ", "")
    negative, plain = plain.startswith("-"), plain.lstrip("-+")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if not _PLAIN.fullmatch(plain) or len(plain) > 40:
        raise BadCell("not_a_number", _("“%(text)s” is not a number.") % {"text": text[:40]})
    return -Decimal(plain) if negative else Decimal(plain)


def whole_of(cell: Cell, *, least: int = 0) -> int | None:
    """The cell as a whole number from `least` up, None when empty. Raises BadCell."""
    number = number_of(cell)
    if number is None:
        return None
    if number < least:
        raise BadCell("too_small", _("Give %(least)d or more.") % {"least": least})
    if number != number.to_integral_value():
        raise BadCell(
            "not_whole",
            _("Give whole base units (tablets, strips, bottles), not a fraction of a pack."),
        )
    if number > MAX_QUANTITY:
        raise BadCell("too_large", _("At most %(most)d.") % {"most": MAX_QUANTITY})
    return int(number)


def money_of(cell: Cell) -> Decimal | None:
    """The cell as an amount of money, 0 or more, None when empty. Raises BadCell."""
    amount = _amount(cell)
    if amount is not None and not is_exact_money(amount):
        raise BadCell(
            "too_many_places",
            _("At most %(places)d decimal places in this currency.") % {"places": exponent()},
        )
    return amount


def unit_cost_of(cell: Cell) -> Decimal | None:
    """The cell as a cost per base unit, 0 or more, six places, None when empty. Raises BadCell."""
    amount = _amount(cell)
    if amount is not None and amount != round(amount, UNIT_COST_PLACES):
        raise BadCell(
            "too_many_places",
            _("At most %(places)d decimal places.") % {"places": UNIT_COST_PLACES},
        )
    return amount


def _amount(cell: Cell) -> Decimal | None:
    amount = number_of(cell)
    if amount is not None and amount < 0:
        raise BadCell("negative", _("Give 0 or more."))
    if amount is not None and amount > MAX_AMOUNT:
        raise BadCell("too_large", _("This is more money than there is."))
    return amount


def expiry_of(cell: Cell, *, today: date) -> date | None:
    """The cell as an expiry date, None when empty or marked unknown. Raises BadCell.

    Day before month where both are possible (05/06/2027 is the 5th of June); a month alone means
    its last day; plain numbers of a spreadsheet's calendar are understood.
    """
    if isinstance(cell, datetime):
        found: date | None = cell.date()
    elif isinstance(cell, date):
        found = cell
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        found = _from_serial(cell)
    else:
        text = fold(str(cell or ""))
        if text in _UNKNOWN:
            return None
        found = _written_date(text)
    if found is None:
        raise BadCell(
            "not_a_date",
            _("“%(text)s” is not a date. Write it as 2027-05-31.") % {"text": str(cell)[:40]},
        )
    if not EARLIEST_EXPIRY_YEAR <= found.year <= today.year + LATEST_EXPIRY_YEARS_AHEAD:
        raise BadCell(
            "implausible_date",
            _("%(date)s cannot be an expiry date.") % {"date": found.isoformat()},
        )
    return found


def _from_serial(number: float) -> date | None:
    whole = int(number) if math.isfinite(number) else 0
    return _SPREADSHEET_EPOCH + timedelta(days=whole) if whole in _SERIAL_RANGE else None


def _written_date(text: str) -> date | None:
    text = text.replace("كانون ", "كانون_").replace("تشرين ", "تشرين_").split("t00:00")[0]
    text = re.sub(r"\s\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$", "", text)
    parts = [part for part in re.split(r"[\s/.\-,]+", text) if part]
    named = [_MONTHS[part] for part in parts if part in _MONTHS]
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= 8]
    if len(named) + len(numbers) != len(parts):
        return None
    if len(named) == 1:
        return _with_month_name(named[0], numbers)
    if named:
        return None
    return _numeric_date(numbers, parts)


def _with_month_name(month: int, numbers: list[int]) -> date | None:
    if len(numbers) == 1:
        return _month_end(_full_year(numbers[0]), month)
    if len(numbers) == 2:
        day, year = sorted(numbers) if max(numbers) > 31 else numbers
        return _day(_full_year(year), month, day)
    return None


def _numeric_date(numbers: list[int], parts: list[str]) -> date | None:
    if len(numbers) == 1:
        if len(parts[0]) == 8:
            return _day(numbers[0] // 10_000, numbers[0] // 100 % 100, numbers[0] % 100)
        return _from_serial(numbers[0])
    if len(numbers) == 2:
        first_is_year = len(parts[0]) == 4
        year, month = numbers if first_is_year else reversed(numbers)
        return _month_end(_full_year(year), month)
    if len(numbers) != 3:
        return None
    if len(parts[0]) == 4:
        return _day(numbers[0], numbers[1], numbers[2])
    day, month = numbers[0], numbers[1]
    if month > 12:
        day, month = month, day
    return _day(_full_year(numbers[2]), month, day)


def _full_year(year: int) -> int:
    return 2000 + year if year < 100 else year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date | None:
    if not 1 <= month <= 12 or not 1 <= year <= 9999:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])
