"""From readings to product rows: what stands beside a price, under which company."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..numbers import is_blank, parse_price
from .image import TEXT_HEIGHT, Sheet
from .readings import Reading
from .roles import Entry, Kind, Role, column_roles, header_role, split_tables

H = TEXT_HEIGHT
PRICES = (Role.LIST_PRICE, Role.PUBLIC_PRICE)
_SURE_NUMBER = 0.7
_SURE_SECTION = 0.5
_OTHER_FILL = 30


@dataclass(eq=False)
class Row:
    """One product row: the readings of each of its cells, top to bottom.

    hidden: something lies over its price cell: a pen stroke, other print.
    """

    middle: float
    cell: tuple[int, int]
    cells: dict[Role, list[Reading]] = field(default_factory=dict)
    company: str = ""
    merged_deal: bool = False
    hidden: bool = False

    def text(self, role: Role) -> str:
        """The cell as printed."""
        return " ".join(reading.text for reading in self.cells.get(role, []))

    def readings(self) -> list[Reading]:
        """All readings of the row."""
        return [reading for cell in self.cells.values() for reading in cell]


@dataclass(eq=False)
class Table:
    """One of the tables of the sheet: its columns with their roles, its rows from the top."""

    columns: list[int]
    roles: dict[int, Role]
    rows: list[Row] = field(default_factory=list)

    def holds(self, reading: Reading) -> bool:
        """True where the reading's cell reaches into this table."""
        first, last = reading.line.span
        return first <= self.columns[-1] and last >= self.columns[0]

    def column(self, role: Role) -> int | None:
        """The column with this role."""
        return next((i for i, known in self.roles.items() if known is role), None)


@dataclass(frozen=True)
class _Section:
    reading: Reading
    company: str


def find_tables(
    sheet: Sheet, columns: Sequence[tuple[int, int]], readings: Sequence[Reading]
) -> list[Table]:
    """The tables of a sheet, from left to right, with their rows and companies."""
    said = [reading for reading in readings if _says_something(reading)]
    headings = _headings(said)
    entries: list[list[Entry]] = [[] for _ in columns]
    for reading in said:
        if reading.text and _single(reading):
            entries[reading.line.column].append(_entry(reading, headings.get(id(reading))))
    tables = [
        Table(part, column_roles({i: entries[i] for i in part})) for part in split_tables(entries)
    ]
    body = [reading for reading in said if id(reading) not in headings]
    sections: list[_Section] = []
    for table in tables:
        sections += _fill_table(sheet, columns, table, body)
    for table in tables:
        _carry_companies(table, sections)
    return tables


def _says_something(reading: Reading) -> bool:
    """False for dots and dashes put in as decoration, and for the crumbs of broken rules."""
    tall = reading.line.box[3] - reading.line.box[1] > H * 0.5
    return tall and (not reading.text or not is_blank(reading.text))


def _headings(readings: Iterable[Reading]) -> dict[int, Role]:
    """Readings that are column headings: at least two of different roles on one height."""
    named = [(r, role) for r in readings if not r.numeric and (role := header_role(r.text))]
    found = {}
    for reading, role in named:
        beside = {
            other
            for near, other in named
            if abs(near.line.middle - reading.line.middle) < H
            and near.line.column != reading.line.column
        }
        if beside - {role}:
            found[id(reading)] = role
    return found


def _entry(reading: Reading, header: Role | None) -> Entry:
    line = reading.line
    width = float(line.box[2] - line.box[0])
    value = parse_price(reading.text) if reading.numeric else None
    return Entry(line.middle, kind_of(reading), width, value, header)


def kind_of(reading: Reading) -> Kind:
    """What a cell holds, by its reading."""
    if "%" in reading.text:
        return Kind.PERCENT
    if not reading.numeric:
        return Kind.WORDS
    return Kind.DEAL if "+" in reading.text or "/" in reading.text else Kind.NUMBER


# --- rows ------------------------------------------------------------------------------------


