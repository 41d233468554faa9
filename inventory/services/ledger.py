"""Writing movements: the one place where stock changes.

Every change goes lock -> decide in memory -> `movements_post`, which writes levels, the products'
totals, the movements, the alerts and the journal entry, in a number of queries that does not
depend on how many lines there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from capital.public import entry_find, entry_post, entry_reverse
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from inventory.errors import (
    DuplicateStockEffect,
    InvalidStockLine,
    ProductsJustMerged,
    UnknownLocation,
    UnknownProduct,
)
from inventory.models import (
    Batch,
    Location,
    MovementKind,
    Product,
    ProductStock,
    StockLevel,
    StockMovement,
)
from inventory.papers import NO_PAPERS, Papers
from inventory.postings import postings_for
from inventory.records import StockEffect
from inventory.selectors.availability import reserved_by_product
from inventory.services.alerts import alerts_refresh
from inventory.services.locations import location_default
from inventory.services.register.entries import register_write
from inventory.services.reservation_loss import reservations_cut

BATCH_SIZE = 2000
EFFECT_ONCE = "inventory_movement_effect_once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why and for which document stock moves. party: whose debt or claim the counterpart is.

    papers: what the register of controlled products is told of every line; line_papers: of some.
    agreed: money the party gives for goods that leave, if it is not their cost. undoes: the
    source whose movements are reversed, and its journal entry with them, or, for undoes_part,
    a part of that entry; why: the reason.
    """

    kind: str
    reason: str
    source_type: str
    source_id: str
    occurred_at: datetime
    party_type: str = ""
    party_id: str = ""
    agreed: Decimal | None = None
    undoes: tuple[str, str] | None = None
    undoes_part: bool = False
    why: str = ""
    papers: Papers = NO_PAPERS
    line_papers: Mapping[int, Papers] = field(default_factory=dict)

    def papers_of(self, line: int) -> Papers:
        return self.line_papers.get(line, self.papers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One movement to be. quantity and value are signed alike; the level already shows them.

    reverses_id: the movement it undoes; returns_id: the one of which it brings goods back.
    """

    line: int
    level: StockLevel
    quantity: int
    value: Decimal
    unit_cost: Decimal
    part: int = 0
    reverses_id: int | None = None
    returns_id: int | None = None


@dataclass(frozen=True, slots=True)
class LockedStock:
    """Products whose stock this transaction holds, by product id.

    reserved: base units promised to orders; whoever hands some out counts them down.
    """

    totals: dict[int, ProductStock]
    products: dict[int, Product]
    reserved: dict[int, int]


@contextmanager
def effect_once() -> Iterator[None]:
    """One transaction in which a second effect of the same source becomes a domain error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint_of(error) == EFFECT_ONCE:
            raise DuplicateStockEffect from error
        raise


def constraint_of(error: IntegrityError) -> str:
    """The name of the database constraint that refused, "" if unknown."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""


def stock_lock(product_ids: Iterable[int]) -> LockedStock:
    """Lock the stock of these products in primary-key order; unknown ids are absent.

    The products are read after the lock is held, so that they are what was last committed.
    """
    rows = lock(ProductStock.objects.filter(product_id__in=set(product_ids)))
    totals = {row.product_id: row for row in rows}
    return LockedStock(
        totals=totals,
        products=Product.objects.in_bulk(totals),
        reserved=reserved_by_product(totals),
    )


def refuse_unknown_products(product_ids: Sequence[int], known: Collection[int]) -> None:
    """Raises UnknownProduct naming the lines (by position) whose product does not exist."""
    problems = [
        FieldProblem(
            f"lines.{position}.product_id",
            "unknown_product",
            _("There is no product %(id)d.") % {"id": product_id},
        )
        for position, product_id in enumerate(product_ids)
        if product_id not in known
    ]
    if problems:
        raise UnknownProduct(errors=problems)


def refuse_malformed_lines(lines: Sequence[int], quantities: Sequence[int]) -> None:
    """Raises InvalidStockLine for no lines, a line number twice, or a quantity not above 0."""
    if not lines:
        raise InvalidStockLine(
            errors=[FieldProblem("lines", "empty", _("Give at least one line."))]
        )
    problems = (
        [
            FieldProblem(f"lines.{position}.line", "duplicate_line", _("Number every line once."))
            for position, line in enumerate(lines)
            if line in lines[:position]
        ]
        if len(set(lines)) < len(lines)
        else []
    )
    problems += [
        FieldProblem(f"lines.{position}.quantity", "not_positive", _("Give a quantity above 0."))
        for position, quantity in enumerate(quantities)
        if quantity <= 0
    ]
    if problems:
        raise InvalidStockLine(errors=problems)


def locations_resolve(asked: Sequence[int | None]) -> int:
    """The default location's id, after making sure that all `asked` exist and are open."""
    default = location_default()
    wanted = {location for location in asked if location is not None} - {default}
    known = set(
        Location.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True)
        if wanted
        else ()
    )
    problems = [
        FieldProblem(
            f"lines.{position}.location_id",
            "unknown_location",
            _("There is no open location %(id)d.") % {"id": location},
        )
        for position, location in enumerate(asked)
        if location in wanted - known
    ]
    if problems:
        raise UnknownLocation(errors=problems)
    return default


