"""Tables with drawn rules: glyphs into cells, cells into rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ai_integration.reading.numbers import parse_price
from ai_integration.reading.tables import Colour, Table, TableRow

from .bidi import logical_text
from .glyphs import Glyph, spaced_clusters, text_lines
from .rules import Fill, Grid, Rules, grids_of
from .unruled import rows_between_borders

#: The middle of a letter stands about this share of its size above the baseline.
MIDDLE_SHARE = 0.3
#: A fill counts for a cell where it covers at least this share of the cell's width.
FILL_SHARE = 0.5
UNREADABLE_GLYPH = "(cid:"


def ruled_tables(
    page: int, glyphs: Sequence[Glyph], rules: Rules, *, right_to_left: bool
) -> tuple[list[Table], int]:
    """The ruled tables of a page in reading order, and how many glyphs stand inside them."""
    tables: list[Table] = []
    inside = 0
    for grid in grids_of(rules):
        in_cells = _glyphs_by_cell(grid, glyphs)
        inside += sum(len(cell) for cell in in_cells.values())
        rows = _rows(grid, in_cells, rules.fills, right_to_left)
        if rows:
            tables.append(Table(page, rows, tuple(grid.xs)))
    if not right_to_left:
        tables.sort(key=lambda table: (round((table.rows[0].box or (0, 0))[1] / 20), table.borders))
    return tables, inside


def _glyphs_by_cell(grid: Grid, glyphs: Sequence[Glyph]) -> dict[tuple[int, int], list[Glyph]]:
    """Glyphs by (row, column) of the lattice, by the middle of each."""
    by_cell: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        row = grid.row_at(glyph.baseline - MIDDLE_SHARE * glyph.size)
        column = grid.column_at(glyph.centre)
        if row is not None and column is not None:
            by_cell[(row, column)].append(glyph)
    return by_cell


def _rows(
    grid: Grid,
    in_cells: dict[tuple[int, int], list[Glyph]],
    fills: Sequence[Fill],
    right_to_left: bool,
) -> list[TableRow]:
    cell_of = grid.cells()
    by_id: dict[int, list[Glyph]] = defaultdict(list)
    for place, glyphs in in_cells.items():
        by_id[cell_of[place]].extend(glyphs)
    lines = {cell: text_lines(glyphs) for cell, glyphs in by_id.items()}
    texts = {cell: _text(its, right_to_left) for cell, its in lines.items()}
    columns = range(len(grid.xs) - 1)
    rows: list[TableRow] = []
    for row in range(len(grid.ys) - 1):
        ids = tuple(cell_of[(row, column)] for column in columns)
        if any(_is_stack_of_prices(lines.get(cell, []), right_to_left) for cell in ids):
            band = [glyph for cell in dict.fromkeys(ids) for glyph in by_id.get(cell, [])]
            rows.extend(rows_between_borders(band, grid.xs, right_to_left=right_to_left))
            continue
        cells = tuple(texts.get(cell, "") for cell in ids)
        if any(cells):
            rows.append(_row(grid, row, ids, cells, fills))
    return rows


def _row(
    grid: Grid, row: int, ids: tuple[int, ...], cells: tuple[str, ...], fills: Sequence[Fill]
) -> TableRow:
    box = (grid.xs[0], grid.ys[row], grid.xs[-1], grid.ys[row + 1])
    wide = len(set(ids)) == 1 and len(ids) > 1
    # A cell over several columns is read once, in its first column.
    shown = tuple(
        text if column == 0 or ids[column] != ids[column - 1] else ""
        for column, text in enumerate(cells)
    )
    return TableRow(
        cells=shown,
        box=box,
        ids=ids,
        fill=_fill(grid, row, cells, fills),
        spanning=wide,
        doubtful=any(UNREADABLE_GLYPH in text or "\ufffd" in text for text in cells),
    )


def _text(lines: Sequence[Sequence[Glyph]], right_to_left: bool) -> str:
    return " ".join(
        logical_text(spaced_clusters(line), right_to_left=right_to_left) for line in lines
    ).strip()


def _is_stack_of_prices(lines: Sequence[Sequence[Glyph]], right_to_left: bool) -> bool:
    """Several prices in one cell: the rules between the rows were not drawn."""
    if len(lines) < 2:
        return False
    texts = [logical_text(spaced_clusters(line), right_to_left=right_to_left) for line in lines]
    return sum(1 for text in texts if parse_price(text) is not None) >= 2


def _fill(grid: Grid, row: int, cells: Sequence[str], fills: Sequence[Fill]) -> Colour | None:
    """The colour behind the first cell with text that has one."""
    middle = (grid.ys[row] + grid.ys[row + 1]) / 2
    across = [fill for fill in fills if fill.top <= middle <= fill.bottom]
    for column, text in enumerate(cells):
        left, right = grid.xs[column], grid.xs[column + 1]
        for fill in across if text else ():
            covered = min(right, fill.x1) - max(left, fill.x0)
            if covered >= FILL_SHARE * (right - left):
                return fill.colour
    return None
