"""Receiving and issuing stock for the documents of other rooms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.money import is_exact_money, unit_cost
from core.text import to_ascii_digits
from inventory.errors import InvalidStockLine, ProductNotReceivable, ProductNotSellable
from inventory.lifecycle import EMPTY, RECEIVABLE, Lifecycle
from inventory.models import (
    Batch,
    MovementKind,
    MovementReason,
    Product,
    StockLevel,
    StockMovement,
)
from inventory.papers import Papers
from inventory.records import IssueLine, Override, ReceiptLine, StockEffect
from inventory.selectors.availability import terms_of
from inventory.services.allocation import Promises, allocate
from inventory.services.ledger import (
    BATCH_SIZE,
    Cause,
    Change,
    LockedStock,
    effect_once,
    effects_of,
    locations_resolve,
    movements_post,
    refuse_malformed_lines,
    refuse_unknown_products,
    stock_lock,
)
from inventory.services.reservations import reservations_consume, reservations_of
from inventory.services.shortfalls import Choice

BatchKey = tuple[int, str, date | None]


def stock_receive(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[ReceiptLine],
    party_type: str,
    party_id: str,
    party_name: str = "",
    occurred_at: datetime | None = None,
) -> list[StockEffect]:
    """Put purchased goods on the shelf and owe them to the party; effects in line order.

    party_name: for the register of controlled products.

    Dr INVENTORY Cr PAYABLES, one journal entry for the document (none if everything was free).
    A `new` product becomes `active`. Raises DuplicateStockEffect, UnknownProduct,
    ProductNotReceivable, UnknownLocation, InvalidStockLine. A constant number of queries.
    """
    cause = Cause(
        kind=MovementKind.RECEIPT,
        reason=MovementReason.PURCHASE,
        source_type=source_type,
        source_id=source_id,
        occurred_at=occurred_at or now,
        party_type=party_type,
        party_id=party_id,
        papers=Papers(counterparty=party_name),
    )
    return receipt_post(actor=actor, now=now, cause=cause, lines=lines)


def stock_issue(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[IssueLine],
    occurred_at: datetime | None = None,
    reserved_for: tuple[str, str] | None = None,
    override: Override | None = None,
) -> list[StockEffect]:
    """Take sold goods off the shelf, first expiring first; effects in line, then FEFO order.

    Never used: batches expired on the pharmacy's present day or within
    `STOCK_MIN_DAYS_TO_EXPIRY` days of it, quarantined or recalled ones, places that are not for
    handing out, and units reserved for others. reserved_for: the (source type, source id) whose
    reservations this hands out. override: leave to follow a line's choice of batch.

    Dr COST_OF_GOODS_SOLD Cr INVENTORY, one journal entry for the document.
    Raises InsufficientStock (409, one error per line), DuplicateStockEffect, UnknownProduct,
    UnknownLocation, InvalidStockLine, PrescriptionRequired, AllocationOverrideRequired,
    BatchHeldBack. A constant number of queries.
    """
    cause = Cause(
        kind=MovementKind.ISSUE,
        reason=MovementReason.SALE,
        source_type=source_type,
        source_id=source_id,
        occurred_at=occurred_at or now,
        line_papers={
            line.line: Papers(prescription=line.prescription)
            for line in lines
            if line.prescription is not None
        },
    )
    return issue_post(
        actor=actor,
        now=now,
        cause=cause,
        lines=lines,
        reserved_for=reserved_for,
        override=override,
    )


def receipt_post(
    *, actor: Actor, now: datetime, cause: Cause, lines: Sequence[ReceiptLine]
) -> list[StockEffect]:
    """Receive `lines` for any cause that makes stock grow; see `stock_receive`."""
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    _refuse_inexact_costs(lines)
    with effect_once():
        stock = stock_lock(line.product_id for line in lines)
        refuse_unknown_products([line.product_id for line in lines], stock.products)
        refuse_unreceivable(lines, stock)
        default = locations_resolve([line.location_id for line in lines])
        changes = receipt_changes(lines, default_location=default, received_at=now)
        products_activate(stock, {line.product_id for line in lines}, now=now)
        movements = movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)
    return effects_of(changes, movements)


def issue_post(
    *,
    actor: Actor,
    now: datetime,
    cause: Cause,
    lines: Sequence[IssueLine],
    reserved_for: tuple[str, str] | None = None,
    override: Override | None = None,
) -> list[StockEffect]:
    """Issue `lines` by FEFO for any cause that makes stock shrink; see `stock_issue`."""
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    _refuse_empty_reason(override)
    with effect_once():
        stock = stock_lock(line.product_id for line in lines)
        refuse_unknown_products([line.product_id for line in lines], stock.products)
        if cause.reason == MovementReason.SALE:
            _refuse_unsellable(lines, stock)
        default = locations_resolve([line.location_id for line in lines])
        promised = reservations_of(reserved_for, stock.products)
        promises = Promises(
            reserved=stock.reserved,
            own={pk: sum(row.outstanding for row in rows) for pk, rows in promised.items()},
        )
        allocation = allocate(
            lines,
            levels_of(stock),
            default_location=default,
            terms=terms_of(now),
            promises=promises,
            override_allowed=override is not None,
        )
        reservations_consume(promised, promises.own, now=now)
        changes = [
            Change(
                line=pick.line.line,
                part=pick.part,
                level=pick.level,
                quantity=-pick.quantity,
                value=-pick.cost,
                unit_cost=pick.unit_cost,
            )
            for pick in allocation.picks
        ]
        movements = movements_post(actor=actor, now=now, cause=cause, stock=stock, changes=changes)
        if override is not None and allocation.choices:
            _choices_record(actor, movements[0], allocation.choices, override, now=now)
    return effects_of(changes, movements)


def levels_of(stock: LockedStock) -> QuerySet[StockLevel]:
    """Everything on hand of the locked products, with batch and location. One query."""
    return StockLevel.objects.filter(
        batch__product_id__in=stock.products, quantity__gt=0
    ).select_related("batch", "location")


def _refuse_empty_reason(override: Override | None) -> None:
    if override is not None and not override.reason.strip():
        raise InvalidStockLine(
            errors=[FieldProblem("override_reason", "required", _("Say why."))],
        )


def _choices_record(
    actor: Actor,
    movement: StockMovement,
    choices: Sequence[Choice],
    override: Override,
    *,
    now: datetime,
) -> None:
    audit.record(
        actor=actor,
        action="inventory.allocation_overridden",
        subject=movement,
        changes={
            "source": f"{movement.source_type}:{movement.source_id}",
            "lines": [
                {
                    "line": choice.line.line,
                    "quantity": choice.line.quantity,
                    "batch_id": choice.batch_id,
                    "instead_of": choice.instead_of,
                    "why_not": str(choice.why_not),
                }
                for choice in choices[:100]
            ],
        },
        reason=override.reason,
        occurred_at=now,
    )


def batch_number_clean(number: str) -> str:
    """A batch number as it is kept: one spelling of digits, case and spaces."""
    return " ".join(to_ascii_digits(number).split()).upper()


def receipt_changes(
    lines: Sequence[ReceiptLine], *, default_location: int, received_at: datetime
) -> list[Change]:
    """Find or make the batches and levels of `lines` and add the goods to them in memory."""
    keys = [(line.product_id, batch_number_clean(line.batch_number), line.expiry_date)
            for line in lines]  # fmt: skip
    batches = batches_for(keys, received_at=received_at)
    levels = {
        (level.batch_id, level.location_id): level
        for level in StockLevel.objects.filter(
            batch_id__in=[batch.pk for batch in batches.values()]
        )
    }
    changes: list[Change] = []
    for line, key in zip(lines, keys, strict=True):
        batch, location = batches[key], line.location_id or default_location
        level = levels.setdefault(
            (batch.pk, location), StockLevel(batch=batch, location_id=location, value=Decimal(0))
        )
        level.batch = batch
        level.quantity += line.quantity
        level.value += line.total_cost
        changes.append(
            Change(
                line=line.line,
                level=level,
                quantity=line.quantity,
                value=line.total_cost,
                unit_cost=unit_cost(line.total_cost / line.quantity),
            )
        )
    return changes


def batches_for(keys: Sequence[BatchKey], *, received_at: datetime) -> dict[BatchKey, Batch]:
    """The batches of `keys`, made where missing. The products' stock is locked: no one else can."""
    alike = Batch.objects.filter(
        product_id__in={key[0] for key in keys}, number__in={key[1] for key in keys}
    )
    # Of batches that a merge made alike the product's own comes last here, and is the one meant.
    found = {
        (batch.product_id, batch.number, batch.expiry_date): batch
        for batch in alike.order_by(F("merged_from").desc(nulls_last=True))
    }
    missing = [key for key in dict.fromkeys(keys) if key not in found]
    made = Batch.objects.bulk_create(
        [
            Batch(product_id=product, number=number, expiry_date=expiry, received_at=received_at)
            for product, number, expiry in missing
        ],
        batch_size=BATCH_SIZE,
    )
    return found | dict(zip(missing, made, strict=True))


