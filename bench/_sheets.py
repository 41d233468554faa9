"""Products with prices and deals from the real sheets, and the suppliers derived from them.

Home sources are real: what a sheet prints. Hardly a product stands in two of the sheets under a
name that says so, and a comparison wants four suppliers: the other three are DERIVED, from real
figures only, by this documented and seeded rule, drawn anew every four weeks:

- price: the printed one, up to 4 % up or down (evenly), rounded as such sheets round;
- deal: one of the deals of the same sheet, "none" included, in the proportions of the sheet;
- discount sheets (no free goods): the printed discount, up to 3 points up or down.

Prices of the Egyptian list are multiplied by 150, so that they weigh as much as the Syrian ones.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ai_integration.reading import read_document
from bench._real_files import FOLDER, OFFER
from purchases.deals import Deal, parse_deal, resolve_deal, vote_direction
from purchases.quotes import PackPrice

SUPPLIERS = 4
PRICE_SPREAD = 0.04
DISCOUNT_SPREAD = 3
EGYPTIAN_SCALE = 150
NO_DEAL = resolve_deal(parse_deal(""), "free_first")
_BROCHURE_LINE = re.compile(r"^##\s*(\d+\+\d+)?\s*(.+?)\s(\d{3,7})\s*$")


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a real sheet. sheet: which one; its number is also its supplier's."""

    sheet: int
    name: str
    price: PackPrice


def real_lines() -> list[list[Listed]]:
    """The usable lines of the four sheets."""
    return [_pdf(), _photo(), _brochure(), _xls()]


def _listed(sheet: int, rows: Sequence[tuple[str, Decimal | None, str]]) -> list[Listed]:
    """Rows (name, price, deal as printed) with the direction their document votes for."""
    parsed = [(name, price, parse_deal(deal)) for name, price, deal in rows]
    vote = vote_direction([deal for _, _, deal in parsed])
    found = []
    for name, price, printed in parsed:
        deal = resolve_deal(printed, vote.direction)
        if price is not None and price > 0 and not deal.needs_review:
            found.append(Listed(sheet, name, _price(price, Decimal(0), deal)))
    return found


def _price(price: Decimal, discount: Decimal, deal: Deal) -> PackPrice:
    return PackPrice(price=price, discount_percent=discount, deal=deal)


def _pdf() -> list[Listed]:
    document = read_document(OFFER.read_bytes(), "application/pdf")
    return _listed(0, [(line.name, line.list_price, line.deal_text) for line in document.lines])


def _photo() -> list[Listed]:
    with (FOLDER / "offers" / "photo_truth_right_table.csv").open(encoding="utf-8-sig") as lines:
        rows = [
            (row["name"], Decimal(row["price"]) if row["price"].strip() else None, row["bonus"])
            for row in csv.DictReader(lines)
        ]
    return _listed(1, rows)


def _brochure() -> list[Listed]:
    parts = [
        (FOLDER / "offers" / name).read_text(encoding="utf-8")
        for name in ("alfawaz_brochure_part1.txt", "alfawaz_brochure_part2.txt")
    ]
    found = [_BROCHURE_LINE.match(line) for part in parts for line in part.splitlines()]
    rows = [(each[2], Decimal(each[3]), each[1] or "") for each in found if each]
    return _listed(2, rows)


def _xls() -> list[Listed]:
    path = FOLDER / "offers" / "stroka_price_list.xls"
    return [
        Listed(
            3,
            line.name,
            _price(line.public_price * EGYPTIAN_SCALE, line.discount_percent, NO_DEAL),
        )
        for line in read_document(path.read_bytes(), "application/vnd.ms-excel").lines
        if line.public_price and line.discount_percent is not None and line.discount_percent < 100
    ]


def assortment(sheets: Sequence[Sequence[Listed]], *, products: int, seed: int) -> list[Listed]:
    """A pharmacy's products: from each sheet in proportion to its lines, at least 20."""
    chance = random.Random(seed)
    lines = sum(len(sheet) for sheet in sheets)
    chosen: list[Listed] = []
    for sheet in sheets[1:]:
        share = max(20, products * len(sheet) // lines)
        chosen += chance.sample(list(sheet), min(share, len(sheet)))
    chosen += chance.sample(list(sheets[0]), products - len(chosen))
    chance.shuffle(chosen)
    return chosen


def prices_of_month(
    listed: Sequence[Listed], sheets: Sequence[Sequence[Listed]], *, month: int, seed: int
) -> list[list[PackPrice]]:
    """By product, then by supplier: the real price at home, derived ones elsewhere."""
    chance = random.Random(f"{seed}/{month}")
    return [
        [
            line.price if supplier == line.sheet else _derived(line, sheets[line.sheet], chance)
            for supplier in range(SUPPLIERS)
        ]
        for line in listed
    ]


def _derived(line: Listed, sheet: Sequence[Listed], chance: random.Random) -> PackPrice:
    real = line.price
    if real.discount_percent:
        points = Decimal(str(round(chance.uniform(-DISCOUNT_SPREAD, DISCOUNT_SPREAD) * 2) / 2))
        return _price(real.price, max(Decimal(0), real.discount_percent + points), real.deal)
    factor = Decimal(str(1 + chance.uniform(-PRICE_SPREAD, PRICE_SPREAD)))
    step = next(step for step in _steps() if real.price >= step * 50 or step == Decimal("0.5"))
    price = max(step, (real.price * factor / step).to_integral_value() * step)
    return _price(price, Decimal(0), chance.choice(sheet).price.deal)


def _steps() -> Iterator[Decimal]:
    """Prices are rounded to the largest of these that is a fiftieth of them or less."""
    yield from (Decimal(step) for step in ("1000", "500", "100", "50", "10", "5", "1", "0.5"))
