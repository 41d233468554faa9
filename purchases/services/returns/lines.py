"""The lines of a return to a supplier as stated, and whether they can be so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.models import local_date
from core.money import round_money
from inventory.public import BatchOnHand, batches_on_hand
from purchases.models import GoodsReceiptLine, ReturnPolicy, SupplierReturnLine
from purchases.return_windows import Window, policy_for, window_of
from purchases.selectors.inspections import units_waiting
from purchases.selectors.paid import paid_amounts, returned_quantities
from purchases.services.returns.places import Places
from purchases.threeway import share

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLineFacts:
    """Goods to go back. quantity: base units, > 0.

    batch_id: None takes the receipt line's. location_id: None takes where such goods stand; see
    `Places`.
    expected_credit: money; None takes the policy's percentage of what was paid for these units,
    which needs the receipt line.
    """

    quantity: int
    reason: str
    batch_id: int | None = None
    receipt_line_id: int | None = None
    location_id: int | None = None
    expected_credit: Decimal | None = None
    note: str = ""


@dataclass(slots=True)
class Known:
    """What the lines rest on. returned: base units of each receipt line that go back already."""

    receipt_lines: Mapping[int, GoodsReceiptLine]
    paid: Mapping[int, Decimal]
    stock: Mapping[int, BatchOnHand]
    policies: Sequence[ReturnPolicy]
    returned: dict[int, int]
    places: Places
    asked: dict[int, int] = field(default_factory=dict)

    def batch_of(self, line: ReturnLineFacts) -> int | None:
        if line.batch_id is not None:
            return line.batch_id
        received = self.receipt_lines.get(line.receipt_line_id or 0)
        return None if received is None else received.batch_id


def lines_of(
    stated: Sequence[ReturnLineFacts],
    *,
    supplier_id: int,
    today: date,
    besides: int | None = None,
) -> tuple[list[SupplierReturnLine], list[FieldProblem]]:
    """The lines, unsaved, and what is wrong with them. A constant number of queries.

    besides: the return they are of, if it exists already.
    """
    known = _known(stated, supplier_id=supplier_id, besides=besides)
    problems: list[FieldProblem] = []
    lines = []
    for index, line in enumerate(stated):
        path = f"lines.{index}"
        faults = _faults(path, line, known)
        if not faults:
            place = _place(path, line, known)
            if isinstance(place, FieldProblem):
                faults = [place]
            else:
                lines.append(
                    _line(index + 1, line, known, place, supplier_id=supplier_id, today=today)
                )
        problems += faults
    if not stated:
        problems.append(FieldProblem("lines", "required", _("Say what goes back.")))
    return lines, problems


def window_for(
    policies: Sequence[ReturnPolicy],
    *,
    supplier_id: int,
    reason: str,
    received: GoodsReceiptLine | None,
    expiry_date: date | None,
) -> Window:
    """Between which days such goods go back for that reason."""
    return window_of(
        policy_for(policies, supplier_id=supplier_id, reason=reason),
        received_on=None if received is None else local_date(received.receipt.received_at),
        expiry_date=expiry_date,
    )


def _known(stated: Sequence[ReturnLineFacts], *, supplier_id: int, besides: int | None) -> Known:
    receipt_lines = (
        GoodsReceiptLine.objects.filter(
            receipt__order__supplier_id=supplier_id, reversal_line__isnull=True
        )
        .select_related("receipt", "batch")
        .in_bulk([line.receipt_line_id for line in stated if line.receipt_line_id])
    )
    batches = {line.batch_id for line in stated if line.batch_id}
    batches |= {line.batch_id for line in receipt_lines.values()}
    return Known(
        receipt_lines=receipt_lines,
        paid=paid_amounts(receipt_lines.values()),
        stock=batches_on_hand(batches),
        policies=list(
            ReturnPolicy.objects.filter(Q(supplier_id=supplier_id) | Q(supplier__isnull=True))
        ),
        returned=returned_quantities(receipt_lines.keys(), besides=besides),
        places=Places(units_waiting(batches)),
    )


def _faults(path: str, line: ReturnLineFacts, known: Known) -> list[FieldProblem]:
    received = known.receipt_lines.get(line.receipt_line_id or 0)
    if line.receipt_line_id is not None and received is None:
        return [
            FieldProblem(
                f"{path}.receipt_line_id", "unknown", _("This supplier has no such receipt line.")
            )
        ]
    batch_id = known.batch_of(line)
    if batch_id is None or (received is not None and received.batch_id != batch_id):
        return [
            FieldProblem(
                f"{path}.batch_id", "unknown", _("Name the batch, or the receipt line it came by.")
            )
        ]
    stock = known.stock.get(batch_id)
    known.asked[batch_id] = known.asked.get(batch_id, 0) + line.quantity
    there = 0 if stock is None else stock.quantity
    if known.asked[batch_id] > there:
        return [
            FieldProblem(
                f"{path}.quantity",
                "more_than_there",
                _("%(there)d of the batch are there.") % {"there": there},
            )
        ]
    if received is None:
        return _faults_without_receipt(path, line)
    left = received.quantity - known.returned.get(received.pk, 0)
    if line.quantity > left:
        return [
            FieldProblem(
                f"{path}.quantity",
                "more_than_came",
                _("%(left)d of these can still go back.") % {"left": left},
            )
        ]
    return []


def _faults_without_receipt(path: str, line: ReturnLineFacts) -> list[FieldProblem]:
    if line.expected_credit is not None:
        return []
    return [
        FieldProblem(
            f"{path}.expected_credit",
            "required",
            _("Without the receipt nobody knows what was paid: say what is to be credited."),
        )
    ]


def _line(
    position: int, line: ReturnLineFacts, known: Known, place: int, *, supplier_id: int, today: date
) -> SupplierReturnLine:
    received = known.receipt_lines.get(line.receipt_line_id or 0)
    stock = known.stock[known.batch_of(line) or 0]
    window = window_for(
        known.policies,
        supplier_id=supplier_id,
        reason=line.reason,
        received=received,
        expiry_date=stock.expiry_date,
    )
    credit = line.expected_credit
    if received is not None:
        before = known.returned.get(received.pk, 0)
        if credit is None:
            credit = _credit(received, known, window, before=before, quantity=line.quantity)
        known.returned[received.pk] = before + line.quantity
    return SupplierReturnLine(
        position=position,
        product_id=stock.product_id,
        batch_id=stock.batch_id,
        receipt_line=received,
        location_id=place,
        quantity=line.quantity,
        reason=line.reason,
        note=line.note,
        expected_credit=credit or ZERO,
        last_day=window.last_day,
        outside_window=not window.holds_on(today),
    )


def _place(path: str, line: ReturnLineFacts, known: Known) -> int | FieldProblem:
    return known.places.take(
        path,
        known.stock[known.batch_of(line) or 0],
        line.quantity,
        reason=line.reason,
        location_id=line.location_id,
    )


def _credit(
    received: GoodsReceiptLine, known: Known, window: Window, *, before: int, quantity: int
) -> Decimal:
    """The policy's part of what was paid for these units: free ones at the true cost they have.

    By running sums, so that goods returned in parts are credited what they cost, exactly.
    """
    worth = share(
        known.paid[received.pk], before=before, quantity=quantity, whole=received.quantity
    )
    return round_money(worth * window.credit_percent / 100)