def _fill_table(
    sheet: Sheet, columns: Sequence[tuple[int, int]], table: Table, readings: Sequence[Reading]
) -> list[_Section]:
    """Give the table its rows; what is left and names no product is a section."""
    mine = [reading for reading in readings if table.holds(reading)]
    in_prices = [r for r in mine if table.roles.get(r.line.column) in PRICES]
    taken = [r for r in in_prices if r.numeric and _join_price(table, r, may_start=_sure(r))]
    taken += [
        r for r in in_prices if not r.numeric and _join_price(table, r, may_start=_stands_for_price(r))
    ]
    rest = [r for r in mine if r.text and not any(r is price for price in taken)]
    loose = [reading for reading in rest if not _join_cell(table, reading)]
    loose += _without_product(table)
    _mark_hidden(table, [r for r in mine if not _single(r)])
    sections = _settle_loose(sheet, columns, table, loose)
    table.rows.sort(key=lambda row: row.middle)
    _share_merged_deals(table)
    return sections


def _sure(reading: Reading) -> bool:
    """A number in its own cell, or one across columns that can hardly be anything else."""
    return _single(reading) or reading.confidence >= _SURE_NUMBER


def _stands_for_price(reading: Reading) -> bool:
    """Unreadable print where a price should be; never a heading across columns or a title."""
    return _single(reading) and reading.line.framed and not reading.line.cut


def _single(reading: Reading) -> bool:
    return reading.line.span[0] == reading.line.span[1]


def _join_price(table: Table, reading: Reading, *, may_start: bool) -> bool:
    """Put a price with the row it is level with, or start a row with it. False where neither."""
    role = table.roles[reading.line.column]
    row = next((row for row in table.rows if _level(row, reading) and role not in row.cells), None)
    if row is None and may_start:
        row = Row(reading.line.middle, reading.line.cell)
        table.rows.append(row)
    elif row is None or not (_single(reading) or reading.numeric):
        return False
    row.cells.setdefault(role, []).append(reading)
    return True


def _mark_hidden(table: Table, across: Sequence[Reading]) -> None:
    """Print that runs over a row's empty price cell may be its price."""
    for reading in across:
        first, last = reading.line.span
        for row in table.rows:
            covered = [
                role for i, role in table.roles.items()
                if first <= i <= last and role in PRICES and role not in row.cells
            ]
            own = any(reading is known for known in row.readings())
            if covered and not own and reading.line.box[1] < row.middle < reading.line.box[3]:
                row.hidden = True


def _level(row: Row, reading: Reading) -> bool:
    return abs(row.middle - reading.line.middle) < H * 0.6


def _join_cell(table: Table, reading: Reading) -> bool:
    """Put a name, deal or discount with the row whose cell it shares, or that is level with it."""
    role = table.roles.get(reading.line.column)
    if role is None or role in PRICES:
        role = None if _single(reading) else Role.NAME
    if role is None or role is Role.SERIAL:
        return role is Role.SERIAL
    top, bottom = reading.line.cell
    inside = [row for row in table.rows if top <= row.middle <= bottom]
    near = min(inside, key=lambda row: abs(row.middle - reading.line.middle), default=None)
    if near is None:
        return False
    distance = abs(near.middle - reading.line.middle)
    if distance > H * 1.1 and not (len(inside) == 1 and _share_cell(near, reading)):
        return False
    near.cells.setdefault(role, []).append(reading)
    near.cells[role].sort(key=lambda r: r.line.middle)
    return True


def _share_cell(row: Row, reading: Reading) -> bool:
    top, bottom = row.cell
    return top - H * 0.4 <= reading.line.box[1] and reading.line.box[3] <= bottom + H * 0.4


