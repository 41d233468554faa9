"""What was scanned or entered, understood: base units of a product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.models import local_date
from inventory.public import (
    WITHOUT_QUANTITY,
    ProductSummary,
    Scanned,
    Unread,
    batch_number_clean,
    codes_look_up,
    products_by_id,
)
from purchases.errors import ReceivingRefused


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
class Find:
    """A scan understood. quantity: base units of the product; path: of the scan in the request."""

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


def refuse(*problems: Iterator[FieldProblem]) -> None:
    """Raises ReceivingRefused naming all of them; nothing where there are none."""
    found = [problem for some in problems for problem in some]
    if found:
        raise ReceivingRefused(errors=found)


def finds_of(scans: Sequence[Scan], *, now: datetime) -> list[Find]:
    """What was scanned. Raises ReceivingRefused naming every scan that says nothing."""
    codes = {scan.code for scan in scans if scan.code}
    read = codes_look_up(codes, today=local_date(now)) if codes else {}
    typed = {scan.product_id for scan in scans if not scan.code and scan.product_id is not None}
    products = products_by_id(typed) if typed else {}
    problems: list[FieldProblem] = []
    finds: list[Find] = []
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
) -> Find | FieldProblem:
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


def _find(position: int, scan: Scan, scanned: Scanned) -> Find:
    return Find(
        position=position,
        scan=scan,
        product_id=scanned.product_id,
        quantity=scan.quantity * scanned.units,
        batch_number=batch_number_clean(scan.batch_number or scanned.batch_number or ""),
        expiry_date=scan.expiry_date or scanned.expiry_date,
        serial=scanned.serial or "",
        warnings=scanned.open_points,
    )
