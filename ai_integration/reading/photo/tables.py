"""Rows and tables as they are put together from readings."""

from dataclasses import dataclass, field

from .readings import Reading
from .roles import Role

PRICES = (Role.LIST_PRICE, Role.PUBLIC_PRICE)


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


def is_single(reading: Reading) -> bool:
    """True for a reading in a cell of one column."""
    return reading.line.span[0] == reading.line.span[1]
