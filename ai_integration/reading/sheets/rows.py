"""From the rows of a sheet to lines, the same for CSV, XLS and XLSX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ai_integration.reading.assembly import assemble
from ai_integration.reading.columns import columns_of
from ai_integration.reading.errors import (
    DocumentEmpty,
    DocumentTooLarge,
    NameColumnMissing,
    NoTableFound,
    PriceColumnMissing,
)
from ai_integration.reading.lines import ExtractedDocument
from ai_integration.reading.pdf.bidi import reads_right_to_left
from ai_integration.reading.tables import Colour, Table, TableRow

Progress = Callable[[int, int, int], None]
SheetRow = tuple[Sequence[object], Colour | None]

MOST_ROWS = 100_000
MOST_COLUMNS = 64
#: Longest text of one cell that is read.
LONGEST_CELL = 500
_STRETCH = re.compile(r"(?<=\w)ـ+(?=[^\W\dـ])")


def sheet_table(number: int, rows: Iterable[SheetRow]) -> Table:
    """The table of one sheet. number: 1-based. Raises DocumentTooLarge above MOST_ROWS."""
    table_rows: list[TableRow] = []
    for row_number, (values, fill) in enumerate(rows):
        if row_number >= MOST_ROWS:
            raise DocumentTooLarge(f"The sheet has more than {MOST_ROWS} rows.")
        kept = tuple(values[:MOST_COLUMNS])
        cells = tuple(cell_text(value) for value in kept)
        if any(cells):
            table_rows.append(TableRow(cells=cells, values=kept, fill=fill))
    return Table(number, table_rows)


def cell_text(value: object) -> str:
    """A cell as it is shown: whole floats without `.0`, single-spaced."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    text = str(value)[:LONGEST_CELL].replace("\u00a0", " ")
    return " ".join(text.split())


def unstretched(name: str) -> str:
    """A name without the tatweel that stretches a word; at a word's end it shapes a letter."""
    return _STRETCH.sub("", name)


def document_of(
    tables: Sequence[Table], engine: str, on_progress: Progress | None
) -> ExtractedDocument:
    """The document of a workbook's sheets.

    Raises DocumentEmpty, NameColumnMissing, PriceColumnMissing or NoTableFound.
    """
    filled = [table for table in tables if table.rows]
    if not filled:
        raise DocumentEmpty("The sheet has no filled cells.")
    sample = (cell for table in filled for row in table.rows[:200] for cell in row.cells)
    right_to_left = reads_right_to_left(char for cell in sample for char in cell)
    assembly = assemble(filled, right_to_left=right_to_left)
    if not assembly.lines:
        raise _why_nothing(filled)
    if on_progress is not None:
        on_progress(len(tables), len(tables), len(assembly.lines))
    return ExtractedDocument(
        lines=tuple(replace(line, name=unstretched(line.name)) for line in assembly.lines),
        pages=len(tables),
        engine=engine,
        warnings=tuple(assembly.warnings),
        texts=tuple(assembly.texts),
        metadata={"direction": "rtl" if right_to_left else "ltr"},
    )


def _why_nothing(tables: Sequence[Table]) -> NoTableFound:
    columns = [columns_of(table.rows, table.width) for table in tables]
    if all(its.name is None for its in columns):
        return NameColumnMissing("The table has no column of product names.")
    if all(not its.prices for its in columns if its.name is not None):
        return PriceColumnMissing("The table has no column of prices.")
    return NoTableFound("No rows with a name and a price were found.")
