"""Which column of a table holds what: from headings where printed, from the content otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median

from .headings import PRICE_ROLES, Role, heading_roles
from .numbers import is_blank, parse_price, western_digits
from .tables import Table, TableRow

#: Rows looked at to learn what a column holds: enough for statistics, bounded for speed.
ROWS_SAMPLED = 400
NUMERIC_SHARE = 0.6
TEXT_SHARE = 0.5
#: Codes differ on every row and end in any digit; prices repeat and like to end in 0 or 5.
CODE_DISTINCT_SHARE = 0.97
CODE_ROUND_SHARE = 0.4
CODE_ROWS = 12
CODE_DIGITS = 4
SEQUENCE_SHARE = 0.8
COMPANY_DISTINCT_SHARE = 0.5
#: A column of more letters a cell is one of names, even where deals are printed in them.
MOST_LETTERS_OF_A_DEAL = 10

_DEAL = re.compile(r"\d\s*\+\s*\d|دفتر|بونص|bonus|free", re.IGNORECASE)
_PERCENT = re.compile(r"^\s*[%٪]?\s*[\d.,٫]+\s*[%٪]?\s*$")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")


class Kind(StrEnum):
    """What the cells of a column look like."""

    EMPTY = "empty"
    TEXT = "text"
    DEAL = "deal"
    PRICE = "price"
    PERCENT = "percent"
    COUNTER = "counter"  # row numbers and codes


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """Statistics of one column over its filled cells."""

    kind: Kind
    filled: int
    letters: float
    distinct: float
    middle: Decimal
    deals: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by role; None or () where the table has none."""

    name: int | None
    list_price: int | None
    public_price: int | None
    company: int | None = None
    discount: int | None = None
    deals: tuple[int, ...] = ()
    details: tuple[int, ...] = ()

    @property
    def prices(self) -> tuple[int, ...]:
        """The price columns there are."""
        return tuple(c for c in (self.list_price, self.public_price) if c is not None)


def look_at_columns(rows: Sequence[TableRow], width: int) -> list[ColumnLook]:
    """How each column looks, over the first rows that are no headings."""
    sample = [row for row in rows[:ROWS_SAMPLED] if not row.spanning]
    return [_look([row.cell(column) for row in sample]) for column in range(width)]


def _look(cells: Iterable[str]) -> ColumnLook:
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled:
        return ColumnLook(Kind.EMPTY, 0, 0.0, 0.0, Decimal(0), 0)
    count = len(filled)
    amounts = [amount for amount in map(parse_price, filled) if amount is not None]
    texts = sum(1 for cell in filled if _TWO_LETTERS.search(cell))
    deals = sum(1 for cell in filled if _DEAL.search(western_digits(cell)))
    return ColumnLook(
        kind=_kind(filled, amounts, texts, deals),
        filled=count,
        letters=sum(sum(char.isalpha() for char in cell) for cell in filled) / count,
        distinct=len(set(filled)) / count,
        middle=median(amounts) if amounts else Decimal(0),
        deals=deals,
    )


def _kind(filled: list[str], amounts: list[Decimal], texts: int, deals: int) -> Kind:
    count = len(filled)
    percents = sum(1 for c in filled if ("%" in c or "٪" in c) and _PERCENT.match(c))
    if percents >= NUMERIC_SHARE * count:
        return Kind.PERCENT
    if len(amounts) >= NUMERIC_SHARE * count:
        return Kind.COUNTER if _counts(filled, amounts) else Kind.PRICE
    letters = sum(char.isalpha() for cell in filled for char in cell)
    if deals >= TEXT_SHARE * count and letters <= MOST_LETTERS_OF_A_DEAL * count:
        return Kind.DEAL
    return Kind.TEXT if texts >= TEXT_SHARE * count or not amounts else Kind.PRICE


def _counts(filled: list[str], amounts: list[Decimal]) -> bool:
    """Whether numbers are row numbers or codes rather than prices."""
    if any(amount != amount.to_integral_value() for amount in amounts):
        return False
    steps = [b - a for a, b in pairwise(amounts)]
    ones = sum(1 for step in steps if step == 1)
    if len(steps) >= 3 and ones >= SEQUENCE_SHARE * len(steps):
        return True
    if len(filled) < CODE_ROWS or any("," in western_digits(cell) for cell in filled):
        return False
    lengths = {len(western_digits(cell).strip()) for cell in filled}
    if min(lengths) < CODE_DIGITS or len(lengths) > 2:
        return False  # codes are long and alike; prices are of all sizes
    distinct = len(set(filled)) / len(filled)
    roundish = sum(1 for amount in amounts if amount % 5 == 0) / len(amounts)
    return distinct >= CODE_DISTINCT_SHARE and roundish < CODE_ROUND_SHARE


def columns_of(table_rows: Sequence[TableRow], width: int) -> Columns:
    """The columns of a table: by its heading row, what that leaves open by content."""
    found = (heading_roles(row.cells) for row in table_rows[:ROWS_SAMPLED])
    heading = next((roles for roles in found if roles is not None), None)
    body = [row for row in table_rows if heading is None or heading_roles(row.cells) is None]
    looks = look_at_columns(body, width)
    roles = [*(heading or []), *[None] * width][:width]
    return _by_content(roles, looks)


