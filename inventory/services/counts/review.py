"""From counting to a decision: what is counted again and by whom, what is left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.outbox import publish
from inventory.counting import CountAction
from inventory.errors import CountLinesRefused, InvalidCount, LinesNotCounted
from inventory.events import StockCountFinished
from inventory.models import CountLineStatus, StockCount, StockCountLine
from inventory.services.counts.planning import count_move, locked_count, person_id
from inventory.services.counts.tallying import Tally, lines_by_number, tallies_write
from inventory.services.ledger import stock_lock

UNCOUNTED_CHOICES = ("refuse", "skip", "zero")


@transaction.atomic
def count_finish(*, actor: Actor, now: datetime, count_id: int, uncounted: str = "refuse") -> None:
    """End the first count. Lines that differ beyond tolerance wait for a second count.

    uncounted: what to do with lines nobody counted: "refuse", "skip" (their stock stays as it
    is) or "zero" (nothing is there, counted by the actor now). Publishes StockCountFinished.
    Raises CountNotFound, CountStateRefused, LinesNotCounted, InvalidCount (nothing was counted).
    A constant number of queries.
    """
    count = locked_count(count_id, CountAction.FINISH)
    _settle_uncounted(actor, now, count, uncounted)
    if not count.lines.filter(rounds__gt=0).exists():
        raise InvalidCount(_("Nothing was counted; cancel the count instead."))
    recounts = beyond_tolerance(count).update(status=CountLineStatus.RECOUNT)
    count.finished_by_id, count.finished_at = person_id(actor), now
    count_move(count, CountAction.FINISH)
    differences = count.lines.filter(rounds__gt=0).exclude(counted=F("expected")).count()
    publish(
        StockCountFinished(
            count_id=count.pk,
            number=count.number,
            lines=count.lines.count(),
            differences=differences,
            recounts=recounts,
        )
    )
    _record(actor, "finished", count, {"uncounted": uncounted, "recounts": recounts})


def beyond_tolerance(count: StockCount) -> QuerySet[StockCountLine]:
    """Counted lines whose difference is more than both limits of the count allow."""
    return (
        count.lines.filter(status=CountLineStatus.COUNTED)
        .annotate(off=Abs(F("counted") - F("expected")))
        .filter(off__gt=count.tolerance_units)
        .filter(Q(off__gt=F("expected") * count.tolerance_percent / Decimal(100)))
    )


def _settle_uncounted(actor: Actor, now: datetime, count: StockCount, uncounted: str) -> None:
    pending = count.lines.filter(status=CountLineStatus.PENDING)
    if uncounted == "skip":
        pending.update(status=CountLineStatus.SKIPPED)
        return
    if uncounted == "zero":
        lines = {line.line: line for line in pending.select_related("batch__product")}
        stock_lock(line.batch.product_id for line in lines.values())
        zeros = [Tally(line=number, quantity=0) for number in lines]
        tallies_write(actor=actor, now=now, count=count, lines=lines, tallies=zeros)
        return
    left = pending.count()
    if left:
        raise LinesNotCounted(
            _("%(left)d lines are not counted: count them, or say whether to skip them or to "
              "take them as zero.") % {"left": left},
            extra={"lines_left": left},
        )  # fmt: skip


@transaction.atomic
def recount_ask(*, actor: Actor, now: datetime, count_id: int, lines: Sequence[int]) -> None:
    """Have lines counted again by somebody who neither counted them nor asks for it.

    Lines that were skipped are to be counted for the first time. Raises CountNotFound,
    CountStateRefused, CountLinesRefused (unknown_line).
    """
    count = locked_count(count_id, CountAction.DECIDE)
    rows = _known_lines(count, lines)
    for row in rows.values():
        row.status = CountLineStatus.RECOUNT if row.rounds else CountLineStatus.PENDING
        row.recount_asked_by_id = person_id(actor)
    _update(rows, ["status", "recount_asked_by"])
    _record(actor, "recount_asked", count, {"lines": sorted(rows)})


@transaction.atomic
def recount_waive(
    *, actor: Actor, now: datetime, count_id: int, lines: Sequence[int], reason: str
) -> None:
    """Take the figures that waited for a second count as they are, saying why.

    Raises CountNotFound, CountStateRefused, CountLinesRefused (unknown_line, not_waiting).
    """
    count = locked_count(count_id, CountAction.DECIDE)
    rows = _known_lines(count, lines)
    _refuse_lines(
        lines,
        {number for number, row in rows.items() if row.status == CountLineStatus.RECOUNT},
        "not_waiting",
        _("This line does not wait for a second count."),
    )
    for row in rows.values():
        row.status = CountLineStatus.COUNTED
    _update(rows, ["status"])
    _record(actor, "recount_waived", count, {"lines": sorted(rows)}, reason=reason.strip())


@transaction.atomic
def line_skip(
    *, actor: Actor, now: datetime, count_id: int, lines: Sequence[int], reason: str
) -> None:
    """Leave the stock of some lines as it is, whatever was found, saying why.

    Raises CountNotFound, CountStateRefused, CountLinesRefused (unknown_line).
    """
    count = locked_count(count_id, CountAction.DECIDE)
    rows = _known_lines(count, lines)
    for row in rows.values():
        row.status = CountLineStatus.SKIPPED
    _update(rows, ["status"])
    _record(actor, "lines_skipped", count, {"lines": sorted(rows)}, reason=reason.strip())


@transaction.atomic
def costs_set(*, actor: Actor, now: datetime, count_id: int, costs: Mapping[int, Decimal]) -> None:
    """Say what a base unit of surplus goods cost, by line, where the ledger does not know.

    Raises CountNotFound, CountStateRefused, CountLinesRefused (unknown_line).
    """
    count = locked_count(count_id, CountAction.DECIDE)
    rows = _known_lines(count, list(costs))
    for number, row in rows.items():
        row.unit_cost = costs[number]
    _update(rows, ["unit_cost"])
    _record(actor, "costs_set", count, {"costs": {str(line): costs[line] for line in rows}})


def _known_lines(count: StockCount, numbers: Sequence[int]) -> dict[int, StockCountLine]:
    rows = lines_by_number(count, numbers)
    _refuse_lines(numbers, set(rows), "unknown_line", _("The count has no such line."))
    return rows


def _refuse_lines(numbers: Sequence[int], allowed: set[int], code: str, detail: str) -> None:
    problems = [
        FieldProblem(f"lines.{position}", code, detail)
        for position, number in enumerate(numbers)
        if number not in allowed
    ]
    if problems:
        raise CountLinesRefused(errors=problems)


def _update(rows: Mapping[int, StockCountLine], fields: list[str]) -> None:
    StockCountLine.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["count", "line"],
        update_fields=fields,
    )


def _record(
    actor: Actor, verb: str, count: StockCount, changes: dict[str, object], *, reason: str = ""
) -> None:
    audit.record(
        actor=actor,
        action=f"inventory.stock_count_{verb}",
        subject=count,
        changes={"number": count.number, **changes},
        reason=reason,
    )
