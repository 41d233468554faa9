"""Entering what is on the shelves. Nothing is frozen: stock moves while it is counted.

What is expected of a line is the level at the moment its figure is entered, read under the lock
of the product's stock together with the newest movement it contains (`ledger_mark`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import FieldProblem
from inventory.counting import CountAction
from inventory.errors import CountLinesRefused
from inventory.models import (
    CountLineStatus,
    CountState,
    StockCount,
    StockCountEntry,
    StockCountLine,
    StockLevel,
    StockMovement,
)
from inventory.services.counts.planning import locked_count, person_id
from inventory.services.ledger import BATCH_SIZE, stock_lock

Place = tuple[int, int]  # batch, location
RESULT_FIELDS = ["status", "rounds", "counted", "expected", "ledger_mark", "counted_at",
                 "counted_by"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What somebody found of one line of a count.

    quantity: base units, >= 0. add: on top of what was found so far in this round (the same batch
    lies in two places), else instead of it. code: what was scanned, "" when typed. path: the
    field of the request that problems name.
    """

    line: int
    quantity: int
    add: bool = False
    code: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """The ledger's present word on some places: levels and newest movements."""

    levels: dict[Place, int]
    marks: dict[Place, int]

    def expected(self, line: StockCountLine) -> int:
        return self.levels.get((line.batch_id, line.location_id), 0)

    def mark(self, line: StockCountLine) -> int:
        return self.marks.get((line.batch_id, line.location_id), 0)


@dataclass(slots=True, kw_only=True)
class Round:
    """What one person enters at one moment into one count."""

    count: StockCount
    person: int
    at: datetime
    shelves: Shelves
    earlier_counters: dict[int, set[int]]  # line's id -> who counted it in earlier rounds
    problems: list[FieldProblem] = field(default_factory=list)
    entries: list[StockCountEntry] = field(default_factory=list)
    touched: dict[int, StockCountLine] = field(default_factory=dict)


@transaction.atomic
def count_tally(
    *, actor: Actor, now: datetime, count_id: int, tallies: Sequence[Tally]
) -> list[StockCountLine]:
    """Enter figures for lines of a count, all or none; returns the lines in the order given.

    Raises CountNotFound, CountStateRefused, CountLinesRefused (unknown_line,
    moved_while_counting, same_counter, not_to_be_counted). A constant number of queries.
    """
    count = locked_count(count_id, CountAction.COUNT)
    lines = lines_by_number(count, {tally.line for tally in tallies})
    problems = [
        FieldProblem(
            tally.path or f"lines.{position}.line",
            "unknown_line",
            _("The count has no line %(line)d.") % {"line": tally.line},
        )
        for position, tally in enumerate(tallies)
        if tally.line not in lines
    ]
    if problems:
        raise CountLinesRefused(errors=problems)
    stock_lock(line.batch.product_id for line in lines.values())
    tallies_write(actor=actor, now=now, count=count, lines=lines, tallies=tallies)
    return [lines[tally.line] for tally in tallies]


def lines_by_number(count: StockCount, numbers: Iterable[int]) -> dict[int, StockCountLine]:
    """Lines of a count with batch, product and location, by their number."""
    rows = StockCountLine.objects.filter(count=count, line__in=set(numbers)).select_related(
        "batch__product", "location"
    )
    return {row.line: row for row in rows}


def tallies_write(
    *,
    actor: Actor,
    now: datetime,
    count: StockCount,
    lines: dict[int, StockCountLine],
    tallies: Sequence[Tally],
) -> None:
    """Enter figures under the locks of the count and of the lines' stock."""
    entering = Round(
        count=count,
        person=person_id(actor),
        at=now,
        shelves=shelves_read(lines.values()),
        earlier_counters=_earlier_counters(count, lines.values()),
    )
    for position, tally in enumerate(tallies):
        line = lines[tally.line]
        fault = _fault(entering, line, tally)
        if fault is None:
            _enter(entering, line, tally)
        else:
            path = tally.path or f"lines.{position}.quantity"
            entering.problems.append(FieldProblem(path, *fault))
    if entering.problems:
        raise CountLinesRefused(errors=entering.problems)
    StockCountLine.objects.bulk_create(
        entering.touched.values(),
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["count", "line"],
        update_fields=RESULT_FIELDS,
    )
    StockCountEntry.objects.bulk_create(entering.entries, batch_size=BATCH_SIZE)


