"""What a person says has arrived, and whether it can be so."""

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
class Batch:
    """quantity: base units, > 0, free ones included. "" and None are unknown."""

    quantity: int
    batch_number: str = ""
    expiry_date: date | None = None
    location_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What arrived for one order line.

    invoice_price: money per purchase pack as invoiced, discount taken off; invoice_amount: money
    for all that arrived here. At most one of them; without either the ordered price holds.
    """

    order_line_id: int
    batches: tuple[Batch, ...]
    invoice_price: Decimal | None = None
    invoice_amount: Decimal | None = None

    @property
    def quantity(self) -> int:
        return sum(batch.quantity for batch in self.batches)


def refuse_faulty(
    deliveries: Sequence[Delivery], lines: Mapping[int, PurchaseOrderLine], *, today: date
) -> None:
    """Raise ReceiptRefused naming every line and batch that cannot be received."""
    problems: list[FieldProblem] = []
    seen: set[int] = set()
    for index, delivery in enumerate(deliveries):
        path = f"lines.{index}"
        line = lines.get(delivery.order_line_id)
        if line is None or line.pk in seen:
            problems.append(_wrong_line(path, known=line is not None))
            continue
        seen.add(line.pk)
        problems.extend(_faults(path, delivery, line))
        problems.extend(_expired(path, delivery, today))
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


def _faults(path: str, delivery: Delivery, line: PurchaseOrderLine) -> Iterator[FieldProblem]:
    if delivery.invoice_price is not None and delivery.invoice_amount is not None:
        yield FieldProblem(
            f"{path}.invoice_amount",
            "ambiguous",
            _("Give the price per pack or the amount of the line, not both."),
        )
    if not delivery.batches or any(batch.quantity < 1 for batch in delivery.batches):
        yield FieldProblem(
            f"{path}.batches", "required", _("Every batch needs a quantity above zero.")
        )
    elif delivery.quantity > line.outstanding_quantity:
        yield FieldProblem(
            f"{path}.batches",
            "over_delivery",
            _("%(arrived)d units arrived but only %(open)d are still to come, free ones included.")
            % {"arrived": delivery.quantity, "open": line.outstanding_quantity},
        )


def _expired(path: str, delivery: Delivery, today: date) -> Iterator[FieldProblem]:
    for place, batch in enumerate(delivery.batches):
        if batch.expiry_date is not None and batch.expiry_date <= today:
            yield FieldProblem(
                f"{path}.batches.{place}.expiry_date",
                "expired",
                _("The batch expired on %(day)s: refuse it at the door.")
                % {"day": batch.expiry_date.isoformat()},
            )
