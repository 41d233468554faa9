"""Reservations of goods that are gone: nothing can stay promised that is not there."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from core.outbox import publish_all
from inventory.events import ReservationClosed
from inventory.models import Reservation, ReservationStatus
from inventory.selectors.availability import open_reservations

if TYPE_CHECKING:
    from inventory.services.ledger import LockedStock


def reservations_cut(stock: LockedStock, *, now: datetime) -> None:
    """Release what is promised beyond what is left on hand, the youngest promise first.

    A loss is a fact and is always recorded; whoever had been promised the goods is told by
    `ReservationClosed`. A promise that is cut in part goes on with the rest. Two queries where
    there is something to cut, none where not. The caller holds the stock's lock.
    """
    lost = {
        product_id: reserved - stock.totals[product_id].on_hand
        for product_id, reserved in stock.reserved.items()
        if reserved > stock.totals[product_id].on_hand
    }
    if not lost:
        return
    rows: dict[int, list[Reservation]] = defaultdict(list)
    for row in open_reservations().filter(product_id__in=lost).order_by("-pk"):
        rows[row.product_id].append(row)
    closed: list[Reservation] = []
    rests: list[Reservation] = []
    for product_id, quantity in lost.items():
        stock.reserved[product_id] -= quantity
        for row in rows[product_id]:
            if quantity <= 0:
                break
            if (rest := row.outstanding - quantity) > 0:
                rests.append(_rest(row, rest))
            quantity -= row.outstanding
            closed.append(row)
    events = [_event(row, rests) for row in closed]
    reservations_close(closed, status=ReservationStatus.LOST, now=now)
    Reservation.objects.bulk_create(rests)
    publish_all(events)


def reservations_close(
    rows: list[Reservation], *, status: ReservationStatus, now: datetime
) -> None:
    """Write that these open reservations hold nothing any more. One query."""
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).update(status=status, closed_at=now)
    for row in rows:
        row.status, row.closed_at = status, now


def _rest(row: Reservation, quantity: int) -> Reservation:
    return Reservation(
        product_id=row.product_id,
        source_type=row.source_type,
        source_id=row.source_id,
        line=row.line,
        quantity=quantity,
        expires_at=row.expires_at,
        created_at=row.created_at,
        created_by_id=row.created_by_id,
    )


def _event(row: Reservation, rests: list[Reservation]) -> ReservationClosed:
    key = (row.source_type, row.source_id, row.line)
    kept = sum(
        rest.quantity for rest in rests if (rest.source_type, rest.source_id, rest.line) == key
    )
    return ReservationClosed(
        source_type=row.source_type,
        source_id=row.source_id,
        line=row.line,
        product_id=row.product_id,
        quantity=row.outstanding - kept,
        outcome=ReservationStatus.LOST,
    )
