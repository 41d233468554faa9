"""Application identifiers: how long what follows them is, and of what it consists (3.2, 7.8.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

SEPARATOR = "\x1d"  # what a scanner sends for FNC1 within the text


@dataclass(frozen=True, slots=True)
class Identifier:
    """least and most: characters of content. digits: of them, how many from the left are digits.

    is_predefined: content of this length needs no separator behind it. has_check_digit: the first
    `digits` end with one. is_date: six digits that are a day.
    """

    least: int
    most: int
    digits: int
    is_predefined: bool = False
    has_check_digit: bool = False
    is_date: bool = False


def _number(length: int, *, check: bool = False, predefined: bool = True) -> Identifier:
    return Identifier(length, length, length, is_predefined=predefined, has_check_digit=check)


def _text(most: int) -> Identifier:
    return Identifier(1, most, 0)


def _upto(most: int) -> Identifier:
    return Identifier(1, most, most)


_DATE = Identifier(6, 6, 6, is_predefined=True, is_date=True)
_IDENTIFIERS: dict[str, Identifier] = {
    "00": _number(18, check=True),
    "01": _number(14, check=True),
    "02": _number(14, check=True),
    "03": _number(14, check=True),
    **dict.fromkeys(("11", "12", "13", "15", "16", "17"), _DATE),
    "10": _text(20),
    "20": _number(2),
    "21": _text(20),
    "22": _text(20),
    "30": _upto(8),
    "37": _upto(8),
    "235": _text(28),
    "240": _text(30),
    "241": _text(30),
    "242": _upto(6),
    "243": _text(20),
    "250": _text(30),
    "251": _text(30),
    "253": Identifier(13, 30, 13, has_check_digit=True),
    "254": _text(20),
    "255": Identifier(13, 25, 25),
    "400": _text(30),
    "401": _text(30),
    "402": _number(17, check=True, predefined=False),
    "403": _text(30),
    **{f"41{number}": _number(13, check=True) for number in range(8)},
    "420": _text(20),
    "421": Identifier(4, 12, 3),
    "422": _number(3, predefined=False),
    "423": Identifier(3, 15, 15),
    **{f"42{number}": _number(3, predefined=False) for number in (4, 5, 6)},
    "427": _text(3),
    # National healthcare numbers: Germany, France, Spain, Brazil, Portugal, United States…
    **{f"71{number}": _text(20) for number in range(10)},
    "7001": _number(13, predefined=False),
    "7002": _text(30),
    "7003": _number(10, predefined=False),
    "7004": _upto(4),
    "7005": _text(12),
    "7006": _number(6, predefined=False),
    "7007": Identifier(6, 12, 12),
    "7008": _text(3),
    "7009": _text(10),
    "7010": _text(2),
    "7020": _text(20),
    "7021": _text(20),
    "7022": _text(20),
    "7023": _text(30),
    "7040": Identifier(4, 4, 1),
    "7230": Identifier(3, 30, 0),
    "7240": _text(20),
    "8001": _number(14, predefined=False),
    "8002": _text(20),
    "8003": Identifier(14, 30, 14),
    "8004": _text(30),
    "8005": _number(6, predefined=False),
    "8006": _number(18, predefined=False),
    "8007": _text(34),
    "8008": Identifier(8, 12, 12),
    "8010": _text(30),
    "8011": _upto(12),
    "8012": _text(20),
    "8013": _text(25),
    "8017": _number(18, check=True, predefined=False),
    "8018": _number(18, check=True, predefined=False),
    "8019": _upto(10),
    "8020": _text(25),
    "8110": _text(70),
    "8111": _number(4, predefined=False),
    "8112": _text(70),
    "8200": _text(70),
    "90": _text(30),
    **{str(number): _text(90) for number in range(91, 100)},
}
# 310n to 369n: measures, six digits, the last digit of the identifier says how many decimals.
_MEASURE = re.compile(r"3[1-6]\d\d")
_AMOUNT = re.compile(r"39[0-4]\d")
# The 82 characters GS1 allows in content, 7.11.
CONTENT = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")


def identifier_at(text: str) -> tuple[str, Identifier] | None:
    """The application identifier `text` begins with and its rule; None if there is none known."""
    for length in (2, 3, 4):
        code = text[:length]
        if (rule := rule_of(code)) is not None:
            return code, rule
    return None


def rule_of(code: str) -> Identifier | None:
    """The rule of one identifier, None if it is not known."""
    if _MEASURE.fullmatch(code):
        return _number(6)
    if _AMOUNT.fullmatch(code):
        return Identifier(3, 18, 18)
    return _IDENTIFIERS.get(code)