def _by_content(roles: list[Role | None], looks: list[ColumnLook]) -> Columns:
    name = _first(roles, Role.NAME)
    if name is None:
        name = _name_by_content(roles, looks)
    list_price, public_price = _prices(roles, looks)
    taken = {name, list_price, public_price}
    deals = [c for c, role in enumerate(roles) if role is Role.DEAL and c not in taken]
    if not deals:
        deals = _deals_by_content(roles, looks, taken)
    company = _first(roles, Role.COMPANY)
    if company is None:
        company = _company_by_content(roles, looks, {*taken, *deals}, name)
    discount = _first(roles, Role.DISCOUNT)
    if discount is None:
        discount = _open_column(roles, looks, Kind.PERCENT)
    return Columns(
        name=name,
        list_price=list_price,
        public_price=public_price,
        company=company,
        discount=discount,
        deals=tuple(deals),
        details=tuple(c for c, role in enumerate(roles) if role is Role.DETAIL),
    )


def _first(roles: Sequence[Role | None], wanted: Role) -> int | None:
    return next((column for column, role in enumerate(roles) if role is wanted), None)


def _open_column(
    roles: Sequence[Role | None], looks: Sequence[ColumnLook], kind: Kind
) -> int | None:
    open_columns = (c for c, role in enumerate(roles) if role is None and looks[c].kind is kind)
    return next(open_columns, None)


def _name_by_content(roles: Sequence[Role | None], looks: Sequence[ColumnLook]) -> int | None:
    """The text column with the most letters in all, and the most different ones."""
    texts = [c for c, role in enumerate(roles) if role is None and looks[c].kind is Kind.TEXT]
    return max(
        texts, key=lambda c: looks[c].letters * looks[c].filled * looks[c].distinct, default=None
    )


def _prices(
    roles: Sequence[Role | None], looks: Sequence[ColumnLook]
) -> tuple[int | None, int | None]:
    """The list price and the public price column; of two unnamed ones the larger is public."""
    lists = [c for c, role in enumerate(roles) if role is Role.LIST_PRICE]
    publics = [c for c, role in enumerate(roles) if role is Role.PUBLIC_PRICE]
    if len(lists) >= 2 and not publics:
        return _smaller_and_larger(lists[:2], looks)
    if lists or publics:
        return (lists[0] if lists else None), (publics[0] if publics else None)
    unnamed = _unnamed(Kind.PRICE, roles, looks) or _unnamed(Kind.COUNTER, roles, looks)
    unnamed.sort(key=lambda c: -looks[c].filled)
    if len(unnamed) >= 2 and looks[unnamed[1]].filled * 2 >= looks[unnamed[0]].filled:
        return _smaller_and_larger(unnamed[:2], looks)
    return (unnamed[0] if unnamed else None), None


def _unnamed(kind: Kind, roles: Sequence[Role | None], looks: Sequence[ColumnLook]) -> list[int]:
    return [c for c, role in enumerate(roles) if role is None and looks[c].kind is kind]


def _smaller_and_larger(pair: Sequence[int], looks: Sequence[ColumnLook]) -> tuple[int, int]:
    small, large = sorted(pair, key=lambda c: looks[c].middle)
    return small, large


def _deals_by_content(
    roles: Sequence[Role | None], looks: Sequence[ColumnLook], taken: set[int | None]
) -> list[int]:
    texts = (Kind.TEXT, Kind.DEAL)
    rest = [
        c
        for c, role in enumerate(roles)
        if role is None and c not in taken and looks[c].kind in texts
    ]
    with_deals = [c for c in rest if looks[c].deals]
    if with_deals:
        return [max(with_deals, key=lambda c: looks[c].deals)]
    fullest = max((look.filled for look in looks), default=0)
    return [c for c in rest if looks[c].filled * 2 <= fullest][:1]


def _company_by_content(
    roles: Sequence[Role | None],
    looks: Sequence[ColumnLook],
    taken: set[int | None],
    name: int | None,
) -> int | None:
    rest = (
        c
        for c, role in enumerate(roles)
        if role is None
        and c not in taken
        and looks[c].kind is Kind.TEXT
        and looks[c].distinct <= COMPANY_DISTINCT_SHARE
    )
    return next((c for c in rest if name is None or looks[c].letters < looks[name].letters), None)


def split_side_by_side(table: Table) -> list[Table]:
    """The tables that stand side by side in one grid, left to right; usually just the one.

    Two halves are two tables where each has a name and a price and both look alike.
    """
    width = table.width
    if width < 4:
        return [table]
    heading = next((r for row in table.rows if (r := heading_roles(row.cells))), None)
    if heading is not None and heading.count(Role.NAME) == 2:
        cut = _cut_of_heading(heading)
        return [table.between(0, cut), table.between(cut, width)]
    kinds = [look.kind for look in look_at_columns(table.rows, width)]
    for left_end, right_start in _middles(width):
        if _alike(kinds[:left_end], kinds[right_start:]):
            return [table.between(0, left_end), table.between(right_start, width)]
    return [table]


def _cut_of_heading(heading: Sequence[Role | None]) -> int:
    """Where the second table starts: at the first role that comes again."""
    seen: set[Role] = set()
    for column, role in enumerate(heading):
        if role is None:
            continue
        if role in seen and (role not in PRICE_ROLES or Role.NAME in seen):
            return column
        seen.add(role)
    return len(heading) // 2


def _middles(width: int) -> list[tuple[int, int]]:
    if width % 2 == 0:
        return [(width // 2, width // 2)]
    return [(width // 2, width // 2 + 1)]


def _alike(left: Sequence[Kind], right: Sequence[Kind]) -> bool:
    def is_table(kinds: Sequence[Kind]) -> bool:
        return Kind.TEXT in kinds and Kind.PRICE in kinds

    def same(a: Kind, b: Kind) -> bool:
        loose = {Kind.EMPTY, Kind.DEAL, Kind.TEXT}
        return a is b or (Kind.EMPTY in (a, b)) or {a, b} <= loose

    pairs = zip(left, right, strict=True)
    return is_table(left) and is_table(right) and all(same(a, b) for a, b in pairs)
