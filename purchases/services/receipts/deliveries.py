"""What a person says has arrived, and whether that can be at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from purchases.errors import ReceiptRefused
from purchases.models import PurchaseOrderLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What was looked at on arrival; None: was not looked at. temperature: degrees Celsius."""

    temperature_celsius: Decimal | None = None
    packaging_intact: bool | None = None
    seals_intact: bool | None = None
    leaflet_readable: bool | None = None


NO_CHECKS = Checks()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """quantity: base units, > 0, free ones included. "" and None are unknown.

    product_id: what came in place of the ordered product, with its substitution_reason; None is
    what was ordered. counts_as: units of the order line it stands for then, None is as many.
    quarantine: it waits there for an inspection, and goes to location_id when it is accepted.
    """

    quantity: int
    batch_number: str = ""
    expiry_date: date | None = None
    location_id: int | None = None
    product_id: int | None = None
    counts_as: int | None = None
    substitution_reason: str = ""
    quarantine: bool = False
    checks: Checks = NO_CHECKS

    @property
    def counted(self) -> int:
        """Units of the order line it stands for."""
        return self.quantity if self.counts_as is None else self.counts_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What arrived for one order line.

    invoice_price: money per purchase pack as invoiced, discount taken off; invoice_amount: money
    for all that arrived here. At most one of them; without either the ordered price holds.
    close_rest: what did not arrive will not come. reason: why goods are taken in that are beyond
    a tolerance.
    """

    order_line_id: int
    batches: tuple[Batch, ...]
    invoice_price: Decimal | None = None
    invoice_amount: Decimal | None = None
    close_rest: bool = False
    reason: str = ""

    @property
    def counted(self) -> int:
        """Units of the order line that arrived."""
        return sum(batch.counted for batch in self.batches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What whoever receives may take in. Make one only from the permissions of that person.

    beyond_tolerance: with a reason, what no tolerance allows. substitute: the same generics,
    strength and form in place of the ordered product; substitute_other: anything else too.
    """

    beyond_tolerance: bool = False
    substitute: bool = False
    substitute_other: bool = False


NO_LEAVE = Leave()


def refuse_malformed(
    deliveries: Sequence[Delivery], lines: Mapping[int, PurchaseOrderLine]
) -> None:
    """Raise ReceiptRefused naming every line that cannot be of this order, or says nothing."""
    problems: list[FieldProblem] = []
    seen: set[int] = set()
    for index, delivery in enumerate(deliveries):
        path = f"lines.{index}"
        line = lines.get(delivery.order_line_id)
        if line is None or line.pk in seen:
            problems.append(_wrong_line(path, known=line is not None))
        else:
            seen.add(line.pk)
        problems.extend(_malformed(path, delivery))
    if not deliveries:
        problems.append(FieldProblem("lines", "required", _("Say what has arrived.")))
    if problems:
        raise ReceiptRefused(errors=problems)


def _wrong_line(path: str, *, known: bool) -> FieldProblem:
    if known:
        return FieldProblem(
            f"{path}.order_line_id", "duplicate", _("Name each order line once, with its batches.")
        )
    return FieldProblem(f"{path}.order_line_id", "unknown", _("This order has no such line."))


def _malformed(path: str, delivery: Delivery) -> Iterator[FieldProblem]:
    if delivery.invoice_price is not None and delivery.invoice_amount is not None:
        yield FieldProblem(
            f"{path}.invoice_amount",
            "ambiguous",
            _("Give the price per pack or the amount of the line, not both."),
        )
    if not delivery.batches or any(
        batch.quantity < 1 or batch.counted < 1 for batch in delivery.batches
    ):
        yield FieldProblem(
            f"{path}.batches", "required", _("Every batch needs a quantity above zero.")
        )
