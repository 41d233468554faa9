"""From readings to product rows: what stands beside a price, under which company."""

from collections.abc import Iterable, Sequence

from ai_integration.reading.numbers import is_blank, parse_price

from .image import TEXT_HEIGHT, Sheet
from .readings import Reading
from .roles import Entry, Kind, Role, column_roles, header_role, split_tables
from .sections import Section, carry_companies, settle_loose
from .tables import PRICES, Row, Table, is_single

H = TEXT_HEIGHT
_SURE_NUMBER = 0.7


def find_tables(
    sheet: Sheet, columns: Sequence[tuple[int, int]], readings: Sequence[Reading]
) -> list[Table]:
    """The tables of a sheet, from left to right, with their rows and companies."""
    said = [reading for reading in readings if _says_something(reading)]
    headings = _headings(said)
    entries: list[list[Entry]] = [[] for _ in columns]
    for reading in said:
        unknown = headings.get(id(reading), ...) is None
        if reading.text and is_single(reading) and not unknown:
            entries[reading.line.column].append(_entry(reading, headings.get(id(reading))))
    tables = [
        Table(part, column_roles({i: entries[i] for i in part})) for part in split_tables(entries)
    ]
    body = [reading for reading in said if id(reading) not in headings]
    sections: list[Section] = []
    for table in tables:
        sections += _fill_table(sheet, columns, table, body)
    for table in tables:
        carry_companies(table, sections)
    return tables


def _says_something(reading: Reading) -> bool:
    """False for dots and dashes put in as decoration, and for the crumbs of broken rules."""
    tall = reading.line.box[3] - reading.line.box[1] > H * 0.35
    return tall and (not reading.text or not is_blank(reading.text))


def _headings(readings: Iterable[Reading]) -> dict[int, Role | None]:
    """Readings of the heading row, by id: at least two of different roles stand on one height.

    Other words on that height belong to it too, with a role nobody knows.
    """
    wordy = [reading for reading in readings if not reading.numeric and is_single(reading)]
    named = [(reading, role) for reading in wordy if (role := header_role(reading.text))]
    found: dict[int, Role | None] = {}
    for reading, role in named:
        level = [(near, other) for near, other in named if _same_height(near, reading)]
        if any(other is not role for _, other in level):
            found.update({id(near): None for near in wordy if _same_height(near, reading)})
    found.update({id(reading): role for reading, role in named if id(reading) in found})
    return found


def _same_height(one: Reading, other: Reading) -> bool:
    return abs(one.line.middle - other.line.middle) < H


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


def _fill_table(
    sheet: Sheet, columns: Sequence[tuple[int, int]], table: Table, readings: Sequence[Reading]
) -> list[Section]:
    """Give the table its rows; what is left and names no product is a section."""
    mine = [reading for reading in readings if table.holds(reading)]
    in_prices = [r for r in mine if table.roles.get(r.line.column) in PRICES]
    taken = [r for r in in_prices if r.numeric and _join_price(table, r, may_start=_sure(r))]
    taken += [
        r
        for r in in_prices
        if not r.numeric and _join_price(table, r, may_start=_stands_for_price(r))
    ]
    rest = [r for r in mine if r.text and not any(r is price for price in taken)]
    loose = [reading for reading in rest if not _join_cell(table, reading)]
    loose += _without_product(table)
    joined = {id(reading) for row in table.rows for reading in row.readings()}
    _mark_hidden(table, [r for r in mine if id(r) not in joined])
    sections = settle_loose(sheet, columns, table, loose)
    table.rows.sort(key=lambda row: row.middle)
    _share_merged_deals(table)
    return sections


def _sure(reading: Reading) -> bool:
    """A number in its own cell, or one across columns that can hardly be anything else."""
    return is_single(reading) or reading.confidence >= _SURE_NUMBER


def _stands_for_price(reading: Reading) -> bool:
    """Unreadable print where a price should be; never a heading across columns or a title."""
    return is_single(reading) and reading.line.framed and not reading.line.cut


def _join_price(table: Table, reading: Reading, *, may_start: bool) -> bool:
    """Put a price with the row it is level with, or start a row with it. False where neither."""
    role = table.roles[reading.line.column]
    row = next((row for row in table.rows if _level(row, reading) and role not in row.cells), None)
    if row is None and may_start:
        row = Row(reading.line.middle, reading.line.cell)
        table.rows.append(row)
    elif row is None or not (is_single(reading) or reading.numeric):
        return False
    row.cells.setdefault(role, []).append(reading)
    return True


def _mark_hidden(table: Table, unused: Sequence[Reading]) -> None:
    """Print that runs over a row's empty price cell may be its price."""
    for reading in unused:
        first, last = reading.line.span
        for row in table.rows:
            covered = [
                role
                for i, role in table.roles.items()
                if first <= i <= last and role in PRICES and role not in row.cells
            ]
            if covered and reading.line.box[1] < row.middle < reading.line.box[3]:
                row.hidden = True


def _level(row: Row, reading: Reading) -> bool:
    return abs(row.middle - reading.line.middle) < H * 0.6


def _join_cell(table: Table, reading: Reading) -> bool:
    """Put a name, deal or discount with the row whose cell it shares, or that is level with it."""
    role = table.roles.get(reading.line.column)
    if role is None or role in PRICES:
        role = None if is_single(reading) else Role.NAME
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
        centred = abs((top + bottom) / 2 - reading.line.middle) < H * 0.6
        if len(covered) < 2 or len(own) < len(covered) or not centred:
            continue
        if any(Role.DEAL in row.cells for row in covered if row is not owner):
            continue
        for row in covered:
            row.cells[Role.DEAL] = owner.cells[Role.DEAL]
            row.merged_deal = True


def _without_product(table: Table) -> list[Reading]:
    """Take out rows that have neither a name nor a number: their words are part of a heading."""
    empty = [
        row
        for row in table.rows
        if Role.NAME not in row.cells and not any(reading.numeric for reading in row.readings())
    ]
    table.rows = [row for row in table.rows if row not in empty]
    return [reading for row in empty for reading in row.readings() if reading.text]