def _share_merged_deals(table: Table) -> None:
    """A deal cell that reaches over several rows holds for each of them."""
    deals = [(row, r) for row in table.rows for r in row.cells.get(Role.DEAL, [])]
    for owner, reading in deals:
        top, bottom = reading.line.cell
        covered = [row for row in table.rows if top < row.middle < bottom]
        own = [row for row in covered if row.cell[1] - row.cell[0] < (bottom - top) * 0.75]
        if len(covered) < 2 or len(own) < len(covered):
            continue
        if any(Role.DEAL in row.cells for row in covered if row is not owner):
            continue
        for row in covered:
            row.cells[Role.DEAL] = owner.cells[Role.DEAL]
            row.merged_deal = True


def _without_product(table: Table) -> list[Reading]:
    """Take out rows that have neither a name nor a number: their words are part of a heading."""
    empty = [
        row for row in table.rows
        if Role.NAME not in row.cells and not any(reading.numeric for reading in row.readings())
    ]
    table.rows = [row for row in table.rows if row not in empty]
    return [reading for row in empty for reading in row.readings() if reading.text]


# --- sections --------------------------------------------------------------------------------


def _settle_loose(
    sheet: Sheet, columns: Sequence[tuple[int, int]], table: Table, loose: Sequence[Reading]
) -> list[_Section]:
    """Readings beside no price: sections, or products whose price is hidden or missing."""
    usual = _usual_fill(sheet, table)
    marked = [r for r in loose if _is_marked(sheet, table, r, usual)]
    sections = []
    for reading in loose:
        if not reading.line.framed:
            continue
        hidden = _price_hidden(sheet, columns, table, reading)
        if any(reading is known for known in marked) or not (hidden or marked):
            sections.append(_Section(reading, _company(reading)))
        elif table.roles.get(reading.line.column) is Role.NAME:
            row = Row(reading.line.middle, reading.line.cell, {Role.NAME: [reading]}, hidden=hidden)
            table.rows.append(row)
    return sections


def _company(reading: Reading) -> str:
    """The heading's text; none rather than a wrong one where it is cut off or unreadable."""
    unclear = reading.line.cut or reading.confidence < _SURE_SECTION or reading.numeric
    return "" if unclear else reading.text


def _is_marked(
    sheet: Sheet, table: Table, reading: Reading, usual: np.ndarray | None
) -> bool:
    """Set off from product rows: across columns, outside the names' column, or filled."""
    if not _single(reading):
        return True
    if table.roles.get(reading.line.column) is not Role.NAME:
        return True
    return usual is not None and bool(np.abs(_fill(sheet, reading) - usual).max() > _OTHER_FILL)


def _usual_fill(sheet: Sheet, table: Table) -> np.ndarray | None:
    fills = [_fill(sheet, r) for row in table.rows for r in row.cells.get(Role.NAME, [])]
    return np.median(np.array(fills), axis=0) if fills else None


def _fill(sheet: Sheet, reading: Reading) -> np.ndarray:
    x0, top, x1, bottom = reading.line.box
    around = sheet.colour[max(0, top - 4) : bottom + 4, x0:x1]
    light = around.reshape(-1, 3)[(sheet.grey[max(0, top - 4) : bottom + 4, x0:x1] > 240).ravel()]
    return np.median(light if len(light) else around.reshape(-1, 3), axis=0)


def _price_hidden(
    sheet: Sheet, columns: Sequence[tuple[int, int]], table: Table, reading: Reading
) -> bool:
    column = table.column(Role.LIST_PRICE)
    if column is None or not _single(reading):
        return False
    left, right = columns[column]
    beside = sheet.pen[reading.line.box[1] : reading.line.box[3], left:right]
    return bool(beside.any(axis=0).mean() > 0.3)


def _carry_companies(table: Table, sections: Sequence[_Section]) -> None:
    above = sorted(
        (s for s in sections if table.holds(s.reading)), key=lambda s: s.reading.line.middle
    )
    for row in table.rows:
        own = row.text(Role.COMPANY)
        passed = [s.company for s in above if s.reading.line.middle < row.middle]
        row.company = own or (passed[-1] if passed else "")
