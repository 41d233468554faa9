"""Writing goods off: one person asks, another one approves, and only then does stock change."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.money import format_money
from core.numbering import next_number
from core.outbox import publish
from inventory.errors import (
    InsufficientStock,
    InvalidReason,
    NothingToWriteOff,
    WriteOffNeedsAnother,
    WriteOffNotFound,
    WriteOffRefused,
)
from inventory.events import WriteOffRequested
from inventory.models import (
    Batch,
    Location,
    MovementKind,
    MovementReason,
    StockLevel,
    WriteOff,
    WriteOffLine,
    WriteOffStatus,
)
from inventory.papers import Papers
from inventory.postings import reasons_for
from inventory.records import WriteOffItem
from inventory.selectors.availability import terms_of
from inventory.services.allocation import take
from inventory.services.ledger import (
    BATCH_SIZE,
    Cause,
    Change,
    effect_once,
    movements_post,
    refuse_malformed_lines,
    stock_lock,
)
from inventory.services.shelves import Shelves, batches_by_id, locations_by_id
from inventory.services.shortfalls import lacking

SOURCE_TYPE = "inventory.write_off"
SERIES = "WO"
# (state, action) -> state. Whatever is not here is refused.
TRANSITIONS: dict[tuple[str, str], WriteOffStatus] = {
    (WriteOffStatus.REQUESTED, "approve"): WriteOffStatus.APPROVED,
    (WriteOffStatus.REQUESTED, "reject"): WriteOffStatus.REJECTED,
    (WriteOffStatus.REQUESTED, "cancel"): WriteOffStatus.CANCELLED,
}


@transaction.atomic
def write_off_request(
    *, actor: Actor, now: datetime, reason: str, lines: Sequence[WriteOffItem], note: str = ""
) -> uuid.UUID:
    """Ask for goods to be written off; returns the id. Nothing moves yet.

    Raises InvalidReason, UnknownBatch, UnknownLocation, InsufficientStock, InvalidStockLine.
    """
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    _refuse_wrong_reason(reason)
    batches = batches_by_id([line.batch_id for line in lines])
    places = locations_by_id({line.location_id for line in lines})
    wanted = [(batches[line.batch_id], places[line.location_id], line.quantity) for line in lines]
    _refuse_missing(wanted)
    return _request(actor=actor, now=now, reason=reason, wanted=wanted, note=note)


@transaction.atomic
def write_off_request_expired(
    *, actor: Actor, now: datetime, location_id: int | None = None, note: str = ""
) -> uuid.UUID:
    """Ask for everything that has expired to be written off; returns the id.

    Every place's goods count, held back or not, controlled ones too; location_id: only that
    place's. What another open request names already is left out. Raises NothingToWriteOff.
    """
    levels = (
        StockLevel.objects.select_related("batch", "location")
        .filter(quantity__gt=0, batch__expiry_date__lte=local_date(now))
        .order_by("batch__expiry_date", "batch_id", "location_id")
    )
    if location_id is not None:
        levels = levels.filter(location_id=location_id)
    asked = set(
        WriteOffLine.objects.filter(write_off__status=WriteOffStatus.REQUESTED).values_list(
            "batch_id", "location_id"
        )
    )
    wanted = [
        (level.batch, level.location, level.quantity)
        for level in levels
        if (level.batch_id, level.location_id) not in asked
    ]
    if not wanted:
        raise NothingToWriteOff
    return _request(actor=actor, now=now, reason=MovementReason.EXPIRY, wanted=wanted, note=note)


def write_off_approve(
    *, actor: Actor, now: datetime, write_off_id: uuid.UUID, note: str = ""
) -> None:
    """Take the goods out of stock and book the loss: Dr INVENTORY_LOSS Cr INVENTORY at cost.

    Reservations of goods that are gone are released, the youngest first. Raises
    WriteOffNotFound, WriteOffRefused (already decided), WriteOffNeedsAnother (who asked does not
    approve), InsufficientStock (the goods have moved since).
    """
    with effect_once():
        write_off = _decide(actor, now, write_off_id, "approve", note=note)
        rows = list(write_off.lines.select_related("batch", "location").order_by("line"))
        stock = stock_lock({row.batch.product_id for row in rows})
        changes = _taken(rows, Shelves(stock, terms_of(now)))
        cause = Cause(
            kind=MovementKind.WRITE_OFF,
            reason=write_off.reason,
            source_type=SOURCE_TYPE,
            source_id=str(write_off.pk),
            occurred_at=now,
            papers=Papers(cosigner_id=write_off.requested_by_id),
        )
        movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)
        write_off.value = -sum((change.value for change in changes), Decimal(0))
        _save(actor, now, write_off, "approved")


@transaction.atomic
def write_off_reject(*, actor: Actor, now: datetime, write_off_id: uuid.UUID, note: str) -> None:
    """Refuse the request; note: why. Raises WriteOffNotFound, WriteOffRefused."""
    _save(actor, now, _decide(actor, now, write_off_id, "reject", note=note), "rejected")


@transaction.atomic
def write_off_cancel(*, actor: Actor, now: datetime, write_off_id: uuid.UUID) -> None:
    """Withdraw the request. Raises WriteOffNotFound, WriteOffRefused (also: another one's)."""
    write_off = _decide(actor, now, write_off_id, "cancel")
    if write_off.requested_by_id != actor.id:
        raise WriteOffRefused(_("Only who asked withdraws it; reject it instead."))
    _save(actor, now, write_off, "cancelled")


def _request(
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    wanted: Sequence[tuple[Batch, Location, int]],
    note: str,
) -> uuid.UUID:
    if actor.id is None:
        raise ValueError("a write-off is asked for by a person")
    write_off = WriteOff.objects.create(
        number=next_number(SERIES, on=local_date(now)),
        reason=reason,
        note=note,
        requested_at=now,
        requested_by_id=actor.id,
    )
    WriteOffLine.objects.bulk_create(
        (
            WriteOffLine(
                write_off=write_off, line=number, batch=batch, location=place, quantity=quantity
            )
            for number, (batch, place, quantity) in enumerate(wanted)
        ),
        batch_size=BATCH_SIZE,
    )
    audit.record(
        actor=actor,
        action="inventory.write_off_requested",
        subject=write_off,
        changes={"number": write_off.number, "reason": reason, "lines": len(wanted)},
        reason=note,
        occurred_at=now,
    )
    publish(
        WriteOffRequested(
            write_off_id=str(write_off.pk),
            number=write_off.number,
            reason=reason,
            lines=len(wanted),
            requested_by_id=actor.id,
        )
    )
    return write_off.pk


def _decide(
    actor: Actor, now: datetime, write_off_id: uuid.UUID, action: str, *, note: str = ""
) -> WriteOff:
    """The request, locked and moved on in memory."""
    found = lock(WriteOff.objects.filter(pk=write_off_id))
    if not found:
        raise WriteOffNotFound
    (write_off,) = found
    target = TRANSITIONS.get((write_off.status, action))
    if target is None:
        raise WriteOffRefused(
            _("%(number)s is decided: %(status)s.")
            % {"number": write_off.number, "status": write_off.get_status_display()}
        )
    if actor.id is None:
        raise ValueError("a write-off is decided by a person")
    if target == WriteOffStatus.APPROVED and actor.id == write_off.requested_by_id:
        raise WriteOffNeedsAnother
    write_off.status, write_off.decision_note = target, note
    write_off.decided_at, write_off.decided_by_id = now, actor.id
    return write_off


def _save(actor: Actor, now: datetime, write_off: WriteOff, verb: str) -> None:
    write_off.save()
    worth = {} if write_off.value is None else {"value": format_money(write_off.value)}
    audit.record(
        actor=actor,
        action=f"inventory.write_off_{verb}",
        subject=write_off,
        changes={"number": write_off.number, "status": write_off.status, **worth},
        reason=write_off.decision_note,
        occurred_at=now,
    )


def _taken(rows: Sequence[WriteOffLine], shelves: Shelves) -> list[Change]:
    changes: list[Change] = []
    missing: list[FieldProblem] = []
    for row in rows:
        level = shelves.at(row.batch, row.location)
        if level.quantity < row.quantity:
            missing.append(lacking(row.line, row.quantity, level.quantity))
            continue
        cost, each = take(level, row.quantity)
        changes.append(
            Change(line=row.line, level=level, quantity=-row.quantity, value=-cost, unit_cost=each)
        )
    if missing:
        raise InsufficientStock(errors=missing)
    return changes


def _refuse_wrong_reason(reason: str) -> None:
    allowed = reasons_for(MovementKind.WRITE_OFF)
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


def _refuse_missing(wanted: Sequence[tuple[Batch, Location, int]]) -> None:
    """Early word of what approval would refuse: more than is there, or a place named twice."""
    there = {
        (level.batch_id, level.location_id): level.quantity
        for level in StockLevel.objects.filter(batch__in=[batch for batch, _place, _n in wanted])
    }
    missing = []
    for position, (batch, place, quantity) in enumerate(wanted):
        available = there.pop((batch.pk, place.pk), 0)
        if available < quantity:
            missing.append(lacking(position, quantity, available))
    if missing:
        raise InsufficientStock(errors=missing)
