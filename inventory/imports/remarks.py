"""What is wrong, or worth a look, in the rows of a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.errors import FieldProblem

MAX_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Remark:
    """One cell. value: as it stands in the file, "" where the row as a whole is meant."""

    row: int
    column: str
    code: str
    detail: str
    value: str = ""

    def problem(self) -> FieldProblem:
        where = _("Row %(row)d, %(column)s: ") % {"row": self.row, "column": self.column}
        return FieldProblem(f"rows.{self.row}.{self.column}", self.code, where + self.detail)


@dataclass(slots=True)
class Remarks:
    """Faults or warnings of a file, in the order they were found."""

    items: list[Remark] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def listed(self) -> list[FieldProblem]:
        """The first `MAX_LISTED` of them, as an answer to a request lists them."""
        return [remark.problem() for remark in self.items[:MAX_LISTED]]

    def add(self, row: int, column: str, code: str, detail: str, value: str = "") -> None:
        self.rows.add(row)
        self.items.append(Remark(row, column, code, detail, value))
