"""Goods that come back from customers and go back to suppliers."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import FieldProblem
from core.money import is_exact_money, round_money
from inventory.errors import (
    InsufficientStock,
    InvalidStockLine,
    MovementNotFound,
    ProductNotReceivable,
    ReturnExceeded,
)
from inventory.lifecycle import EMPTY
from inventory.models import MovementKind, MovementReason, StockMovement
from inventory.papers import Papers
from inventory.records import CustomerReturnLine, StockEffect, SupplierReturnLine
from inventory.selectors.availability import terms_of
from inventory.services.allocation import take
from inventory.services.ledger import (
    Cause,
    Change,
    LockedStock,
    effect_once,
    effects_of,
    movements_post,
    refuse_malformed_lines,
    stock_lock,
)
from inventory.services.shelves import Shelves, batches_by_id, locations_by_id
from inventory.services.shortfalls import lacking


def stock_return_in(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[CustomerReturnLine],
    occurred_at: datetime | None = None,
) -> list[StockEffect]:
    """Take back what a sale handed out, into its batch, at the cost it left at.

    Dr INVENTORY Cr COST_OF_GOODS_SOLD, one journal entry. The last unit of a sale's movement to
    come back brings the rest of its cost. Effects in line order.

    Raises MovementNotFound (not a sale's issue), ReturnExceeded (more than went), UnknownLocation,
    ProductNotReceivable, DuplicateStockEffect, InvalidStockLine. A constant number of queries.
    """
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    cause = Cause(
        kind=MovementKind.RETURN_IN,
        reason=MovementReason.CUSTOMER_RETURN,
        source_type=source_type,
        source_id=source_id,
        occurred_at=occurred_at or now,
    )
    with effect_once():
        sold = _sold(lines)
        asked = {line.location_id for line in lines} - {None}
        places = locations_by_id(asked | {sold[line.movement_id].location_id for line in lines})
        stock = stock_lock({movement.batch.product_id for movement in sold.values()})
        sold = _sold(lines)  # as they are now that nobody else can bring them back
        _refuse_ended(lines, sold, stock)
        shelves = Shelves(stock, terms_of(now))
        back = _already_back(sold)
        changes = []
        for position, line in enumerate(lines):
            movement = sold[line.movement_id]
            value = _value_of_return(position, line.quantity, movement, back)
            place = places[line.location_id or movement.location_id]
            level = shelves.at(movement.batch, place)
            level.quantity += line.quantity
            level.value += value
            changes.append(
                Change(
                    line=line.line,
                    level=level,
                    quantity=line.quantity,
                    value=value,
                    unit_cost=movement.unit_cost,
                    returns_id=movement.pk,
                )
            )
        movements = movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)
    return effects_of(changes, movements)


def stock_return_out(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[SupplierReturnLine],
    party_type: str,
    party_id: str,
    party_name: str = "",
    occurred_at: datetime | None = None,
) -> list[StockEffect]:
    """Send goods back to the party, whatever their state, at the batch's cost.

    Dr PAYABLES (of the party) by what it gives for them, Cr INVENTORY by what they cost, the
    difference to PURCHASE_PRICE_DIFFERENCE; one journal entry. party_name: for the register of
    controlled products. Units promised to orders stay, if
    they may be handed out. Effects in line order.

    Raises UnknownBatch, UnknownLocation, InsufficientStock, StockReserved, MovementNotFound and
    ReturnExceeded (a named receipt is not of the batch, or had fewer), DuplicateStockEffect,
    InvalidStockLine. A constant number of queries.
    """
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    _refuse_inexact_credits(lines)
    cause = Cause(
        kind=MovementKind.RETURN_OUT,
        reason=MovementReason.SUPPLIER_RETURN,
        source_type=source_type,
        source_id=source_id,
        occurred_at=occurred_at or now,
        party_type=party_type,
        party_id=party_id,
        agreed=sum((line.credit for line in lines), Decimal(0)),
        papers=Papers(counterparty=party_name),
    )
    with effect_once():
        batches = batches_by_id([line.batch_id for line in lines])
        places = locations_by_id({line.location_id for line in lines})
        stock = stock_lock({batch.product_id for batch in batches.values()})
        _refuse_wrong_receipts(lines)
        shelves = Shelves(stock, terms_of(now))
        changes = []
        for position, line in enumerate(lines):
            level = shelves.at(batches[line.batch_id], places[line.location_id])
            if level.quantity < line.quantity:
                raise InsufficientStock(errors=[lacking(position, line.quantity, level.quantity)])
            cost, each = take(level, line.quantity)
            changes.append(
                Change(
                    line=line.line,
                    level=level,
                    quantity=-line.quantity,
                    value=-cost,
                    unit_cost=each,
                    returns_id=line.movement_id,
                )
            )
        shelves.refuse_promised()
        movements = movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)
    return effects_of(changes, movements)


def _sold(lines: Sequence[CustomerReturnLine]) -> dict[int, StockMovement]:
    """The movements of sales that the lines name, with their batches, by id."""
    found = {
        movement.pk: movement
        for movement in StockMovement.objects.select_related("batch").filter(
            pk__in={line.movement_id for line in lines},
            kind=MovementKind.ISSUE,
            reason=MovementReason.SALE,
            reverses__isnull=True,
            reversed_by__isnull=True,
        )
    }
    _refuse_unknown_movements([line.movement_id for line in lines], found)
    return found


def _refuse_unknown_movements(asked: Sequence[int | None], found: Container[int]) -> None:
    problems = [
        FieldProblem(
            f"lines.{position}.movement_id",
            "unknown_movement",
            _("Movement %(id)d cannot be brought back.") % {"id": pk},
        )
        for position, pk in enumerate(asked)
        if pk is not None and pk not in found
    ]
    if problems:
        raise MovementNotFound(errors=problems)


def _already_back(movements: dict[int, StockMovement]) -> dict[int, tuple[int, Decimal]]:
    """Movement -> what of it has come back already: base units and money, both >= 0."""
    rows = (
        StockMovement.objects.filter(
            returns_id__in=movements, reverses__isnull=True, reversed_by__isnull=True
        )
        .order_by()
        .values_list("returns_id")
        .annotate(quantity=Sum("quantity"), value=Sum("value"))
    )
    return {pk: (abs(quantity), abs(value)) for pk, quantity, value in rows}


def _value_of_return(
    position: int, quantity: int, movement: StockMovement, back: dict[int, tuple[int, Decimal]]
) -> Decimal:
    """Money at which `quantity` comes back, counted into `back`; raises ReturnExceeded."""
    units, value = back.get(movement.pk, (0, Decimal(0)))
    went, worth = -movement.quantity, -movement.value
    if units + quantity > went:
        raise ReturnExceeded(
            errors=[
                FieldProblem(
                    f"lines.{position}.quantity",
                    "more_than_went",
                    _("%(left)d of these can still come back.") % {"left": went - units},
                )
            ]
        )
    upto = worth if units + quantity == went else round_money(worth * (units + quantity) / went)
    back[movement.pk] = (units + quantity, max(upto, value))
    return max(upto - value, Decimal(0))


def _refuse_ended(
    lines: Sequence[CustomerReturnLine], sold: dict[int, StockMovement], stock: LockedStock
) -> None:
    problems = [
        FieldProblem(
            f"lines.{position}.movement_id", "not_receivable", _("Activate the product first.")
        )
        for position, line in enumerate(lines)
        if stock.products[sold[line.movement_id].batch.product_id].lifecycle in EMPTY
    ]
    if problems:
        raise ProductNotReceivable(errors=problems)


def _refuse_inexact_credits(lines: Sequence[SupplierReturnLine]) -> None:
    problems = [
        FieldProblem(
            f"lines.{position}.credit",
            "invalid_credit",
            _("Give an amount of money, 0 or more, with the currency's decimal places."),
        )
        for position, line in enumerate(lines)
        if not is_exact_money(line.credit) or line.credit < 0
    ]
    if problems:
        raise InvalidStockLine(errors=problems)


def _refuse_wrong_receipts(lines: Sequence[SupplierReturnLine]) -> None:
    """Raises MovementNotFound or ReturnExceeded for a named receipt that does not fit."""
    named = {line.movement_id for line in lines if line.movement_id is not None}
    receipts = StockMovement.objects.filter(
        pk__in=named, quantity__gt=0, reverses__isnull=True, reversed_by__isnull=True
    ).in_bulk()
    fitting = {
        line.movement_id
        for line in lines
        if line.movement_id is not None
        and line.movement_id in receipts
        and receipts[line.movement_id].batch_id == line.batch_id
    }
    _refuse_unknown_movements([line.movement_id for line in lines], fitting)
    back = _already_back(receipts)
    for position, line in enumerate(lines):
        if line.movement_id is None:
            continue
        units = back.get(line.movement_id, (0, Decimal(0)))[0] + line.quantity
        back[line.movement_id] = (units, Decimal(0))
        if units > receipts[line.movement_id].quantity:
            raise ReturnExceeded(
                errors=[
                    FieldProblem(
                        f"lines.{position}.quantity",
                        "more_than_came",
                        _("Fewer came with this receipt."),
                    )
                ]
            )
