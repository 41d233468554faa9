"""Goods that become other goods of the same worth: opened boxes, corrected labels."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import FieldProblem
from core.money import unit_cost
from inventory.errors import InsufficientStock, InvalidRepack
from inventory.models import Batch, Location, MovementKind, MovementReason, StockLevel
from inventory.papers import Papers
from inventory.records import ReceiptLine, RepackLine
from inventory.selectors.availability import terms_of
from inventory.services.allocation import take
from inventory.services.documents import cause_of_new_document, document_write
from inventory.services.held_back import HeldBack, held_back
from inventory.services.ledger import (
    Change,
    effect_once,
    movements_post,
    refuse_malformed_lines,
    refuse_unknown_products,
    stock_lock,
)
from inventory.services.shelves import Shelves, batches_by_id, locations_by_id
from inventory.services.shortfalls import lacking
from inventory.services.stock import (
    BatchKey,
    batch_number_clean,
    batches_for,
    products_activate,
    refuse_unreceivable,
)

# A new label washes nothing off.
_REFUSED = (HeldBack.EXPIRED, HeldBack.QUARANTINED, HeldBack.RECALLED)


def stock_repack(
    *,
    actor: Actor,
    now: datetime,
    lines: Sequence[RepackLine],
    note: str = "",
    cosigner_id: int | None = None,
) -> uuid.UUID:
    """Turn units of batches into units of other batches, products or both; the document's id.

    What leaves and what arrives is worth the same to the last digit, so nothing is posted. The new
    batch never expires later than the old one and never comes from one that is held back. Units
    reserved for orders are not touched. cosigner_id: who asked for it, where controlled products
    need two people.

    Raises InvalidRepack, UnknownBatch, UnknownProduct, UnknownLocation, ProductNotReceivable,
    InsufficientStock, StockReserved, InvalidStockLine, SecondSignatureRequired. A constant number
    of queries.
    """
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    refuse_malformed_lines([line.line for line in lines], [line.to_quantity for line in lines])
    cause = replace(
        cause_of_new_document(MovementKind.REPACK, MovementReason.REPACKING, occurred_at=now),
        papers=Papers(cosigner_id=cosigner_id),
    )
    with effect_once():
        batches = batches_by_id([line.batch_id for line in lines])
        places = locations_by_id({line.location_id for line in lines})
        targets = [line.to_product_id for line in lines]
        stock = stock_lock([*targets, *(batch.product_id for batch in batches.values())])
        refuse_unknown_products(targets, stock.products)
        refuse_unreceivable([_as_receipt(line) for line in lines], stock)
        # The expiry may have been corrected before the lock was held.
        batches = batches_by_id([line.batch_id for line in lines])
        _refuse_younger(lines, batches)
        made = batches_for([_key(line) for line in lines], received_at=now)
        _refuse_same(lines, made)
        shelves = Shelves(stock, terms_of(now))
        changes: list[Change] = []
        for position, line in enumerate(lines):
            changes += _repacked(
                position, line, shelves, batches, made[_key(line)], places[line.location_id]
            )
        shelves.refuse_promised()
        products_activate(stock, set(targets), now=now)
        movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)
        return document_write(
            actor=actor, now=now, cause=cause, lines=len(lines), value=Decimal(0), note=note
        )


def _repacked(
    position: int,
    line: RepackLine,
    shelves: Shelves,
    batches: dict[int, Batch],
    made: Batch,
    place: Location,
) -> list[Change]:
    level = shelves.at(batches[line.batch_id], place)
    _refuse_held_back(position, level, shelves)
    if level.quantity < line.quantity:
        raise InsufficientStock(errors=[lacking(position, line.quantity, level.quantity)])
    cost, each = take(level, line.quantity)
    target = shelves.at(made, place)
    target.quantity += line.to_quantity
    target.value += cost
    return [
        Change(line=line.line, part=0, level=level, quantity=-line.quantity, value=-cost,
               unit_cost=each),
        Change(line=line.line, part=1, level=target, quantity=line.to_quantity, value=cost,
               unit_cost=unit_cost(cost / line.to_quantity)),
    ]  # fmt: skip


def _refuse_held_back(position: int, level: StockLevel, shelves: Shelves) -> None:
    if held_back(level, shelves.terms) in _REFUSED:
        raise InvalidRepack(
            errors=[
                FieldProblem(
                    f"lines.{position}.batch_id",
                    "batch_held_back",
                    _("Expired, quarantined or recalled goods are not repacked."),
                )
            ]
        )


def _key(line: RepackLine) -> BatchKey:
    return (line.to_product_id, batch_number_clean(line.to_batch_number), line.to_expiry_date)


def _as_receipt(line: RepackLine) -> ReceiptLine:
    return ReceiptLine(
        line=line.line,
        product_id=line.to_product_id,
        batch_number=line.to_batch_number,
        expiry_date=line.to_expiry_date,
        quantity=line.to_quantity,
        total_cost=Decimal(0),
    )


def _refuse_younger(lines: Sequence[RepackLine], batches: dict[int, Batch]) -> None:
    problems = [
        FieldProblem(
            f"lines.{position}.to_expiry_date",
            "expires_later",
            _("Goods do not keep longer by being repacked: at most %(date)s.")
            % {"date": batches[line.batch_id].expiry_date},
        )
        for position, line in enumerate(lines)
        if _is_later(line.to_expiry_date, batches[line.batch_id].expiry_date)
    ]
    if problems:
        raise InvalidRepack(errors=problems)


def _is_later(new: date | None, old: date | None) -> bool:
    return old is not None and (new is None or new > old)


def _refuse_same(lines: Sequence[RepackLine], made: dict[BatchKey, Batch]) -> None:
    problems = [
        FieldProblem(f"lines.{position}", "same_batch", _("It is this batch already."))
        for position, line in enumerate(lines)
        if made[_key(line)].pk == line.batch_id
    ]
    if problems:
        raise InvalidRepack(errors=problems)