def _refuse_inexact_costs(lines: Sequence[ReceiptLine]) -> None:
    problems = [
        FieldProblem(
            f"lines.{position}.total_cost",
            "invalid_cost",
            _("Give an amount of money, 0 or more, with the currency's decimal places."),
        )
        for position, line in enumerate(lines)
        if not is_exact_money(line.total_cost) or line.total_cost < 0
    ]
    if problems:
        raise InvalidStockLine(errors=problems)


def refuse_unreceivable(lines: Sequence[ReceiptLine], stock: LockedStock) -> None:
    """Raises ProductNotReceivable naming the lines whose product is discontinued or archived."""
    problems = [
        FieldProblem(
            f"lines.{position}.product_id",
            "not_receivable",
            _("%(product)s is %(state)s; activate it first.")
            % {"product": product, "state": product.get_lifecycle_display()},
        )
        for position, line in enumerate(lines)
        if (product := stock.products[line.product_id]).lifecycle not in RECEIVABLE
    ]
    if problems:
        raise ProductNotReceivable(errors=problems)


def _refuse_unsellable(lines: Sequence[IssueLine], stock: LockedStock) -> None:
    """Raises ProductNotSellable for what has ended; a `new` product has no stock to be sold."""
    problems = [
        FieldProblem(
            f"lines.{position}.product_id",
            "not_sellable",
            _("%(product)s is %(state)s.")
            % {"product": product, "state": product.get_lifecycle_display()},
        )
        for position, line in enumerate(lines)
        if (product := stock.products[line.product_id]).lifecycle in EMPTY
    ]
    if problems:
        raise ProductNotSellable(errors=problems)


def products_activate(stock: LockedStock, received: set[int], *, now: datetime) -> None:
    """A product stocked for the first time is new no more; its first movement is the record."""
    new = [stock.products[pk] for pk in received if stock.products[pk].lifecycle == Lifecycle.NEW]
    if not new:
        return
    Product.objects.filter(pk__in=[product.pk for product in new]).update(
        lifecycle=Lifecycle.ACTIVE, updated_at=now
    )
    for product in new:
        product.lifecycle = Lifecycle.ACTIVE