def shelves_read(lines: Iterable[StockCountLine]) -> Shelves:
    """Levels and newest movements of the lines' batches; their stock is locked. Two queries."""
    batches = {line.batch_id for line in lines}
    levels = StockLevel.objects.filter(batch_id__in=batches)
    newest = (
        StockMovement.objects.filter(batch_id__in=batches)
        .values_list("batch_id", "location_id")
        .annotate(newest=Max("id"))
        .order_by()
    )
    return Shelves(
        levels={(level.batch_id, level.location_id): level.quantity for level in levels},
        marks={(batch, location): mark for batch, location, mark in newest},
    )


def _earlier_counters(count: StockCount, lines: Iterable[StockCountLine]) -> dict[int, set[int]]:
    """Who counted each line in rounds before the one to be entered; only a review has such."""
    people: dict[int, set[int]] = defaultdict(set)
    if count.state != CountState.REVIEW:
        return people
    by_id = {line.pk: line for line in lines}
    entries = StockCountEntry.objects.filter(line_id__in=by_id)
    for line_id, round_, person in entries.values_list("line_id", "round", "counted_by_id"):
        line = by_id[line_id]
        if line.status == CountLineStatus.RECOUNT or round_ < line.rounds:
            people[line_id].add(person)
        if line.recount_asked_by_id is not None:
            people[line_id].add(line.recount_asked_by_id)
    return people


Fault = tuple[str, str]  # code, detail


def _fault(entering: Round, line: StockCountLine, tally: Tally) -> Fault | None:
    if entering.count.state == CountState.REVIEW:
        fault = _review_fault(entering, line)
        if fault is not None:
            return fault
    is_continued = tally.add and line.status == CountLineStatus.COUNTED
    if is_continued and line.ledger_mark != entering.shelves.mark(line):
        return (
            "moved_while_counting",
            _("Stock of %(batch)s moved since its first figure: count all of it again.")
            % {"batch": line.batch},
        )
    return None


def _review_fault(entering: Round, line: StockCountLine) -> Fault | None:
    """In a review only what is asked for is counted, and by somebody new to the line."""
    is_own_recount = (
        line.status == CountLineStatus.COUNTED
        and line.rounds > 1
        and line.counted_by_id == entering.person
    )
    is_asked = line.status in (CountLineStatus.RECOUNT, CountLineStatus.PENDING)
    if not is_asked and not is_own_recount:
        return "not_to_be_counted", _("This line is settled; ask for a second count of it first.")
    if entering.person in entering.earlier_counters.get(line.pk, ()):
        return (
            "same_counter",
            _("Somebody has to count it who neither counted it before nor asked for this."),
        )
    return None


def _enter(entering: Round, line: StockCountLine, tally: Tally) -> None:
    begins = line.status != CountLineStatus.COUNTED
    if begins:
        line.rounds += 1
    so_far = line.counted if tally.add and not begins and line.counted is not None else 0
    line.counted = so_far + tally.quantity
    line.expected = entering.shelves.expected(line)
    line.ledger_mark = entering.shelves.mark(line)
    line.counted_at, line.counted_by_id = entering.at, entering.person
    line.status = CountLineStatus.COUNTED
    entering.touched[line.line] = line
    entering.entries.append(
        StockCountEntry(
            line=line,
            round=line.rounds,
            added=tally.quantity,
            counted=line.counted,
            expected=line.expected,
            ledger_mark=line.ledger_mark,
            code=tally.code,
            counted_at=entering.at,
            counted_by_id=entering.person,
        )
    )
