"""Tables as every reader finds them, before anyone knows what their columns mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .lines import Box

Colour = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of printed cells, from the page's left to its right.

    fill: the row's colour, None where plain. spanning: the row is one cell across the table.
    ids: which drawn cell each column belongs to; the same id in two rows is one cell over both.
    merged: columns whose cell covers several rows, known once the bands are joined.
    values: the cells as typed by a spreadsheet (numbers still numbers); `cells` are the same as
    text. doubtful: some glyph or word could not be read surely.
    """

    cells: tuple[str, ...]
    box: Box | None = None
    ids: tuple[int, ...] = ()
    merged: frozenset[int] = frozenset()
    fill: Colour | None = None
    spanning: bool = False
    values: tuple[object, ...] = ()
    doubtful: bool = False

    def value(self, column: int) -> object:
        """The typed value of a cell where there is one, its text otherwise."""
        if column < len(self.values):
            return self.values[column]
        return self.cells[column] if column < len(self.cells) else ""

    def cell(self, column: int | None) -> str:
        """A cell's text; '' for a column that does not exist."""
        return self.cells[column] if column is not None and column < len(self.cells) else ""

    @property
    def lone_text(self) -> str:
        """The text of a row that has only one filled cell; '' for every other row."""
        filled = [cell for cell in self.cells if cell.strip(" .-")]
        return filled[0] if len(filled) == 1 else ""

    def between(self, first: int, last: int) -> TableRow:
        """The row with only the columns first..last-1."""
        return replace(
            self,
            cells=self.cells[first:last],
            values=self.values[first:last],
            ids=self.ids[first:last],
            merged=frozenset(c - first for c in self.merged if first <= c < last),
        )


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with common columns on one page.

    borders: x of each column border, if drawn. bare_names_are_sections: the source says that a
    row with a name and nothing else names a company.
    """

    page: int
    rows: list[TableRow]
    borders: Sequence[float] = field(default_factory=tuple)
    bare_names_are_sections: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row.cells) for row in self.rows), default=0)

    def between(self, first: int, last: int) -> Table:
        """The table with only the columns first..last-1."""
        borders = tuple(self.borders[first : last + 1]) if self.borders else ()
        rows = [row.between(first, last) for row in self.rows]
        return replace(self, rows=rows, borders=borders)


def joined_bands(rows: Sequence[TableRow], anchors: Sequence[int]) -> list[TableRow]:
    """Bands between neighbouring rules made rows: bands that share all anchor cells are one row.

    anchors: the columns that make a row a row (name, prices). A cell of another column that then
    covers several rows is marked in `merged`; its text belongs to each of them.
    """
    joined: list[TableRow] = []
    for row in rows:
        if joined and row.ids and _share_anchors(joined[-1], row, anchors):
            joined[-1] = _join(joined[-1], row)
        else:
            joined.append(row)
    rows_of_cell = Counter(id_ for row in joined for id_ in set(row.ids))
    return [
        replace(
            row, merged=frozenset(c for c, cell in enumerate(row.ids) if rows_of_cell[cell] > 1)
        )
        if row.ids
        else row
        for row in joined
    ]


def _share_anchors(above: TableRow, row: TableRow, anchors: Sequence[int]) -> bool:
    if len(above.ids) != len(row.ids) or not anchors:
        return False
    return all(above.ids[column] == row.ids[column] for column in anchors)


def _join(above: TableRow, row: TableRow) -> TableRow:
    cells = tuple(
        text if above.ids[column] == row.ids[column] else " ".join(f"{text} {more}".split())
        for column, (text, more) in enumerate(zip(above.cells, row.cells, strict=True))
    )
    box = above.box
    if box is not None and row.box is not None:
        box = (box[0], box[1], box[2], row.box[3])
    return replace(above, cells=cells, box=box, fill=above.fill or row.fill)
