"""Approving a count: its differences become one adjustment, against stock as it is now.

A line was found to be `counted - expected` off at the moment it was counted. What moved since is
in the present level, so the same difference is applied to that: docs/flows/stock-counts.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.money import format_money, round_money
from core.outbox import publish
from inventory.counting import CountAction
from inventory.errors import ApproverCounted, CountNotPostable, LinesNotCounted
from inventory.events import StockCountPosted
from inventory.lifecycle import RECEIVABLE
from inventory.models import (
    CountLineStatus,
    MovementKind,
    MovementReason,
    StockCount,
    StockCountEntry,
    StockCountLine,
    StockLevel,
)
from inventory.papers import Papers
from inventory.services.allocation import take, unit_cost_of
from inventory.services.counts.planning import count_move, locked_count, person_id
from inventory.services.documents import SOURCE_TYPE, document_write
from inventory.services.ledger import (
    Cause,
    Change,
    LockedStock,
    effect_once,
    movements_post,
    stock_lock,
)

# Movements that say what was true before rather than what happened since.
KNOWLEDGE_REASONS = (MovementReason.COUNT, MovementReason.CORRECTION, MovementReason.THEFT)

_OVERTAKEN = """
SELECT DISTINCT l.line
  FROM inventory_stockcountline l
  JOIN inventory_stockmovement m
       ON m.batch_id = l.batch_id AND m.location_id = l.location_id AND m.id > l.ledger_mark
 WHERE l.count_id = %s AND l.status = 'counted' AND l.counted <> l.expected
   AND (m.reason = ANY(%s)
        OR (m.occurred_at <= l.counted_at AND m.recorded_at > l.counted_at
            -- dated back by a person; a sale may wait a moment for its locks
            AND m.recorded_at - m.occurred_at > interval '1 minute'))
"""
_LAST_COSTS = """
SELECT DISTINCT ON (batch_id) batch_id, unit_cost
  FROM inventory_stockmovement WHERE batch_id = ANY(%s) ORDER BY batch_id, id DESC
"""


@dataclass(slots=True, kw_only=True)
class Posting:
    """The differences of a count on their way into the ledger."""

    stock: LockedStock
    levels: dict[tuple[int, int], StockLevel]
    overtaken: set[int]
    last_costs: dict[int, Decimal]
    changes: list[Change] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)


def count_approve(*, actor: Actor, now: datetime, count_id: int) -> None:
    """Approve a count and post its differences as one adjustment with one journal entry.

    Less: Dr INVENTORY_LOSS Cr INVENTORY at the batch's present cost. More: Dr INVENTORY
    Cr INVENTORY_GAIN at the line's `unit_cost`, else at the batch's present cost there, else at
    that of its last movement anywhere. Publishes StockCountPosted.

    Raises CountNotFound, CountStateRefused, LinesNotCounted, ApproverCounted and
    CountNotPostable, which names every line that cannot be posted: overtaken, sold_out,
    unit_cost_required, not_receivable. A constant number of queries.
    """
    with effect_once():
        count = locked_count(count_id, CountAction.APPROVE)
        _refuse_unfinished(count)
        _refuse_counter(count, person_id(actor))
        lines = list(
            count.lines.filter(status=CountLineStatus.COUNTED)
            .exclude(counted=F("expected"))
            .select_related("batch")
            .order_by("line")
        )
        changes = _post(actor, now, count, lines) if lines else []
        value = sum((change.value for change in changes), Decimal(0))
        count.lines.update(is_open=False)
        count.approved_by_id, count.posted_at = person_id(actor), now
        count_move(count, CountAction.APPROVE)
        publish(
            StockCountPosted(
                count_id=count.pk,
                number=count.number,
                approved_by_id=person_id(actor),
                differences=len(changes),
                value=value,
            )
        )
        audit.record(
            actor=actor,
            action="inventory.stock_count_posted",
            subject=count,
            changes={
                "number": count.number,
                "differences": len(changes),
                "value": format_money(value),
            },
        )


def _refuse_unfinished(count: StockCount) -> None:
    waiting = [CountLineStatus.PENDING, CountLineStatus.RECOUNT]
    left = count.lines.filter(status__in=waiting).count()
    if left:
        raise LinesNotCounted(
            _("%(left)d lines wait to be counted: count, waive or skip them first.")
            % {"left": left},
            extra={"lines_left": left},
        )


def _refuse_counter(count: StockCount, person: int) -> None:
    if StockCountEntry.objects.filter(line__count=count, counted_by_id=person).exists():
        raise ApproverCounted


def _post(
    actor: Actor, now: datetime, count: StockCount, lines: Sequence[StockCountLine]
) -> list[Change]:
    stock = stock_lock(line.batch.product_id for line in lines)
    batches = [line.batch_id for line in lines]
    posting = Posting(
        stock=stock,
        levels={
            (level.batch_id, level.location_id): level
            for level in StockLevel.objects.filter(batch_id__in=batches)
        },
        overtaken=_overtaken(count),
        last_costs=_last_costs(batches),
    )
    for line in lines:
        _post_line(posting, line)
    if posting.problems:
        raise CountNotPostable(errors=posting.problems)
    cause = Cause(
        kind=MovementKind.ADJUSTMENT,
        reason=MovementReason.COUNT,
        source_type=SOURCE_TYPE,
        source_id=str(count.posting_id),
        occurred_at=now,
        line_papers={line.line: Papers(cosigner_id=line.counted_by_id) for line in lines},
    )
    movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=posting.changes)
    count.document_id = document_write(
        actor=actor,
        now=now,
        cause=cause,
        lines=len(posting.changes),
        value=sum((change.value for change in posting.changes), Decimal(0)),
        note=count.number,
    )
    return posting.changes


def _overtaken(count: StockCount) -> set[int]:
    """Lines about which the ledger learned later what was true when they were counted."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKEN, [count.pk, [str(reason) for reason in KNOWLEDGE_REASONS]])
        return {row[0] for row in cursor.fetchall()}


