"""Barcodes the pharmacy's own scales and labels print: an article and its weight or price.

GS1 leaves prefixes 02 and 20 to 29 of EAN-13 to the shop (General Specifications 2.1.11); what
stands behind them is the shop's own matter, hence a setting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.gs1 import check_digit_fits

EAN13 = 13
_RESTRICTED = re.compile(r"02|2\d")
WEIGHT, PRICE = "weight", "price"
_MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleFormat:
    """prefix, article, value and check digit make 13 digits. decimals: of the value.

    kind: `weight` (kilograms) or `price` (the currency).
    """

    prefix: str
    item_digits: int
    value_digits: int
    kind: str
    decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleLabel:
    """What a label says. item: the article's number (PLU) without leading zeros.

    value: kilograms or money, by the format's kind; 0 or more.
    """

    item: str
    kind: str
    value: Decimal


def scale_formats(setting: Sequence[str]) -> tuple[ScaleFormat, ...]:
    """The formats of a setting such as `["21:5:5:weight:3", "22:5:5:price:2"]`.

    Each is prefix, digits of the article, digits of the value, what the value is, its decimals.
    Raises ValueError saying what is wrong; no two prefixes may begin alike.
    """
    formats = tuple(_format(entry) for entry in setting)
    prefixes = [each.prefix for each in formats]
    for place, prefix in enumerate(prefixes):
        if any(other.startswith(prefix) or prefix.startswith(other) for other in prefixes[:place]):
            raise ValueError(f"prefix {prefix} begins like another one")
    return formats


def _format(entry: str) -> ScaleFormat:
    parts = entry.split(":")
    if len(parts) != 5 or not all(parts[place].isdigit() for place in (0, 1, 2, 4)):
        raise ValueError(f"{entry}: write prefix:article digits:value digits:weight|price:decimals")
    prefix, kind = parts[0], parts[3]
    item, value, decimals = int(parts[1]), int(parts[2]), int(parts[4])
    if not _RESTRICTED.match(prefix):
        raise ValueError(f"{entry}: a shop's own prefix begins with 02 or 20 to 29")
    if kind not in (WEIGHT, PRICE):
        raise ValueError(f"{entry}: the value is a weight or a price")
    if not (item and value) or len(prefix) + item + value + 1 != EAN13:
        raise ValueError(f"{entry}: prefix, article, value and check digit make {EAN13} digits")
    if decimals > min(value, _MOST_DECIMALS):
        raise ValueError(f"{entry}: too many decimals")
    return ScaleFormat(
        prefix=prefix, item_digits=item, value_digits=value, kind=kind, decimals=decimals
    )


def scale_read(code: str, formats: Sequence[ScaleFormat]) -> ScaleLabel | None:
    """What a label says; None where it is of no format, or its check digit does not fit."""
    if len(code) != EAN13 or not (code.isascii() and code.isdigit()):
        return None
    known = next((each for each in formats if code.startswith(each.prefix)), None)
    if known is None or not check_digit_fits(code):
        return None
    behind = len(known.prefix)
    item = code[behind : behind + known.item_digits]
    value = code[behind + known.item_digits : -1]
    return ScaleLabel(
        item=str(int(item)), kind=known.kind, value=Decimal(value).scaleb(-known.decimals)
    )
