"""Which line of its order a scan is for, and why it cannot be taken in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.models import local_date
from inventory.public import (
    locations_open,
    products_by_id,
)
from purchases.errors import ReceivingRefused
from purchases.models import (
    PurchaseOrderLine,
    Receiving,
    ReceivingLine,
    ReceivingScan,
)
from purchases.selectors.receivings import orders_waiting_for
from purchases.services.receiving.finds import Find, Scan


def counted(line: ReceivingLine) -> int:
    """Units of its order line that a line stands for; a substitute may count otherwise."""
    return line.quantity if line.counted_quantity is None else line.counted_quantity


def order_lines_of(
    receiving: Receiving, finds: Sequence[Find], lines: Sequence[ReceivingLine]
) -> dict[int, PurchaseOrderLine]:
    """The order line of each find, by position. Raises ReceivingRefused: not of this order."""
    by_id = {line.pk: line for line in receiving.order.lines.order_by("position")}
    waiting = Counter({pk: line.outstanding_quantity for pk, line in by_id.items()})
    for row in lines:
        waiting[row.order_line_id] -= counted(row)
    by_product: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
    for line in by_id.values():
        by_product[line.product_id].append(line)
    chosen: dict[int, PurchaseOrderLine] = {}
    lost: list[Find] = []
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
    find: Find,
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


def _not_of_order(receiving: Receiving, lost: Sequence[Find]) -> list[FieldProblem]:
    elsewhere = orders_waiting_for(
        {find.product_id for find in lost}, supplier_id=receiving.order.supplier_id
    )
    names = products_by_id({find.product_id for find in lost})
    return [_lost(find, names[find.product_id].name, elsewhere) for find in lost]


def _lost(find: Find, name: str, elsewhere: Mapping[int, str]) -> FieldProblem:
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


def faults(
    finds: Sequence[Find], order_lines: Mapping[int, PurchaseOrderLine], *, now: datetime
) -> Iterator[FieldProblem]:
    """Packs that are expired, replace something without a reason, or share a serial number."""
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


def serials(finds: Sequence[Find]) -> Iterator[FieldProblem]:
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


def places(scans: Sequence[Scan]) -> Iterator[FieldProblem]:
    """Places that are unknown or closed."""
    asked = {scan.location_id for scan in scans if scan.location_id is not None}
    known = locations_open(asked) if asked else set()
    for position, scan in enumerate(scans):
        if scan.location_id is not None and scan.location_id not in known:
            yield FieldProblem(
                f"scans.{position}.location_id",
                "unknown_location",
                _("There is no open location %(id)d.") % {"id": scan.location_id},
            )
