"""What staff do to stock by hand: every such act is one numbered document."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from core.money import format_money, round_money, unit_cost
from core.numbering import next_number
from inventory.errors import (
    InsufficientStock,
    InvalidReason,
    InvalidStockLine,
    ProductNotReceivable,
    UnknownBatch,
)
from inventory.lifecycle import RECEIVABLE
from inventory.models import Batch, MovementKind, StockDocument, StockLevel
from inventory.papers import Papers
from inventory.postings import COUNTER_ACCOUNTS, may_grow, may_shrink, reasons_for
from inventory.records import AdjustmentLine, IssueLine, Override, ReceiptLine
from inventory.services.allocation import take, unit_cost_of
from inventory.services.ledger import (
    Cause,
    Change,
    effect_once,
    locations_resolve,
    movements_post,
    refuse_malformed_lines,
    stock_lock,
)
from inventory.services.stock import issue_post, receipt_post

SOURCE_TYPE = "inventory.stock_document"
SERIES = {
    MovementKind.OPENING: "OB",
    MovementKind.RECEIPT: "SR",
    MovementKind.ISSUE: "SI",
    MovementKind.ADJUSTMENT: "SA",
    MovementKind.REPACK: "SP",
}


def stock_receive_by_hand(
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    lines: Sequence[ReceiptLine],
    note: str = "",
    occurred_at: datetime | None = None,
    cosigner_id: int | None = None,
) -> uuid.UUID:
    """Take goods into stock that were not bought; returns the document's id.

    reason decides the account credited (see `inventory.postings`). cosigner_id: who asked for it,
    where controlled products need two people. Raises InvalidReason, SecondSignatureRequired and
    what `stock_receive` raises.
    """
    cause = _cause(
        MovementKind.RECEIPT, reason, now=now, occurred_at=occurred_at, cosigner_id=cosigner_id
    )
    with effect_once():
        effects = receipt_post(actor=actor, now=now, cause=cause, lines=lines)
        value = sum((effect.cost for effect in effects), Decimal(0))
        return document_write(
            actor=actor, now=now, cause=cause, lines=len(lines), value=value, note=note
        )


def stock_issue_by_hand(
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    lines: Sequence[IssueLine],
    note: str = "",
    occurred_at: datetime | None = None,
    cosigner_id: int | None = None,
    override: Override | None = None,
) -> uuid.UUID:
    """Take goods out of stock that are not sold; returns the document's id.

    reason decides the account debited (see `inventory.postings`). cosigner_id: who asked for it,
    where controlled products need two people. override: see `stock_issue`. Raises InvalidReason,
    SecondSignatureRequired and what `stock_issue` raises.
    """
    cause = _cause(
        MovementKind.ISSUE, reason, now=now, occurred_at=occurred_at, cosigner_id=cosigner_id
    )
    with effect_once():
        effects = issue_post(actor=actor, now=now, cause=cause, lines=lines, override=override)
        value = -sum((effect.cost for effect in effects), Decimal(0))
        return document_write(
            actor=actor, now=now, cause=cause, lines=len(lines), value=value, note=note
        )


def stock_adjust(
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    lines: Sequence[AdjustmentLine],
    note: str = "",
    occurred_at: datetime | None = None,
    cosigner_id: int | None = None,
) -> uuid.UUID:
    """Correct the quantity of batches; returns the document's id.

    Less: Dr INVENTORY_LOSS Cr INVENTORY at the batch's cost. More (only by count or correction):
    Dr INVENTORY Cr INVENTORY_GAIN at the batch's cost, or at the line's `unit_cost`.
    cosigner_id: who asked for it, where controlled products need two people.
    Raises InvalidReason, InvalidStockLine, UnknownBatch, UnknownLocation, ProductNotReceivable,
    InsufficientStock, SecondSignatureRequired. A constant number of queries.
    """
    cause = _cause(
        MovementKind.ADJUSTMENT, reason, now=now, occurred_at=occurred_at, cosigner_id=cosigner_id
    )
    refuse_malformed_lines([line.line for line in lines], [abs(line.quantity) for line in lines])
    _refuse_wrong_way(lines, reason)
    with effect_once():
        batches = Batch.objects.in_bulk({line.batch_id for line in lines})
        _refuse_unknown_batches(lines, batches)
        stock = stock_lock(batch.product_id for batch in batches.values())
        default = locations_resolve([line.location_id for line in lines])
        changes = _adjust_in_memory(lines, batches, default_location=default)
        _refuse_growth_of_ended(
            lines,
            batches,
            {pk for pk, product in stock.products.items() if product.lifecycle not in RECEIVABLE},
        )
        movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)
        value = sum((change.value for change in changes), Decimal(0))
        return document_write(
            actor=actor, now=now, cause=cause, lines=len(lines), value=value, note=note
        )


def document_write(
    *,
    actor: Actor,
    now: datetime,
    cause: Cause,
    lines: int,
    value: Decimal,
    note: str = "",
    file_name: str = "",
    file_digest: str | None = None,
    reverses: StockDocument | None = None,
) -> uuid.UUID:
    """Number and keep the document that `cause` already names as its source, and audit it.

    value: what the document added to the stock's value (negative: took away). reverses: the
    document that this one undoes.
    """
    document = StockDocument.objects.create(
        id=uuid.UUID(cause.source_id),
        number=next_number(SERIES[MovementKind(cause.kind)], on=local_date(now)),
        kind=cause.kind,
        reason=cause.reason,
        note=note,
        lines=lines,
        value=value,
        file_name=file_name,
        file_digest=file_digest,
        reverses=reverses,
        occurred_at=cause.occurred_at,
        actor_id=actor.id,
    )
    audit.record(
        actor=actor,
        action=f"inventory.stock_{cause.kind}_{'reversed' if reverses else 'posted'}",
        subject=document,
        changes={
            "number": document.number,
            "reason": cause.reason,
            "lines": lines,
            "value": format_money(value),
        },
        reason=note,
    )
    return document.pk


def cause_of_new_document(kind: MovementKind, reason: str, *, occurred_at: datetime) -> Cause:
    """The cause of a document that `document_write` will keep once its effects are written."""
    return Cause(
        kind=kind,
        reason=reason,
        source_type=SOURCE_TYPE,
        source_id=str(uuid.uuid4()),
        occurred_at=occurred_at,
    )


def _cause(
    kind: MovementKind,
    reason: str,
    *,
    now: datetime,
    occurred_at: datetime | None,
    cosigner_id: int | None,
) -> Cause:
    allowed = reasons_for(kind)
    if reason not in allowed:
        raise InvalidReason(
            errors=[
                FieldProblem(
                    "reason",
                    "invalid_reason",
                    _("Give one of: %(reasons)s.") % {"reasons": ", ".join(allowed)},
                )
            ]
        )
    if occurred_at is not None and occurred_at > now:
        raise InvalidStockLine(
            errors=[FieldProblem("occurred_at", "in_future", _("Give a moment in the past."))]
        )
    cause = cause_of_new_document(kind, reason, occurred_at=occurred_at or now)
    return replace(cause, papers=Papers(cosigner_id=cosigner_id))


def _refuse_wrong_way(lines: Sequence[AdjustmentLine], reason: str) -> None:
    key = (MovementKind.ADJUSTMENT, reason)
    assert key in COUNTER_ACCOUNTS  # noqa: S101 - `_cause` has looked
    problems = [
        FieldProblem(
            f"lines.{position}.quantity",
            "wrong_direction",
            _("This reason only takes stock away; give a negative quantity."),
        )
        for position, line in enumerate(lines)
        if (line.quantity > 0 and not may_grow(*key))
        or (line.quantity < 0 and not may_shrink(*key))
    ]
    if problems:
        raise InvalidReason(errors=problems)


def _refuse_unknown_batches(lines: Sequence[AdjustmentLine], batches: dict[int, Batch]) -> None:
    problems = [
        FieldProblem(
            f"lines.{position}.batch_id",
            "unknown_batch",
            _("There is no batch %(id)d.") % {"id": line.batch_id},
        )
        for position, line in enumerate(lines)
        if line.batch_id not in batches
    ]
    if problems:
        raise UnknownBatch(errors=problems)


def _refuse_growth_of_ended(
    lines: Sequence[AdjustmentLine], batches: dict[int, Batch], ended: set[int]
) -> None:
    problems = [
        FieldProblem(
            f"lines.{position}.batch_id", "not_receivable", _("Activate the product first.")
        )
        for position, line in enumerate(lines)
        if line.quantity > 0 and batches[line.batch_id].product_id in ended
    ]
    if problems:
        raise ProductNotReceivable(errors=problems)


def _adjust_in_memory(
    lines: Sequence[AdjustmentLine], batches: dict[int, Batch], *, default_location: int
) -> list[Change]:
    levels = {
        (level.batch_id, level.location_id): level
        for level in StockLevel.objects.filter(batch_id__in=batches)
    }
    changes: list[Change] = []
    lacking: list[FieldProblem] = []
    costless: list[FieldProblem] = []
    for position, line in enumerate(lines):
        batch, location = batches[line.batch_id], line.location_id or default_location
        level = levels.setdefault(
            (batch.pk, location), StockLevel(batch=batch, location_id=location, value=Decimal(0))
        )
        level.batch = batch
        if line.quantity < 0 and level.quantity < -line.quantity:
            lacking.append(_lacking(position, line, level))
        elif line.quantity > 0 and line.unit_cost is None and level.quantity == 0:
            costless.append(_costless(position))
        else:
            changes.append(_adjusted(line, level))
    if costless:
        raise InvalidStockLine(errors=costless)
    if lacking:
        raise InsufficientStock(errors=lacking)
    return changes


def _adjusted(line: AdjustmentLine, level: StockLevel) -> Change:
    if line.quantity < 0:
        cost, each = take(level, -line.quantity)
        return Change(
            line=line.line, level=level, quantity=line.quantity, value=-cost, unit_cost=each
        )
    each = unit_cost_of(level) if line.unit_cost is None else unit_cost(line.unit_cost)
    value = round_money(each * line.quantity)
    level.quantity += line.quantity
    level.value += value
    return Change(line=line.line, level=level, quantity=line.quantity, value=value, unit_cost=each)


def _lacking(position: int, line: AdjustmentLine, level: StockLevel) -> FieldProblem:
    text = _("Cannot take away %(asked)d: the batch has %(available)d here.")
    values = {"asked": -line.quantity, "available": level.quantity}
    return FieldProblem(f"lines.{position}.quantity", "insufficient_stock", text % values)


def _costless(position: int) -> FieldProblem:
    return FieldProblem(
        f"lines.{position}.unit_cost",
        "unit_cost_required",
        _("Nothing of this batch is here to take a cost from; give its unit cost."),
    )
