"""Goods that turn out to have cost more, or less, than they were received at.

What is still there is worth that much more; what has left cannot be: its share is told to the
caller, who books it to the cost of what was sold. docs/flows/stock-postings.md has an example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import FieldProblem
from core.money import allocate, is_exact_money
from inventory.errors import InvalidStockLine
from inventory.models import MovementKind, MovementReason, StockLevel
from inventory.selectors.availability import terms_of
from inventory.services.allocation import unit_cost_of
from inventory.services.ledger import (
    Cause,
    Change,
    effect_once,
    movements_post,
    refuse_malformed_lines,
    stock_lock,
)
from inventory.services.shelves import Shelves, batches_by_id

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevaluationLine:
    """What some goods of a batch cost more (> 0) or less (< 0) than they were received at.

    quantity: base units that bear the amount, > 0, wherever they are by now.
    """

    line: int
    batch_id: int
    quantity: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Revalued:
    """amount = on_hand_amount, by which the batch's value changed, + gone_amount; signed alike.

    on_hand_quantity: of the line's units, those that are still there.
    """

    line: int
    on_hand_quantity: int
    on_hand_amount: Decimal
    gone_amount: Decimal


def stock_revalue(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[RevaluationLine],
) -> list[Revalued]:
    """Change what goods on hand are worth; in line order, what of each line they bear.

    A batch holds no track of which delivery its units came by: those that are there are taken for
    the lines', as far as they reach, in the order of the lines. What is there bears its share of
    the amount by quantity, at every place alike, and never falls below nothing.

    Dr INVENTORY Cr PURCHASE_PRICE_DIFFERENCE for more, the other way round for less: the caller
    books the bill against the same account, which then stands where it stood. Raises UnknownBatch,
    InvalidStockLine, DuplicateStockEffect. A constant number of queries.
    """
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    _refuse_inexact(lines)
    cause = Cause(
        kind=MovementKind.REVALUATION,
        reason=MovementReason.LANDED_COST,
        source_type=source_type,
        source_id=source_id,
        occurred_at=now,
    )
    with effect_once():
        batches = batches_by_id([line.batch_id for line in lines])
        stock = stock_lock({batch.product_id for batch in batches.values()})
        shelves = Shelves(stock, terms_of(now))
        places: dict[int, list[StockLevel]] = {pk: [] for pk in batches}
        for level in sorted(shelves.levels.values(), key=lambda level: level.pk):
            places.get(level.batch_id, []).append(level)
        left = {pk: sum(level.quantity for level in levels) for pk, levels in places.items()}
        changes: list[Change] = []
        told: list[Revalued] = []
        for line in lines:
            here = min(line.quantity, left[line.batch_id])
            left[line.batch_id] -= here
            made = _changes(line, here, places[line.batch_id])
            changes += made
            borne = sum((change.value for change in made), ZERO)
            told.append(
                Revalued(
                    line=line.line,
                    on_hand_quantity=here,
                    on_hand_amount=borne,
                    gone_amount=line.amount - borne,
                )
            )
        movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)
    return told


def _changes(line: RevaluationLine, here: int, levels: Sequence[StockLevel]) -> list[Change]:
    """The line's share of goods on hand, by place; what would be worth less than nothing is not."""
    if not here:
        return []
    share = allocate(abs(line.amount), [here, line.quantity - here])[0]
    changes = []
    for part, (level, amount) in enumerate(
        zip(levels, allocate(share, [level.quantity for level in levels]), strict=True)
    ):
        value = amount if line.amount > 0 else -min(amount, level.value)
        if not value:
            continue
        level.value += value
        changes.append(
            Change(
                line=line.line,
                part=part,
                level=level,
                quantity=0,
                value=value,
                unit_cost=unit_cost_of(level),
            )
        )
    return changes


def _refuse_inexact(lines: Sequence[RevaluationLine]) -> None:
    problems = [
        FieldProblem(
            f"lines.{position}.amount",
            "invalid_amount",
            _("Give an amount of money other than 0, with the currency's decimal places."),
        )
        for position, line in enumerate(lines)
        if not is_exact_money(line.amount) or not line.amount
    ]
    if problems:
        raise InvalidStockLine(errors=problems)
