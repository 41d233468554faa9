"""Goods on their way, announced by orders and counted down as they arrive."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from inventory.errors import DuplicateIncoming, IncomingExceeded, IncomingNotFound
from inventory.models import Incoming, Product
from inventory.records import IncomingLine
from inventory.services.ledger import (
    constraint_of,
    refuse_malformed_lines,
    refuse_unknown_products,
)


def incoming_register(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    lines: Sequence[IncomingLine],
) -> None:
    """Announce ordered goods. Raises DuplicateIncoming, UnknownProduct, InvalidStockLine."""
    refuse_malformed_lines([line.line for line in lines], [line.quantity for line in lines])
    ids = [line.product_id for line in lines]
    try:
        with transaction.atomic():
            known = Product.objects.filter(pk__in=set(ids)).values_list("pk", flat=True)
            refuse_unknown_products(ids, set(known))
            Incoming.objects.bulk_create(
                Incoming(
                    product_id=line.product_id,
                    source_type=source_type,
                    source_id=source_id,
                    line=line.line,
                    quantity=line.quantity,
                    created_at=now,
                    created_by_id=actor.id,
                )
                for line in lines
            )
    except IntegrityError as error:
        if constraint_of(error) == "inventory_incoming_line_once":
            raise DuplicateIncoming from error
        raise


@transaction.atomic
def incoming_amend(*, source_type: str, source_id: str, quantities: Mapping[int, int]) -> None:
    """Announce other quantities: line -> base units in all, > 0, what has come included.

    Raises IncomingNotFound, IncomingExceeded (less than has come or was cancelled),
    InvalidStockLine.
    """
    refuse_malformed_lines(list(quantities), list(quantities.values()))
    rows = _locked_lines(source_type, source_id, quantities)
    for line, quantity in quantities.items():
        rows[line].quantity = quantity
    if any(row.received + row.cancelled > row.quantity for row in rows.values()):
        raise IncomingExceeded
    Incoming.objects.bulk_update(rows.values(), ["quantity"])


def incoming_receive(*, source_type: str, source_id: str, line: int, quantity: int) -> None:
    """Count goods of one announced line as arrived. See `incoming_receive_lines`."""
    incoming_receive_lines(source_type=source_type, source_id=source_id, received={line: quantity})


@transaction.atomic
def incoming_receive_lines(
    *, source_type: str, source_id: str, received: Mapping[int, int]
) -> None:
    """Count goods as arrived: line -> base units, > 0. A constant number of queries.

    Raises IncomingNotFound, IncomingExceeded (more than was announced), InvalidStockLine.
    """
    refuse_malformed_lines(list(received), list(received.values()))
    rows = _locked_lines(source_type, source_id, received)
    problems = [
        FieldProblem(
            f"lines.{position}.quantity",
            "more_than_ordered",
            _("%(open)d are still expected.") % {"open": _rest(rows[line])},
        )
        for position, (line, quantity) in enumerate(received.items())
        if quantity > _rest(rows[line])
    ]
    if problems:
        raise IncomingExceeded(errors=problems)
    for line, quantity in received.items():
        rows[line].received += quantity
    Incoming.objects.bulk_update(rows.values(), ["received"])


def _rest(row: Incoming) -> int:
    return row.quantity - row.received - row.cancelled


@transaction.atomic
def incoming_cancel_lines(
    *, source_type: str, source_id: str, cancelled: Mapping[int, int]
) -> None:
    """A part of the rest will not come: line -> base units, > 0. A constant number of queries.

    Raises IncomingNotFound, IncomingExceeded (more than is expected), InvalidStockLine.
    """
    refuse_malformed_lines(list(cancelled), list(cancelled.values()))
    rows = _locked_lines(source_type, source_id, cancelled)
    problems = [
        FieldProblem(
            f"lines.{position}.quantity",
            "more_than_expected",
            _("%(open)d are still expected.") % {"open": _rest(rows[line])},
        )
        for position, (line, quantity) in enumerate(cancelled.items())
        if quantity > _rest(rows[line])
    ]
    if problems:
        raise IncomingExceeded(errors=problems)
    for line, quantity in cancelled.items():
        rows[line].cancelled += quantity
    Incoming.objects.bulk_update(rows.values(), ["cancelled"])


@transaction.atomic
def incoming_restore(
    *,
    source_type: str,
    source_id: str,
    received: Mapping[int, int],
    cancelled: Mapping[int, int] | None = None,
) -> None:
    """Take back what was counted as arrived, or as cancelled: line -> base units, > 0.

    Where the whole rest was cancelled since, it stays so. A constant number of queries.
    Raises IncomingNotFound, IncomingExceeded (more than had arrived or was cancelled).
    """
    cancelled = cancelled or {}
    rows = _locked_lines(source_type, source_id, {**received, **cancelled})
    for line, quantity in received.items():
        rows[line].received -= quantity
    for line, quantity in cancelled.items():
        rows[line].cancelled -= quantity
    if any(row.received < 0 or row.cancelled < 0 for row in rows.values()):
        raise IncomingExceeded
    Incoming.objects.bulk_update(rows.values(), ["received", "cancelled"])


def _locked_lines(source_type: str, source_id: str, lines: Collection[int]) -> dict[int, Incoming]:
    wanted = Incoming.objects.filter(source_type=source_type, source_id=source_id, line__in=lines)
    rows = {row.line: row for row in lock(wanted)}
    if missing := [line for line in lines if line not in rows]:
        raise IncomingNotFound(
            _("Lines %(lines)s were not announced.") % {"lines": ", ".join(map(str, missing))}
        )
    return rows


@transaction.atomic
def incoming_cancel(*, source_type: str, source_id: str, now: datetime | None = None) -> None:
    """The rest of the announced goods will not come. Doing it twice changes nothing."""
    rows = lock(
        Incoming.objects.filter(
            source_type=source_type, source_id=source_id, cancelled_at__isnull=True
        )
    )
    Incoming.objects.filter(pk__in=[row.pk for row in rows]).update(
        cancelled_at=now or timezone.now()
    )
