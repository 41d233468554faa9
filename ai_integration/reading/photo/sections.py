"""Section rows: headings that name the company of the rows below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .image import Sheet
from .readings import Reading
from .roles import Role
from .tables import Row, Table, is_single

_SURE_SECTION = 0.5
_OTHER_FILL = 30


@dataclass(frozen=True)
class Section:
    """A heading and the company it names; '' where that cannot be read."""

    reading: Reading
    company: str


def settle_loose(
    sheet: Sheet, columns: Sequence[tuple[int, int]], table: Table, loose: Sequence[Reading]
) -> list[Section]:
    """Readings beside no price: sections, or products whose price is hidden or missing."""
    usual = _usual_fill(sheet, table)
    marked = [r for r in loose if _is_marked(sheet, table, r, usual)]
    sections = []
    for reading in loose:
        if not reading.line.framed:
            continue
        hidden = _price_hidden(sheet, columns, table, reading)
        if any(reading is known for known in marked) or not (hidden or marked):
            sections.append(Section(reading, _company(reading)))
        elif table.roles.get(reading.line.column) is Role.NAME:
            row = Row(reading.line.middle, reading.line.cell, {Role.NAME: [reading]}, hidden=hidden)
            table.rows.append(row)
    return sections


def _company(reading: Reading) -> str:
    """The heading's text; none rather than a wrong one where it is cut off or unreadable."""
    unclear = reading.line.cut or reading.confidence < _SURE_SECTION or reading.numeric
    return "" if unclear else reading.text


def _is_marked(sheet: Sheet, table: Table, reading: Reading, usual: NDArray[Any] | None) -> bool:
    """Set off from product rows: across columns, outside the names' column, or filled."""
    if not is_single(reading):
        return True
    if table.roles.get(reading.line.column) is not Role.NAME:
        return True
    return usual is not None and bool(np.abs(_fill(sheet, reading) - usual).max() > _OTHER_FILL)


def _usual_fill(sheet: Sheet, table: Table) -> NDArray[Any] | None:
    fills = [_fill(sheet, r) for row in table.rows for r in row.cells.get(Role.NAME, [])]
    return np.asarray(np.median(fills, axis=0)) if fills else None


def _fill(sheet: Sheet, reading: Reading) -> NDArray[Any]:
    x0, top, x1, bottom = reading.line.box
    around = sheet.colour[max(0, top - 4) : bottom + 4, x0:x1]
    light = around.reshape(-1, 3)[(sheet.grey[max(0, top - 4) : bottom + 4, x0:x1] > 240).ravel()]
    return np.asarray(np.median(light if len(light) else around.reshape(-1, 3), axis=0))


def _price_hidden(
    sheet: Sheet, columns: Sequence[tuple[int, int]], table: Table, reading: Reading
) -> bool:
    column = table.column(Role.LIST_PRICE)
    if column is None or not is_single(reading):
        return False
    left, right = columns[column]
    beside = sheet.pen[reading.line.box[1] : reading.line.box[3], left:right]
    return bool(beside.any(axis=0).mean() > 0.3)


def carry_companies(table: Table, sections: Sequence[Section]) -> None:
    """Give every row the company of the last section above it in its table."""
    above = sorted(
        (s for s in sections if table.holds(s.reading)), key=lambda s: s.reading.line.middle
    )
    for row in table.rows:
        own = row.text(Role.COMPANY)
        passed = [s.company for s in above if s.reading.line.middle < row.middle]
        row.company = own or (passed[-1] if passed else "")