def movements_post(
    *,
    actor: Actor,
    now: datetime,
    cause: Cause,
    stock: LockedStock,
    changes: Sequence[Change],
    announce: bool = True,
) -> list[StockMovement]:
    """Write the changes and everything that follows from them; returns the movements in order.

    announce: whether crossing a minimum is told as an event. Must run inside `effect_once`.
    """
    _refuse_moved_batches(changes)
    _totals_write(stock, changes, cause=cause)
    reservations_cut(stock, now=now)
    levels = {id(change.level): change.level for change in changes}
    StockLevel.objects.bulk_create(
        levels.values(),
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["batch", "location"],
        update_fields=["quantity", "value"],
    )
    movements = StockMovement.objects.bulk_create(
        [_movement(change, cause=cause, actor=actor) for change in changes], batch_size=BATCH_SIZE
    )
    register_write(
        actor=actor,
        products=stock.products,
        movements=[
            (change.level.batch.product_id, movement)
            for change, movement in zip(changes, movements, strict=True)
        ],
        papers_of=cause.papers_of,
    )
    alerts_refresh(products=list(stock.products.values()), now=now, announce=announce)
    _money_post(actor=actor, now=now, cause=cause, changes=changes)
    return movements


def _refuse_moved_batches(changes: Sequence[Change]) -> None:
    """Raises ProductsJustMerged where a batch was read before its product was merged away.

    The lock then taken is not that of the product the batch is of now.
    """
    owners = dict(
        Batch.objects.filter(pk__in={change.level.batch_id for change in changes}).values_list(
            "pk", "product_id"
        )
    )
    if any(owners[change.level.batch_id] != change.level.batch.product_id for change in changes):
        raise ProductsJustMerged


def _money_post(*, actor: Actor, now: datetime, cause: Cause, changes: Sequence[Change]) -> None:
    if cause.undoes is not None and not cause.undoes_part:
        source_type, source_id = cause.undoes
        entry_id = entry_find(
            source_type=source_type, source_id=source_id, kind=f"stock_{cause.kind}"
        )
        if entry_id is not None:  # nothing had value
            entry_reverse(actor=actor, now=now, entry_id=entry_id, reason=cause.why)
        return
    postings = postings_for(
        kind=cause.kind,
        reason=cause.reason,
        values=[-change.value if cause.undoes_part else change.value for change in changes],
        party_type=cause.party_type,
        party_id=cause.party_id,
        agreed=cause.agreed,
    )
    if cause.undoes_part:
        postings = [replace(line, debit=line.credit, credit=line.debit) for line in postings]
    if postings:
        entry_post(
            actor=actor,
            now=now,
            source_type=cause.source_type,
            source_id=cause.source_id,
            kind=f"stock_{cause.kind}",
            postings=postings,
            memo=cause.why,
            occurred_at=cause.occurred_at,
        )


def _totals_write(stock: LockedStock, changes: Sequence[Change], *, cause: Cause) -> None:
    touched: dict[int, ProductStock] = {}
    for change in changes:
        total = stock.totals[change.level.batch.product_id]
        total.on_hand += change.quantity
        total.value += change.value
        if cause.kind == MovementKind.ISSUE and change.quantity < 0:
            total.last_issued_at = max(total.last_issued_at or cause.occurred_at, cause.occurred_at)
        touched[total.product_id] = total
    ProductStock.objects.bulk_create(
        touched.values(),
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=["on_hand", "value", "last_issued_at"],
    )


def _movement(change: Change, *, cause: Cause, actor: Actor) -> StockMovement:
    return StockMovement(
        kind=cause.kind,
        reason=cause.reason,
        batch_id=change.level.batch_id,
        location_id=change.level.location_id,
        quantity=change.quantity,
        value=change.value,
        unit_cost=change.unit_cost,
        source_type=cause.source_type,
        source_id=cause.source_id,
        line=change.line,
        part=change.part,
        party_type=cause.party_type,
        party_id=cause.party_id,
        reverses_id=change.reverses_id,
        returns_id=change.returns_id,
        occurred_at=cause.occurred_at,
        actor_id=actor.id,
    )


def effects_of(changes: Sequence[Change], movements: Sequence[StockMovement]) -> list[StockEffect]:
    """What callers are told, in the order of the changes."""
    return [
        StockEffect(
            line=change.line,
            movement_id=movement.pk,
            product_id=change.level.batch.product_id,
            batch_id=change.level.batch_id,
            batch_number=change.level.batch.number,
            expiry_date=change.level.batch.expiry_date,
            location_id=change.level.location_id,
            quantity=abs(change.quantity),
            cost=abs(change.value),
        )
        for change, movement in zip(changes, movements, strict=True)
    ]
