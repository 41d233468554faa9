"""Product rows of a photo as extracted lines: values, checks, confidence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ai_integration.reading.lines import (
    DISCOUNT_UNREADABLE,
    LOW_CONFIDENCE,
    MERGED_DEAL,
    NO_NAME,
    NO_PRICE,
    PRICE_UNREADABLE,
    Box,
    ExtractedLine,
)
from ai_integration.reading.numbers import parse_percent, parse_price

from .image import Sheet
from .readings import Reading
from .roles import Role, usual_ratio
from .tables import Row, Table

CHECK_PRICE = "check_price"
"""A price that was read but does not fit: below the pharmacy's, far off, or oddly punctuated."""

_LEAST_PRICE_CONFIDENCE = 0.6
_SURE_PRICE_CONFIDENCE = 0.85
_LOW_CONFIDENCE = 0.6
_RATIO_RANGE = (0.75, 1.35)
_THREE_DECIMALS = re.compile(r"^\d+\.\d{3}$")


@dataclass(frozen=True)
class Prices:
    """A row's prices with the flags they raise."""

    list_price: Decimal | None
    public_price: Decimal | None
    flags: tuple[str, ...]


def table_lines(sheet: Sheet, table: Table, *, page: int, first_row: int) -> list[ExtractedLine]:
    """The table's rows as lines, numbered from `first_row`."""
    prices = [row_prices(row) for row in table.rows]
    ratio = usual_ratio(
        [(p.list_price, p.public_price) for p in prices if p.list_price and p.public_price]
    )
    lines = []
    for number, (row, price) in enumerate(zip(table.rows, prices, strict=True)):
        lines.append(_line(sheet, row, far_off(price, ratio), page, first_row + number))
    return lines


def row_prices(row: Row) -> Prices:
    """Both prices of a row: None and flagged where they cannot be trusted, never guessed."""
    list_cell, public_cell = (
        row.cells.get(Role.LIST_PRICE, []),
        row.cells.get(Role.PUBLIC_PRICE, []),
    )
    list_price, public_price = _price(list_cell), _price(public_cell)
    unreadable = row.hidden or (list_cell and list_price is None)
    unreadable = unreadable or (public_cell and public_price is None)
    flags = []
    if list_price is not None and public_price is not None and public_price < list_price:
        flags.append(CHECK_PRICE)
        if _confidence(public_cell) < _SURE_PRICE_CONFIDENCE:
            public_price, unreadable = None, True
        elif _confidence(list_cell) < _SURE_PRICE_CONFIDENCE:
            list_price, unreadable = None, True
    if any(
        _THREE_DECIMALS.match(r.text) or parse_price(r.text) == 0 for r in list_cell + public_cell
    ):
        flags.append(CHECK_PRICE)
    if unreadable:
        flags.append(PRICE_UNREADABLE)
    elif list_price is None and public_price is None:
        flags.append(NO_PRICE)
    return Prices(list_price, public_price, tuple(dict.fromkeys(flags)))


def _price(cell: Sequence[Reading]) -> Decimal | None:
    """The cell's price; None where it is no single number, uncertain, or half hidden."""
    if len(cell) != 1 or not cell[0].numeric:
        return None
    reading = cell[0]
    hurt = reading.line.penned > 0.02 or reading.line.cut
    least = _SURE_PRICE_CONFIDENCE if hurt else _LEAST_PRICE_CONFIDENCE
    return parse_price(reading.text) if reading.confidence >= least else None


def far_off(prices: Prices, ratio: float | None) -> Prices:
    """Flag prices whose public-to-list ratio is far from the table's usual one."""
    if ratio is None or not prices.list_price or not prices.public_price:
        return prices
    relative = float(prices.public_price / prices.list_price) / ratio
    if _RATIO_RANGE[0] <= relative <= _RATIO_RANGE[1] or CHECK_PRICE in prices.flags:
        return prices
    return Prices(prices.list_price, prices.public_price, (*prices.flags, CHECK_PRICE))


def _confidence(readings: Sequence[Reading]) -> float:
    return min((reading.confidence for reading in readings), default=0.0)


def _line(sheet: Sheet, row: Row, prices: Prices, page: int, number: int) -> ExtractedLine:
    flags = list(prices.flags)
    name = row.text(Role.NAME)
    discount = parse_percent(row.text(Role.DISCOUNT)) if Role.DISCOUNT in row.cells else None
    confidence = max(0.0, min(1.0, _confidence(row.readings())))
    deal = row.cells.get(Role.DEAL, [])
    doubtful = confidence < _LOW_CONFIDENCE or not all(reading.sure_plus for reading in deal)
    for flag, raised in (
        (DISCOUNT_UNREADABLE, Role.DISCOUNT in row.cells and discount is None),
        (MERGED_DEAL, row.merged_deal),
        (NO_NAME, not name),
        (LOW_CONFIDENCE, doubtful),
    ):
        if raised:
            flags.append(flag)
    return ExtractedLine(
        page=page,
        row=number,
        box=_box(sheet, row),
        name=name,
        company=row.company,
        list_price=prices.list_price,
        public_price=prices.public_price,
        discount_percent=discount,
        deal_text=row.text(Role.DEAL),
        raw_text=" | ".join(row.text(role) for role in Role if role in row.cells),
        confidence=round(confidence, 3),
        flags=tuple(flags),
    )


def _box(sheet: Sheet, row: Row) -> Box:
    boxes = [reading.line.box for reading in row.readings()]
    return sheet.photo_box(
        (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
    )
