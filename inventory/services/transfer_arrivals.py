"""Goods in transit arrive, in parts if need be, or are brought back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from inventory.errors import InsufficientStock, InvalidTransfer, TransferNotFound, TransferRefused
from inventory.models import Location, Transfer, TransferLine, TransferStatus
from inventory.selectors.availability import terms_of
from inventory.services.ledger import (
    BATCH_SIZE,
    Change,
    effect_once,
    refuse_malformed_lines,
    stock_lock,
)
from inventory.services.shelves import Shelves, move
from inventory.services.shortfalls import lacking
from inventory.services.transfers import step_post, step_record


def transfer_receive(
    *,
    actor: Actor,
    now: datetime,
    transfer_id: uuid.UUID,
    received: Mapping[int, int] | None = None,
) -> None:
    """Goods in transit have arrived: line of the transfer -> base units, > 0; None: all the rest.

    Raises TransferNotFound, TransferRefused (not in transit, or more than is on its way),
    InvalidTransfer (no such line), InsufficientStock (no longer in transit).
    """
    _arrive(actor=actor, now=now, transfer_id=transfer_id, received=received, back=False)


def transfer_cancel(*, actor: Actor, now: datetime, transfer_id: uuid.UUID) -> None:
    """Bring back what has not arrived. Raises TransferNotFound, TransferRefused."""
    _arrive(actor=actor, now=now, transfer_id=transfer_id, received=None, back=True)


def _arrive(
    *,
    actor: Actor,
    now: datetime,
    transfer_id: uuid.UUID,
    received: Mapping[int, int] | None,
    back: bool,
) -> None:
    with effect_once():
        transfer = _in_transit(transfer_id)
        rows = {row.line: row for row in transfer.lines.select_related("batch").order_by("line")}
        quantities = _quantities(rows, received)
        stock = stock_lock({rows[line].batch.product_id for line in quantities})
        shelves = Shelves(stock, terms_of(now))
        places = Location.objects.in_bulk(
            [transfer.transit_id, transfer.origin_id, transfer.destination_id]
        )
        target = places[transfer.origin_id if back else transfer.destination_id]
        changes: list[Change] = []
        for line, quantity in quantities.items():
            level = shelves.at(rows[line].batch, places[transfer.transit_id])
            if level.quantity < quantity:
                raise InsufficientStock(errors=[lacking(line, quantity, level.quantity)])
            changes += move(level, shelves.at(rows[line].batch, target), quantity, line=line)
            rows[line].received += 0 if back else quantity
        step_post(actor, now, transfer, step=transfer.steps, stock=stock, changes=changes)
        transfer.steps += 1
        _close_if_done(transfer, rows.values(), actor=actor, now=now, back=back)
        TransferLine.objects.bulk_update(rows.values(), ["received"], batch_size=BATCH_SIZE)
        action = "inventory.transfer_cancelled" if back else "inventory.transfer_received"
        step_record(actor, action, transfer, len(quantities), now=now)


def _close_if_done(
    transfer: Transfer, rows: Iterable[TransferLine], *, actor: Actor, now: datetime, back: bool
) -> None:
    done = all(row.received == row.quantity for row in rows)
    if back or done:
        transfer.status = TransferStatus.CANCELLED if back else TransferStatus.COMPLETED
        transfer.closed_at, transfer.closed_by_id = now, actor.id
    transfer.save(update_fields=["steps", "status", "closed_at", "closed_by"])


def _in_transit(transfer_id: uuid.UUID) -> Transfer:
    found = lock(Transfer.objects.filter(pk=transfer_id))
    if not found:
        raise TransferNotFound
    (transfer,) = found
    if transfer.status != TransferStatus.IN_TRANSIT:
        raise TransferRefused(
            _("%(number)s is not in transit: %(status)s.")
            % {"number": transfer.number, "status": transfer.get_status_display()}
        )
    return transfer


def _quantities(
    rows: Mapping[int, TransferLine], received: Mapping[int, int] | None
) -> dict[int, int]:
    """Line -> base units that arrive now."""
    if received is None:
        return {row.line: row.quantity - row.received for row in rows.values()
                if row.received < row.quantity}  # fmt: skip
    refuse_malformed_lines(list(received), list(received.values()))
    unknown = [line for line in received if line not in rows]
    if unknown:
        raise InvalidTransfer(
            errors=[
                FieldProblem(
                    "lines",
                    "unknown_line",
                    _("The transfer has no line %(line)d.") % {"line": line},
                )
                for line in unknown
            ]
        )
    problems = [
        FieldProblem(
            f"lines.{position}.quantity",
            "more_than_sent",
            _("%(open)d are still on their way.")
            % {"open": rows[line].quantity - rows[line].received},
        )
        for position, (line, quantity) in enumerate(received.items())
        if quantity > rows[line].quantity - rows[line].received
    ]
    if problems:
        raise TransferRefused(errors=problems)
    return dict(received)
