"""Box after box: from what a scanner or a person says to lines of a receiving.

A phone may send scans one by one or, after a dead spot, many at once; the request's
Idempotency-Key makes sending them again harmless, and a serial number is taken in once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import FieldProblem
from purchases.constraints import refusing
from purchases.errors import SerialJustScanned
from purchases.models import (
    PurchaseOrderLine,
    Receiving,
    ReceivingLine,
    ReceivingScan,
)
from purchases.people import person_of
from purchases.quotes import LARGEST_QUANTITY
from purchases.services.receiving.finds import Find, Scan, finds_of, refuse
from purchases.services.receiving.fitting import counted, faults, order_lines_of, places, serials
from purchases.services.receiving.sessions import receiving_lock
from purchases.states import ReceivingAction

__all__ = ["Scan", "ScanTaken", "receiving_scan"]

LineKey = tuple[int, int, str, date | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTaken:
    """A scan that was taken in, the line it was added to, and stable words for what to look at."""

    scan: ReceivingScan
    line: ReceivingLine
    warnings: tuple[str, ...]


@transaction.atomic
def receiving_scan(
    *, actor: Actor, now: datetime, receiving_id: int, scans: Sequence[Scan]
) -> list[ScanTaken]:
    """Take in what was scanned or entered, all or none; in the order of the scans.

    Raises ReceivingNotFound, ReceivingStateRefused, SerialJustScanned, and ReceivingRefused:
    unknown_code, unreadable, unknown_product, quantity_needed, not_on_order, unknown_order_line,
    serial_scanned, one_serial_one_pack, expired, substitution_reason_needed, unknown_location,
    too_many. A constant number of queries.
    """
    receiving = receiving_lock(receiving_id, ReceivingAction.SCAN)
    finds = finds_of(scans, now=now)
    lines = list(receiving.lines.order_by("line"))
    order_lines = order_lines_of(receiving, finds, lines)
    refuse(faults(finds, order_lines, now=now), serials(finds), places(scans))
    chosen = _add(receiving, finds, order_lines, lines)
    return _write(receiving, finds, chosen, order_lines, actor=actor, now=now)


def _key(line: ReceivingLine) -> LineKey:
    return (
        line.order_line_id,
        line.product_id,
        line.batch_number,
        line.expiry_date,
        line.location_id,
    )


def _add(
    receiving: Receiving,
    finds: Sequence[Find],
    order_lines: Mapping[int, PurchaseOrderLine],
    lines: Sequence[ReceivingLine],
) -> dict[int, ReceivingLine]:
    """The line of each find by position, with its goods added. Raises ReceivingRefused."""
    by_key = {_key(line): line for line in lines}
    last = receiving.lines.aggregate(last=Max("line"))["last"] or 0
    chosen: dict[int, ReceivingLine] = {}
    for find in finds:
        line = ReceivingLine(
            receiving=receiving,
            order_line=order_lines[find.position],
            product_id=find.product_id,
            batch_number=find.batch_number,
            expiry_date=find.expiry_date,
            location_id=find.scan.location_id,
            quantity=0,
        )
        line = by_key.setdefault(_key(line), line)
        if not line.line:
            last += 1
            line.line = last
        _grow(line, find, order_lines[find.position])
        chosen[find.position] = line
    refuse(_too_many(finds, chosen))
    return chosen


def _grow(line: ReceivingLine, find: Find, order_line: PurchaseOrderLine) -> None:
    if find.scan.counts_as is not None or line.counted_quantity is not None:
        line.counted_quantity = counted(line) + (find.scan.counts_as or find.quantity)
    line.quantity += find.quantity
    line.quarantine = line.quarantine or find.scan.quarantine
    if order_line.product_id != find.product_id:
        line.substitution_reason = find.scan.substitution_reason.strip()


def _too_many(finds: Sequence[Find], chosen: Mapping[int, ReceivingLine]) -> Iterator[FieldProblem]:
    for find in finds:
        line = chosen[find.position]
        if max(line.quantity, counted(line)) > LARGEST_QUANTITY:
            detail = _("At most %(most)d units of one batch.") % {"most": LARGEST_QUANTITY}
            yield FieldProblem(f"{find.path}.quantity", "too_many", detail)


def _write(
    receiving: Receiving,
    finds: Sequence[Find],
    chosen: Mapping[int, ReceivingLine],
    order_lines: Mapping[int, PurchaseOrderLine],
    *,
    actor: Actor,
    now: datetime,
) -> list[ScanTaken]:
    touched = {id(line): line for line in chosen.values()}.values()
    ReceivingLine.objects.bulk_create([line for line in touched if line.pk is None])
    ReceivingLine.objects.bulk_update(
        touched, ["quantity", "counted_quantity", "quarantine", "substitution_reason"]
    )
    with refusing({"purchases_receivingscan_serial_once": SerialJustScanned}):
        scans = ReceivingScan.objects.bulk_create(
            ReceivingScan(
                receiving=receiving,
                line=chosen[find.position],
                product_id=find.product_id,
                code=find.scan.code,
                serial=find.serial,
                quantity=find.quantity,
                counted_quantity=find.scan.counts_as or find.quantity,
                scanned_at=now,
                scanned_by_id=person_of(actor),
            )
            for find in finds
        )
    over = _over(receiving, order_lines)
    return [
        ScanTaken(
            scan=scan,
            line=chosen[find.position],
            warnings=(*find.warnings, *_warnings(chosen[find.position], over)),
        )
        for scan, find in zip(scans, finds, strict=True)
    ]


def _over(receiving: Receiving, order_lines: Mapping[int, PurchaseOrderLine]) -> set[int]:
    """Order lines of which more was taken in than is to come."""
    arrived: Counter[int] = Counter()
    for line in receiving.lines.all():
        arrived[line.order_line_id] += counted(line)
    return {
        line.pk for line in order_lines.values() if arrived[line.pk] > line.outstanding_quantity
    }


def _warnings(line: ReceivingLine, over: set[int]) -> Iterator[str]:
    if not line.batch_number:
        yield "batch_unknown"
    if line.expiry_date is None:
        yield "expiry_unknown"
    if line.order_line_id in over:
        yield "more_than_outstanding"
