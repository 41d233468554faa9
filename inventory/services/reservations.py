"""Promising units to orders, and handing them out, giving them up or letting them run out.

What is reserved of a product is the sum of its open rows; no counter repeats it. Every change
holds the lock of the products' stock, so that two orders can never be promised the same unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.outbox import publish_all
from inventory.errors import (
    DuplicateReservation,
    InsufficientStock,
    InvalidReservation,
    ReservationNotFound,
)
from inventory.events import ReservationClosed
from inventory.models import Reservation, ReservationStatus
from inventory.records import ReservationLine
from inventory.selectors.availability import available_by_product, open_reservations
from inventory.services.alerts import alerts_refresh
from inventory.services.ledger import (
    BATCH_SIZE,
    LockedStock,
    constraint_of,
    refuse_malformed_lines,
    refuse_unknown_products,
    stock_lock,
)
from inventory.services.reservation_loss import reservations_close

EXPIRED_AT_ONCE = 500


def reservation_create(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[ReservationLine],
    expires_at: datetime | None = None,
) -> None:
    """Promise the lines' units to the source, all of them or none. A constant number of queries.

    expires_at: when a worker releases what has not been handed out by then; None: never.
    Raises InsufficientStock (409, one error per line), DuplicateReservation (a line of the source
    is already reserved), UnknownProduct, InvalidStockLine, InvalidReservation.
    """
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    _refuse_past(expires_at, now)
    try:
        with transaction.atomic():
            stock = stock_lock(line.product_id for line in lines)
            refuse_unknown_products([line.product_id for line in lines], stock.products)
            _refuse_unavailable(lines, available_by_product(stock.products, now=now))
            rows = Reservation.objects.bulk_create(
                (
                    Reservation(
                        product_id=line.product_id,
                        source_type=source_type,
                        source_id=source_id,
                        line=line.line,
                        quantity=line.quantity,
                        expires_at=expires_at,
                        created_at=now,
                        created_by_id=actor.id,
                    )
                    for line in lines
                ),
                batch_size=BATCH_SIZE,
            )
            _told(stock, now=now)
            _record(actor, "inventory.stock_reserved", rows, now=now)
    except IntegrityError as error:
        if constraint_of(error) == "inventory_reservation_line_once":
            raise DuplicateReservation from error
        raise


@transaction.atomic
def reservation_extend(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    expires_at: datetime | None,
) -> None:
    """Let the source's open reservations run until `expires_at`; None: for ever.

    Raises ReservationNotFound (nothing is open any more), InvalidReservation (a past moment).
    """
    _refuse_past(expires_at, now)
    _stock, rows = _locked_rows(source_type, source_id)
    if not rows:
        raise ReservationNotFound
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).update(expires_at=expires_at)
    _record(
        actor, "inventory.reservation_extended", rows, now=now, facts={"expires_at": expires_at}
    )


@transaction.atomic
def reservation_release(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Collection[int] | None = None,
) -> int:
    """Give up what is still promised to the source, or to some of its lines; how many rows.

    Doing it again changes nothing and returns 0.
    """
    stock, rows = _locked_rows(source_type, source_id)
    if lines is not None:
        rows = [row for row in rows if row.line in lines]
    if not rows:
        return 0
    reservations_close(rows, status=ReservationStatus.RELEASED, now=now)
    _told(stock, now=now)
    _record(actor, "inventory.reservation_released", rows, now=now)
    return len(rows)


@transaction.atomic
def reservations_expire(*, now: datetime) -> int:
    """Release the open reservations whose time is over, at most 500; how many rows.

    Their sources are told by `ReservationClosed`.
    """
    due = open_reservations().filter(expires_at__lte=now).order_by("expires_at")
    stock = stock_lock(due.values_list("product_id", flat=True)[:EXPIRED_AT_ONCE])
    rows = list(
        open_reservations()
        .filter(expires_at__lte=now, product_id__in=stock.products)
        .order_by("pk")[:EXPIRED_AT_ONCE]
    )
    if not rows:
        return 0
    held = {row.pk: row.outstanding for row in rows}
    reservations_close(rows, status=ReservationStatus.EXPIRED, now=now)
    publish_all(
        [
            ReservationClosed(
                source_type=row.source_type,
                source_id=row.source_id,
                line=row.line,
                product_id=row.product_id,
                quantity=held[row.pk],
                outcome=ReservationStatus.EXPIRED,
            )
            for row in rows
        ]
    )
    _told(stock, now=now)
    return len(rows)


def reservations_of(
    source: tuple[str, str] | None, product_ids: Collection[int]
) -> dict[int, list[Reservation]]:
    """The source's open reservations of these products, oldest first. The stock is locked."""
    rows: dict[int, list[Reservation]] = defaultdict(list)
    if source is not None:
        found = open_reservations().filter(
            source_type=source[0], source_id=source[1], product_id__in=product_ids
        )
        for row in found.order_by("pk"):
            rows[row.product_id].append(row)
    return rows


def reservations_consume(
    rows: Mapping[int, Sequence[Reservation]], left: Mapping[int, int], *, now: datetime
) -> None:
    """Write what was handed out: of each product's rows all but `left` units. One query."""
    changed: list[Reservation] = []
    for product_id, promised in rows.items():
        taken = sum(row.outstanding for row in promised) - left.get(product_id, 0)
        for row in promised:
            part = min(taken, row.outstanding)
            if part == 0:
                break
            row.consumed += part
            taken -= part
            changed.append(row)
            if row.consumed == row.quantity:
                row.status, row.closed_at = ReservationStatus.CONSUMED, now
    if changed:
        Reservation.objects.bulk_update(
            changed, ["consumed", "status", "closed_at"], batch_size=BATCH_SIZE
        )


def _locked_rows(source_type: str, source_id: str) -> tuple[LockedStock, list[Reservation]]:
    """The source's open reservations, read again once their products' stock is locked."""
    mine = open_reservations().filter(source_type=source_type, source_id=source_id)
    stock = stock_lock(mine.values_list("product_id", flat=True))
    return stock, list(mine.filter(product_id__in=stock.products).order_by("pk"))


def _told(stock: LockedStock, *, now: datetime) -> None:
    alerts_refresh(products=list(stock.products.values()), now=now)


def _record(
    actor: Actor,
    action: str,
    rows: Sequence[Reservation],
    *,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    first = rows[0]
    audit.record(
        actor=actor,
        action=action,
        subject=first,
        changes={
            "source": f"{first.source_type}:{first.source_id}",
            "lines": len(rows),
            "units": sum(row.quantity - row.consumed for row in rows),
            **(facts or {}),
        },
        occurred_at=now,
    )


def _refuse_past(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise InvalidReservation(
            errors=[FieldProblem("expires_at", "in_past", _("Give a moment in the future."))]
        )


def _refuse_unavailable(lines: Sequence[ReservationLine], available: dict[int, int]) -> None:
    problems, shortfalls = [], []
    for position, line in enumerate(lines):
        free = max(0, available.get(line.product_id, 0))
        if line.quantity <= free:
            available[line.product_id] = free - line.quantity
            continue
        text = _("Asked for %(asked)d, available %(available)d.")
        values = {"asked": line.quantity, "available": free}
        problems.append(
            FieldProblem(f"lines.{position}.quantity", "insufficient_stock", text % values)
        )
        shortfalls.append(
            {
                "line": line.line,
                "product_id": line.product_id,
                "requested": line.quantity,
                "available": free,
            }
        )
    if problems:
        raise InsufficientStock(errors=problems, extra={"shortfalls": shortfalls})
