"""Undoing a document: rows that mirror its own and name them, in both ledgers."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from core.audit import Actor
from core.db import lock
from inventory.errors import DocumentNotFound, ReversalRefused
from inventory.lifecycle import EMPTY
from inventory.models import StockDocument, StockMovement
from inventory.papers import Papers
from inventory.records import StockEffect
from inventory.selectors.availability import terms_of
from inventory.services.documents import SOURCE_TYPE, document_write
from inventory.services.ledger import (
    Cause,
    Change,
    LockedStock,
    effect_once,
    effects_of,
    movements_post,
    stock_lock,
)
from inventory.services.shelves import Shelves


def stock_reverse(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    undoes: tuple[str, str],
    reason: str,
    cosigner_id: int | None = None,
    lines: Collection[int] | None = None,
) -> list[StockEffect]:
    """Undo every movement of the source `undoes`, and the money with it, for the new source.

    Each movement is mirrored by one that names it, and so is the journal entry; today's date.
    lines: only those of the source; where that is not all of it, their part of the money is
    posted the other way round by an entry of its own.
    cosigner_id: who asked for it, where controlled products need two people.
    Raises ReversalRefused: there is nothing to undo, it was undone or partly brought back before,
    its goods are no longer there at that worth, or goods would come back of a product that has
    ended; StockReserved; DuplicateStockEffect.
    """
    with effect_once():
        stock, originals, whole = _originals(undoes, lines)
        first = originals[0]
        cause = Cause(
            kind=first.kind,
            reason=first.reason,
            source_type=source_type,
            source_id=source_id,
            occurred_at=now,
            party_type=first.party_type,
            party_id=first.party_id,
            undoes=undoes,
            why=reason,
            undoes_part=not whole,
            papers=Papers(cosigner_id=cosigner_id),
        )
        shelves = Shelves(stock, terms_of(now))
        changes = [_undone(movement, shelves) for movement in originals]
        _refuse_gone(changes)
        _refuse_ended(changes, stock)
        shelves.refuse_promised()
        movements = movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)
    return effects_of(changes, movements)


def document_reverse(
    *,
    actor: Actor,
    now: datetime,
    document_id: uuid.UUID,
    reason: str,
    cosigner_id: int | None = None,
) -> uuid.UUID:
    """Undo what staff did by a document; returns the id of the document that undoes it.

    Raises DocumentNotFound, ReversalRefused (also: it undoes another one itself), StockReserved.
    """
    with effect_once():
        found = lock(StockDocument.objects.filter(pk=document_id))
        if not found:
            raise DocumentNotFound
        (document,) = found
        if document.reverses_id is not None:
            raise ReversalRefused(_("It undoes another document itself."))
        new_id = uuid.uuid4()
        stock_reverse(
            actor=actor,
            now=now,
            source_type=SOURCE_TYPE,
            source_id=str(new_id),
            undoes=(SOURCE_TYPE, str(document.pk)),
            reason=reason,
            cosigner_id=cosigner_id,
        )
        cause = Cause(
            kind=document.kind,
            reason=document.reason,
            source_type=SOURCE_TYPE,
            source_id=str(new_id),
            occurred_at=now,
        )
        return document_write(
            actor=actor,
            now=now,
            cause=cause,
            lines=document.lines,
            value=-document.value,
            note=reason,
            reverses=document,
        )


def _originals(
    undoes: tuple[str, str], lines: Collection[int] | None
) -> tuple[LockedStock, list[StockMovement], bool]:
    """The source's movements, read once their products' stock is locked; and whether it is all."""
    every = StockMovement.objects.filter(source_type=undoes[0], source_id=undoes[1])
    rows = every if lines is None else every.filter(line__in=lines)
    stock = stock_lock(rows.values_list("batch__product_id", flat=True))
    movements = list(
        rows.select_related("batch", "location", "reversed_by").order_by("line", "part", "pk")
    )
    if not movements or any(movement.reverses_id is not None for movement in movements):
        raise ReversalRefused(_("There is nothing to undo."))
    if len({movement.kind for movement in movements}) > 1:
        raise ReversalRefused(_("Its movements are of several kinds; undo them one by one."))
    if any(hasattr(movement, "reversed_by") for movement in movements):
        raise ReversalRefused(_("It was undone before."))
    brought_back = StockMovement.objects.filter(
        returns__in=[movement.pk for movement in movements],
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    if brought_back.exists():
        raise ReversalRefused(_("Some of its goods have already been brought back."))
    whole = lines is None or every.count() == len(movements)
    return stock, movements, whole


def _undone(movement: StockMovement, shelves: Shelves) -> Change:
    level = shelves.at(movement.batch, movement.location)
    level.quantity -= movement.quantity
    level.value -= movement.value
    return Change(
        line=movement.line,
        part=movement.part,
        level=level,
        quantity=-movement.quantity,
        value=-movement.value,
        unit_cost=movement.unit_cost,
        reverses_id=movement.pk,
    )


def _refuse_gone(changes: Sequence[Change]) -> None:
    """Raises ReversalRefused if a level ends below nothing, or empty but not worth nothing."""
    for change in changes:
        level = change.level
        if level.quantity < 0 or level.value < 0 or (level.quantity == 0 and level.value != 0):
            raise ReversalRefused(
                _(
                    "Of batch %(batch)s at %(location)s the goods have gone on since; "
                    "correct what is left by an adjustment."
                )
                % {"batch": level.batch, "location": level.location}
            )


def _refuse_ended(changes: Sequence[Change], stock: LockedStock) -> None:
    """Raises ReversalRefused if there were more again of a product that ended with nothing left."""
    grown: Counter[int] = Counter()
    for change in changes:
        grown[change.level.batch.product_id] += change.quantity
    for product_id, quantity in grown.items():
        product = stock.products[product_id]
        if quantity > 0 and product.lifecycle in EMPTY:
            raise ReversalRefused(
                _("%(product)s is %(state)s; activate it first.")
                % {"product": product, "state": product.get_lifecycle_display()}
            )
