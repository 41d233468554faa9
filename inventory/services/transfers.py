"""Moving goods between places of the pharmacy, at once or through "in transit".

Both sides of a move are movements of one line of one source, equal in quantity and value of every
batch; the database checks it at commit. No money is posted: the goods stay in INVENTORY.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from core.numbering import next_number
from inventory.errors import InsufficientStock, InvalidTransfer
from inventory.models import (
    Batch,
    Location,
    LocationKind,
    MovementKind,
    MovementReason,
    StockLevel,
    Transfer,
    TransferLine,
    TransferStatus,
)
from inventory.records import TransferItem
from inventory.selectors.availability import terms_of
from inventory.services.allocation import fefo
from inventory.services.held_back import HeldBack, held_back
from inventory.services.ledger import (
    BATCH_SIZE,
    Cause,
    Change,
    LockedStock,
    effect_once,
    movements_post,
    refuse_malformed_lines,
    refuse_unknown_products,
    stock_lock,
)
from inventory.services.shelves import Shelves, batches_by_id, locations_by_id, move
from inventory.services.shortfalls import lacking

SOURCE_TYPE = "inventory.transfer"
SERIES = "ST"
# What a line that only names its product does not mean.
_NOT_MEANT = (HeldBack.EXPIRED, HeldBack.QUARANTINED, HeldBack.RECALLED)


@dataclass(frozen=True, slots=True)
class _Route:
    origin: Location
    destination: Location
    transit: Location | None

    @property
    def first_stop(self) -> Location:
        return self.transit or self.destination


def transfer_post(
    *,
    actor: Actor,
    now: datetime,
    origin_id: int,
    destination_id: int,
    lines: Sequence[TransferItem],
    in_transit: bool = False,
    note: str = "",
) -> uuid.UUID:
    """Move goods to another place; returns the transfer's id.

    in_transit: they leave now and arrive by `transfer_receive`; meanwhile they lie at the open
    location of that kind and are not handed out. Units reserved for orders may be moved between
    places goods are handed out from, and into quarantine.

    Raises InvalidTransfer, UnknownBatch, UnknownProduct, UnknownLocation, InsufficientStock (409,
    one error per line), StockReserved. A constant number of queries.
    """
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    _refuse_ambiguous(lines)
    with effect_once():
        route = _route(origin_id, destination_id, in_transit=in_transit)
        batches = batches_by_id([line.batch_id for line in lines])
        stock = _lock(lines, batches)
        shelves = Shelves(stock, terms_of(now))
        taken = _taken(lines, batches, shelves, route.origin)
        transfer = Transfer(
            origin=route.origin,
            destination=route.destination,
            transit=route.transit,
            status=TransferStatus.IN_TRANSIT if in_transit else TransferStatus.COMPLETED,
            note=note,
            dispatched_at=now,
            dispatched_by_id=actor.id,
            closed_at=None if in_transit else now,
            closed_by_id=None if in_transit else actor.id,
        )
        rows, changes = _moved(transfer, taken, shelves, route.first_stop)
        if route.first_stop.kind != LocationKind.QUARANTINE:
            shelves.refuse_promised()
        step_post(actor, now, transfer, step=0, stock=stock, changes=changes)
        transfer.number = next_number(SERIES, on=local_date(now))
        transfer.save(force_insert=True)
        TransferLine.objects.bulk_create(rows, batch_size=BATCH_SIZE)
        step_record(actor, "inventory.transfer_posted", transfer, len(rows), now=now)
    return transfer.pk


def _route(origin_id: int, destination_id: int, *, in_transit: bool) -> _Route:
    places = locations_by_id([origin_id, destination_id])
    if origin_id == destination_id:
        raise InvalidTransfer(
            errors=[
                FieldProblem("destination_id", "same_place", _("Choose another place to go to."))
            ]
        )
    transit = None
    if in_transit:
        transit = (
            Location.objects.filter(kind=LocationKind.IN_TRANSIT, is_active=True)
            .order_by("pk")
            .first()
        )
        if transit is None or transit.pk in (origin_id, destination_id):
            raise InvalidTransfer(
                errors=[
                    FieldProblem(
                        "in_transit",
                        "no_transit_location",
                        _('Add a location of the kind "in transit" first.'),
                    )
                ]
            )
    return _Route(places[origin_id], places[destination_id], transit)


def _refuse_ambiguous(lines: Sequence[TransferItem]) -> None:
    problems = [
        FieldProblem(
            f"lines.{position}", "batch_or_product", _("Give either a batch or a product.")
        )
        for position, line in enumerate(lines)
        if (line.batch_id is None) == (line.product_id is None)
    ]
    if problems:
        raise InvalidTransfer(errors=problems)


def _lock(lines: Sequence[TransferItem], batches: Mapping[int, Batch]) -> LockedStock:
    ids = [
        batches[line.batch_id].product_id if line.batch_id is not None else line.product_id or 0
        for line in lines
    ]
    stock = stock_lock(ids)
    refuse_unknown_products(ids, stock.products)
    return stock


def _taken(
    lines: Sequence[TransferItem],
    batches: Mapping[int, Batch],
    shelves: Shelves,
    origin: Location,
) -> list[tuple[StockLevel, int]]:
    """From which levels how much is to go; raises InsufficientStock naming every lacking line."""
    taken: list[tuple[StockLevel, int]] = []
    left = {id(level): level.quantity for level in shelves.levels.values()}
    missing: list[FieldProblem] = []
    for position, line in enumerate(lines):
        wanted = line.quantity
        for level in _meant(line, batches, shelves, origin):
            quantity = min(wanted, left.get(id(level), 0))
            if quantity:
                taken.append((level, quantity))
                left[id(level)] -= quantity
                wanted -= quantity
        if wanted:
            missing.append(lacking(position, line.quantity, line.quantity - wanted))
    if missing:
        raise InsufficientStock(errors=missing)
    return taken


def _meant(
    line: TransferItem, batches: Mapping[int, Batch], shelves: Shelves, origin: Location
) -> list[StockLevel]:
    if line.batch_id is not None:
        return [shelves.at(batches[line.batch_id], origin)]
    levels = shelves.of_product(line.product_id or 0, origin)
    usable = [level for level in levels if held_back(level, shelves.terms) not in _NOT_MEANT]
    return sorted(usable, key=fefo)


def _moved(
    transfer: Transfer,
    taken: Sequence[tuple[StockLevel, int]],
    shelves: Shelves,
    target: Location,
) -> tuple[list[TransferLine], list[Change]]:
    rows: list[TransferLine] = []
    changes: list[Change] = []
    for number, (level, quantity) in enumerate(taken):
        pair = move(level, shelves.at(level.batch, target), quantity, line=number)
        changes += pair
        rows.append(
            TransferLine(
                transfer=transfer,
                line=number,
                batch=level.batch,
                quantity=quantity,
                received=quantity if transfer.transit is None else 0,
                value=pair[1].value,
            )
        )
    return rows, changes


def step_post(
    actor: Actor,
    now: datetime,
    transfer: Transfer,
    *,
    step: int,
    stock: LockedStock,
    changes: Sequence[Change],
) -> None:
    """Write the movements of one step: 0 is the dispatch, each arrival one more."""
    cause = Cause(
        kind=MovementKind.TRANSFER,
        reason=MovementReason.RELOCATION,
        source_type=SOURCE_TYPE,
        source_id=f"{transfer.pk}/{step}",
        occurred_at=now,
    )
    movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)


def step_record(
    actor: Actor, action: str, transfer: Transfer, lines: int, *, now: datetime
) -> None:
    """Audit a step of the transfer."""
    audit.record(
        actor=actor,
        action=action,
        subject=transfer,
        changes={
            "number": transfer.number,
            "status": transfer.status,
            "origin_id": transfer.origin_id,
            "destination_id": transfer.destination_id,
            "lines": lines,
        },
        reason=transfer.note,
        occurred_at=now,
    )