def _last_costs(batches: Sequence[int]) -> dict[int, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST_COSTS, [list(batches)])
        return dict(cursor.fetchall())


def _post_line(posting: Posting, line: StockCountLine) -> None:
    difference = line.difference or 0
    level = posting.levels.setdefault(
        (line.batch_id, line.location_id),
        StockLevel(batch=line.batch, location_id=line.location_id, value=Decimal(0)),
    )
    level.batch = line.batch
    fault = _fault(posting, line, level, difference)
    if fault is not None:
        posting.problems.append(FieldProblem(f"lines.{line.line}", *fault))
    elif difference < 0:
        cost, each = take(level, -difference)
        posting.changes.append(_change(line, level, difference, -cost, each))
    else:
        each = _cost_of_surplus(posting, line, level) or Decimal(0)
        value = round_money(each * difference)
        level.quantity += difference
        level.value += value
        posting.changes.append(_change(line, level, difference, value, each))


def _change(
    line: StockCountLine, level: StockLevel, quantity: int, value: Decimal, unit_cost: Decimal
) -> Change:
    return Change(line=line.line, level=level, quantity=quantity, value=value, unit_cost=unit_cost)


def _fault(
    posting: Posting, line: StockCountLine, level: StockLevel, difference: int
) -> tuple[str, str] | None:
    batch = {"batch": line.batch}
    if line.line in posting.overtaken:
        return "overtaken", _(
            "Batch %(batch)s was corrected, or an earlier movement of it recorded, after it was "
            "counted: have it counted again."
        ) % batch
    if level.quantity + difference < 0:
        return "sold_out", _(
            "%(missing)d of batch %(batch)s were missing, but only %(left)d are left by now: "
            "have it counted again."
        ) % {**batch, "missing": -difference, "left": level.quantity}
    if difference < 0:
        return None
    if posting.stock.products[line.batch.product_id].lifecycle not in RECEIVABLE:
        return "not_receivable", _("Batch %(batch)s: activate its product first.") % batch
    if _cost_of_surplus(posting, line, level) is None:
        return "unit_cost_required", _(
            "The ledger knows no cost of batch %(batch)s: give its unit cost."
        ) % batch
    return None


def _cost_of_surplus(posting: Posting, line: StockCountLine, level: StockLevel) -> Decimal | None:
    if line.unit_cost is not None:
        return line.unit_cost
    if level.quantity:
        return unit_cost_of(level)
    return posting.last_costs.get(line.batch_id)
