"""Box after box: from what a scanner or a person says to lines of a receiving.

A phone may send scans one by one or, after a dead spot, many at once; the request's
Idempotency-Key makes sending them again harmless, and a serial number is taken in once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from inventory.public import (
    WITHOUT_QUANTITY,
    ProductSummary,
    Scanned,
    Unread,
    batch_number_clean,
    codes_look_up,
    locations_open,
    products_by_id,
)
from purchases.constraints import refusing
from purchases.errors import ReceivingRefused, SerialJustScanned
from purchases.models import (
    PurchaseOrderLine,
    Receiving,
    ReceivingLine,
    ReceivingScan,
)
from purchases.people import person_of
from purchases.quotes import LARGEST_QUANTITY
from purchases.selectors.receivings import orders_waiting_for
from purchases.services.receiving.sessions import receiving_lock
from purchases.states import ReceivingAction

LineKey = tuple[int, int, str, date | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One thing that arrived. Either a code as scanned or a product; quantity: packs of the code,
    or base units of the product, > 0.

    batch_number, expiry_date: as printed, where the code does not carry them. order_line_id: which
    line it is for, where the product alone does not say; for a substitute it has to be named, with
    the substitution_reason and what it counts_as (units of the order line, None: as many).
    """

    code: str = ""
    product_id: int | None = None
    quantity: int = 1
    batch_number: str = ""
    expiry_date: date | None = None
    order_line_id: int | None = None
    counts_as: int | None = None
    substitution_reason: str = ""
    location_id: int | None = None
    quarantine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTaken:
    """A scan that was taken in, the line it was added to, and stable words for what to look at."""

    scan: ReceivingScan
    line: ReceivingLine
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Find:
    """A scan understood: base units of a product."""

    position: int
    scan: Scan
    product_id: int
    quantity: int
    batch_number: str
    expiry_date: date | None
    serial: str
    warnings: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"scans.{self.position}"


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
    finds = _finds(scans, now=now)
    lines = list(receiving.lines.order_by("line"))
    order_lines = _order_lines(receiving, finds, lines)
    _refuse(_faults(finds, order_lines, now=now), _serials(finds), _places(scans))
    chosen = _add(receiving, finds, order_lines, lines)
    return _write(receiving, finds, chosen, order_lines, actor=actor, now=now)


def _refuse(*problems: Iterator[FieldProblem]) -> None:
    found = [problem for some in problems for problem in some]
    if found:
        raise ReceivingRefused(errors=found)


# --- What was scanned -------------------------------------------------------------------------


def _finds(scans: Sequence[Scan], *, now: datetime) -> list[_Find]:
    """What was scanned. Raises ReceivingRefused naming every scan that says nothing."""
    codes = {scan.code for scan in scans if scan.code}
    read = codes_look_up(codes, today=local_date(now)) if codes else {}
    typed = {scan.product_id for scan in scans if not scan.code and scan.product_id is not None}
    products = products_by_id(typed) if typed else {}
    problems: list[FieldProblem] = []
    finds: list[_Find] = []
    for position, scan in enumerate(scans):
        found = _understood(position, scan, read, products)
        if isinstance(found, FieldProblem):
            problems.append(found)
        else:
            finds.append(found)
    if problems:
        raise ReceivingRefused(errors=problems)
    return finds


def _understood(
    position: int,
    scan: Scan,
    read: Mapping[str, Scanned | Unread],
    products: Mapping[int, ProductSummary],
) -> _Find | FieldProblem:
    path = f"scans.{position}"
    if not scan.code:
        if scan.product_id not in products:
            detail = _("There is no product %(id)d.") % {"id": scan.product_id or 0}
            return FieldProblem(f"{path}.product_id", "unknown_product", detail)
        return _find(position, scan, Scanned(product_id=scan.product_id or 0))
    scanned = read[scan.code]
    if isinstance(scanned, Unread):
        return _unread(f"{path}.code", scanned)
    if WITHOUT_QUANTITY & {*scanned.open_points}:
        detail = _("The code does not say how much it is: send the product and its base units.")
        return FieldProblem(f"{path}.code", "quantity_needed", detail)
    return _find(position, scan, scanned)


def _unread(field: str, scanned: Unread) -> FieldProblem:
    if scanned.problem:
        detail = _("The code cannot be read (%(problem)s): scan it again, or enter the product.")
        return FieldProblem(field, "unreadable", detail % {"problem": scanned.problem})
    detail = _("No product carries this code: find the product, and add the code to it.")
    return FieldProblem(field, "unknown_code", detail)


def _find(position: int, scan: Scan, scanned: Scanned) -> _Find:
    return _Find(
        position=position,
        scan=scan,
        product_id=scanned.product_id,
        quantity=scan.quantity * scanned.units,
        batch_number=batch_number_clean(scan.batch_number or scanned.batch_number or ""),
        expiry_date=scan.expiry_date or scanned.expiry_date,
        serial=scanned.serial or "",
        warnings=scanned.open_points,
    )


# --- What it is for ---------------------------------------------------------------------------


def _order_lines(
    receiving: Receiving, finds: Sequence[_Find], lines: Sequence[ReceivingLine]
) -> dict[int, PurchaseOrderLine]:
    """The order line of each find, by position. Raises ReceivingRefused: not of this order."""
    by_id = {line.pk: line for line in receiving.order.lines.order_by("position")}
    waiting = Counter({pk: line.outstanding_quantity for pk, line in by_id.items()})
    for row in lines:
        waiting[row.order_line_id] -= _counted(row)
    by_product: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
    for line in by_id.values():
        by_product[line.product_id].append(line)
    chosen: dict[int, PurchaseOrderLine] = {}
    lost: list[_Find] = []
    for find in finds:
        choice = _choice(find, by_id, by_product, waiting)
        if choice is None:
            lost.append(find)
        else:
            chosen[find.position] = choice
            waiting[choice.pk] -= find.scan.counts_as or find.quantity
    if lost:
        raise ReceivingRefused(errors=_not_of_order(receiving, lost))
    return chosen


