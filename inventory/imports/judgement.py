"""What a file would do: the answer of every kind of import before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from core.audit import Actor
from inventory.imports.columns import ColumnSet
from inventory.imports.remarks import Remarks
from inventory.imports.table import Row

# Called with the step at work and how many rows it has done.
OnProgress = Callable[[str, int], None]


def no_progress(step: str, done: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What was asked of an import. columns: field -> position. today: the pharmacy's day."""

    columns: Mapping[str, int]
    today: date
    file_name: str
    digest: str
    mode: str
    skip_faulty: bool = False
    placeholder_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one row does. product_id: of the product it means, None while that does not exist."""

    outcome: str
    product_id: int | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Judgement:
    """verdicts: by row number, of rows without faults. plan: what `apply` of the kind needs."""

    faults: Remarks
    warnings: Remarks
    verdicts: dict[int, Verdict]
    counts: dict[str, Any]
    plan: Any


@dataclass(slots=True, kw_only=True)
class Applied:
    """What was written, beyond the verdicts. created: row number -> id of its new product."""

    counts: dict[str, Any]
    document_id: UUID | None = None
    created: Mapping[int, int] = field(default_factory=dict)


class ImportRules(Protocol):
    """A kind of import. Only `apply` writes, in the transaction of its caller."""

    columns: ColumnSet

    def check(self, rows: Sequence[Row], options: ImportOptions) -> tuple[Remarks, Remarks]:
        """Faults and warnings of these rows, each looked at alone."""
        ...

    def judge(
        self, rows: Sequence[Row], options: ImportOptions, on_progress: OnProgress
    ) -> Judgement:
        """All rows, against each other and against what the database holds."""
        ...

    def apply(
        self,
        *,
        actor: Actor,
        now: datetime,
        judgement: Judgement,
        options: ImportOptions,
        on_progress: OnProgress,
    ) -> Applied: ...
