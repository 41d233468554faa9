"""Putting right what was scanned, noting what was looked at, and what is said of whole lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from inventory.public import batch_number_clean, locations_open
from purchases.constraints import refusing
from purchases.errors import (
    ReceivingLineNotFound,
    ReceivingLineTaken,
    ReceivingRefused,
    ReceivingScanNotFound,
)
from purchases.models import (
    Receiving,
    ReceivingLine,
    ReceivingScan,
    ReceivingTerms,
)
from purchases.services.receipts.deliveries import Checks
from purchases.services.receiving.sessions import receiving_lock
from purchases.states import ReceivingAction

CHECKS = frozenset(Checks.__dataclass_fields__)
# What may be noted while goods are inspected; everything else is said while they are scanned.
NOTED = CHECKS | {"quarantine", "note"}


@transaction.atomic
def receiving_line_edit(
    *,
    actor: Actor,
    now: datetime,
    receiving_id: int,
    line: int,
    changes: Mapping[str, Any],
) -> ReceivingLine:
    """Change what is said of one line: number, expiry, quantity, place, checks, note.

    changes: fields of `ReceivingLine`. While the goods are inspected only what was looked at,
    `quarantine` and `note`. Raises ReceivingNotFound, ReceivingLineNotFound,
    ReceivingStateRefused, ReceivingLineTaken (another line has that batch at that place),
    ReceivingRefused (fewer than were scanned by serial number, unknown location).
    """
    action = ReceivingAction.CHECK if set(changes) <= NOTED else ReceivingAction.EDIT
    receiving = receiving_lock(receiving_id, action)
    row = _line(receiving, line)
    _refuse_faulty(row, changes)
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.batch_number = batch_number_clean(row.batch_number)
    with refusing({"purchases_receivingline_batch_once": ReceivingLineTaken}):
        row.save(update_fields=[*changes])
    audit.record(
        actor=actor,
        action="purchases.receiving_line_edited",
        subject=receiving,
        changes={
            "line": line,
            **{name: [before[name], getattr(row, name)] for name in changes},
        },
        occurred_at=now,
    )
    return row


@transaction.atomic
def receiving_line_remove(*, actor: Actor, now: datetime, receiving_id: int, line: int) -> None:
    """Take a line out again; its serial numbers may be scanned again.

    Raises ReceivingNotFound, ReceivingLineNotFound, ReceivingStateRefused.
    """
    receiving = receiving_lock(receiving_id, ReceivingAction.EDIT)
    row = _line(receiving, line)
    _remove(row, now=now)
    audit.record(
        actor=actor,
        action="purchases.receiving_line_removed",
        subject=receiving,
        changes={"line": line, "product": row.product_id, "quantity": row.quantity},
        occurred_at=now,
    )


@transaction.atomic
def receiving_scan_undo(*, actor: Actor, now: datetime, receiving_id: int, scan_id: int) -> None:
    """Take one scan back. Raises ReceivingNotFound, ReceivingScanNotFound, ReceivingStateRefused,
    ReceivingRefused (the line was since set to less than that)."""
    receiving = receiving_lock(receiving_id, ReceivingAction.EDIT)
    scan = (
        receiving.scans.filter(pk=scan_id, undone_at__isnull=True, line__isnull=False)
        .select_related("line")
        .first()
    )
    if scan is None or scan.line is None:
        raise ReceivingScanNotFound
    row = scan.line
    if scan.quantity > row.quantity:
        detail = _("The line was set to %(quantity)d since: change it there.")
        named = {"quantity": row.quantity}
        raise ReceivingRefused(errors=[FieldProblem("scan", "line_was_edited", detail % named)])
    scan.undone_at = now
    scan.save(update_fields=["undone_at"])
    row.quantity -= scan.quantity
    if row.counted_quantity is not None:
        row.counted_quantity = max(row.counted_quantity - scan.counted_quantity, 1)
    if row.quantity:
        row.save(update_fields=["quantity", "counted_quantity"])
    else:
        _remove(row, now=now)
    audit.record(
        actor=actor,
        action="purchases.receiving_scan_undone",
        subject=receiving,
        changes={"line": row.line, "scan": scan_id, "quantity": scan.quantity},
        occurred_at=now,
    )


@transaction.atomic
def receiving_terms_set(
    *,
    actor: Actor,
    now: datetime,
    receiving_id: int,
    order_line_id: int,
    invoice_price: Decimal | None = None,
    invoice_amount: Decimal | None = None,
    close_rest: bool = False,
    reason: str = "",
) -> ReceivingTerms:
    """Say what the supplier asks for an order line, and whether its rest is given up.

    Replaces what was said before. Raises ReceivingNotFound, ReceivingStateRefused,
    ReceivingRefused (no such order line, a price and an amount).
    """
    receiving = receiving_lock(receiving_id, ReceivingAction.TERMS)
    if not receiving.order.lines.filter(pk=order_line_id).exists():
        detail = _("This order has no such line.")
        raise ReceivingRefused(errors=[FieldProblem("order_line_id", "unknown", detail)])
    if invoice_price is not None and invoice_amount is not None:
        detail = _("Give the price per pack or the amount of the line, not both.")
        raise ReceivingRefused(errors=[FieldProblem("invoice_amount", "ambiguous", detail)])
    terms, _made = ReceivingTerms.objects.update_or_create(
        receiving=receiving,
        order_line_id=order_line_id,
        defaults={
            "invoice_price": invoice_price,
            "invoice_amount": invoice_amount,
            "close_rest": close_rest,
            "reason": reason.strip(),
        },
    )
    audit.record(
        actor=actor,
        action="purchases.receiving_terms_set",
        subject=receiving,
        changes={
            "order_line": order_line_id,
            "invoice_price": invoice_price,
            "invoice_amount": invoice_amount,
            "close_rest": close_rest,
        },
        reason=terms.reason,
        occurred_at=now,
    )
    return terms


@transaction.atomic
def receiving_terms_clear(
    *, actor: Actor, now: datetime, receiving_id: int, order_line_id: int
) -> None:
    """Nothing special is said of an order line any more; doing it twice changes nothing.

    Raises ReceivingNotFound, ReceivingStateRefused.
    """
    receiving = receiving_lock(receiving_id, ReceivingAction.TERMS)
    deleted, _rows = receiving.terms.filter(order_line_id=order_line_id).delete()
    if deleted:
        audit.record(
            actor=actor,
            action="purchases.receiving_terms_cleared",
            subject=receiving,
            changes={"order_line": order_line_id},
            occurred_at=now,
        )


def _line(receiving: Receiving, line: int) -> ReceivingLine:
    row = receiving.lines.filter(line=line).first()
    if row is None:
        raise ReceivingLineNotFound
    return row


def _remove(row: ReceivingLine, *, now: datetime) -> None:
    row.scans.filter(undone_at__isnull=True).update(undone_at=now)
    ReceivingLine.objects.filter(pk=row.pk).delete()


def _refuse_faulty(row: ReceivingLine, changes: Mapping[str, Any]) -> None:
    problems = []
    if "quantity" in changes:
        by_serial = ReceivingScan.objects.filter(line=row, undone_at__isnull=True).exclude(
            serial=""
        )
        least = by_serial.aggregate(total=Sum("quantity"))["total"] or 0
        if changes["quantity"] < least:
            detail = _("%(least)d were scanned by their serial numbers: take those scans back.")
            problems.append(FieldProblem("quantity", "below_serials", detail % {"least": least}))
    location = changes.get("location_id")
    if location is not None and location not in locations_open({location}):
        detail = _("There is no open location %(id)d.") % {"id": location}
        problems.append(FieldProblem("location_id", "unknown_location", detail))
    if problems:
        raise ReceivingRefused(errors=problems)