def _choice(
    find: _Find,
    by_id: Mapping[int, PurchaseOrderLine],
    by_product: Mapping[int, Sequence[PurchaseOrderLine]],
    waiting: Mapping[int, int],
) -> PurchaseOrderLine | None:
    """The line that is named, else the first of the product that still waits for goods."""
    if find.scan.order_line_id is not None:
        return by_id.get(find.scan.order_line_id)
    of_product = by_product.get(find.product_id, ())
    open_lines = [line for line in of_product if waiting[line.pk] > 0]
    return next(iter(open_lines or of_product), None)


def _not_of_order(receiving: Receiving, lost: Sequence[_Find]) -> list[FieldProblem]:
    elsewhere = orders_waiting_for(
        {find.product_id for find in lost}, supplier_id=receiving.order.supplier_id
    )
    names = products_by_id({find.product_id for find in lost})
    return [_lost(find, names[find.product_id].name, elsewhere) for find in lost]


def _lost(find: _Find, name: str, elsewhere: Mapping[int, str]) -> FieldProblem:
    if find.scan.order_line_id is not None:
        detail = _("This order has no such line.")
        return FieldProblem(f"{find.path}.order_line_id", "unknown_order_line", detail)
    field = f"{find.path}.{'code' if find.scan.code else 'product_id'}"
    if find.product_id in elsewhere:
        detail = _("%(product)s is not on this order but on %(order)s: take it in there.")
        named = {"product": name, "order": elsewhere[find.product_id]}
        return FieldProblem(field, "not_on_order", detail % named)
    detail = _(
        "%(product)s is not on this order: if it came in place of something, name that order line "
        "and say why; else give it back."
    )
    return FieldProblem(field, "not_on_order", detail % {"product": name})


# --- Whether it may come in -------------------------------------------------------------------


def _faults(
    finds: Sequence[_Find], order_lines: Mapping[int, PurchaseOrderLine], *, now: datetime
) -> Iterator[FieldProblem]:
    for find in finds:
        if find.expiry_date is not None and find.expiry_date <= local_date(now):
            detail = _("The pack expired on %(day)s: refuse it at the door.")
            yield FieldProblem(
                f"{find.path}.expiry_date",
                "expired",
                detail % {"day": find.expiry_date.isoformat()},
            )
        replaces = order_lines[find.position].product_id != find.product_id
        if replaces and not find.scan.substitution_reason.strip():
            yield FieldProblem(
                f"{find.path}.substitution_reason",
                "substitution_reason_needed",
                _("Say why something else came than was ordered."),
            )
        if find.serial and find.scan.quantity > 1:
            yield FieldProblem(
                f"{find.path}.quantity",
                "one_serial_one_pack",
                _("A serial number is on one pack only: scan each."),
            )


def _serials(finds: Sequence[_Find]) -> Iterator[FieldProblem]:
    """A serial number that is here already, or twice among the scans."""
    named = [find for find in finds if find.serial]
    if not named:
        return
    known = {
        (scan.product_id, scan.serial): scan.receiving.number
        for scan in ReceivingScan.objects.filter(
            product_id__in={find.product_id for find in named},
            serial__in={find.serial for find in named},
            undone_at__isnull=True,
        ).select_related("receiving")
    }
    seen: set[tuple[int, str]] = set()
    for find in named:
        key = (find.product_id, find.serial)
        if key in seen or key in known:
            detail = _("The pack with serial number %(serial)s was scanned already%(where)s.")
            where = f" ({known[key]})" if key in known else ""
            named_as = {"serial": find.serial, "where": where}
            yield FieldProblem(f"{find.path}.code", "serial_scanned", detail % named_as)
        seen.add(key)


def _places(scans: Sequence[Scan]) -> Iterator[FieldProblem]:
    asked = {scan.location_id for scan in scans if scan.location_id is not None}
    known = locations_open(asked) if asked else set()
    for position, scan in enumerate(scans):
        if scan.location_id is not None and scan.location_id not in known:
            yield FieldProblem(
                f"scans.{position}.location_id",
                "unknown_location",
                _("There is no open location %(id)d.") % {"id": scan.location_id},
            )


# --- Adding it up -----------------------------------------------------------------------------


def _counted(line: ReceivingLine) -> int:
    return line.quantity if line.counted_quantity is None else line.counted_quantity


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
    finds: Sequence[_Find],
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
    _refuse(_too_many(finds, chosen))
    return chosen


def _grow(line: ReceivingLine, find: _Find, order_line: PurchaseOrderLine) -> None:
    if find.scan.counts_as is not None or line.counted_quantity is not None:
        line.counted_quantity = _counted(line) + (find.scan.counts_as or find.quantity)
    line.quantity += find.quantity
    line.quarantine = line.quarantine or find.scan.quarantine
    if order_line.product_id != find.product_id:
        line.substitution_reason = find.scan.substitution_reason.strip()


def _too_many(
    finds: Sequence[_Find], chosen: Mapping[int, ReceivingLine]
) -> Iterator[FieldProblem]:
    for find in finds:
        line = chosen[find.position]
        if max(line.quantity, _counted(line)) > LARGEST_QUANTITY:
            detail = _("At most %(most)d units of one batch.") % {"most": LARGEST_QUANTITY}
            yield FieldProblem(f"{find.path}.quantity", "too_many", detail)


def _write(
    receiving: Receiving,
    finds: Sequence[_Find],
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
        arrived[line.order_line_id] += _counted(line)
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
