"""The calendar of what can still go back: from the batch on the shelf to the supplier's invoice.

A batch does not remember which of its deliveries a unit came by. What is there is taken for the
latest ones: the earlier goods were sold first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from core.models import local_date
from inventory.public import BatchOnHand, batches_on_hand
from purchases.models import (
    GoodsReceiptLine,
    InvoiceMatch,
    InvoiceState,
    ReturnPolicy,
    ReturnReason,
    SupplierInvoice,
)
from purchases.return_windows import Window, policy_for, window_of
from purchases.selectors.paid import awaiting_dispatch, paid_amounts, returned_quantities
from purchases.threeway import share

# What a calendar can know beforehand; damage, recalls and mistakes come without notice.
FORESEEABLE = (ReturnReason.NEAR_EXPIRY, ReturnReason.EXPIRED, ReturnReason.OVERSTOCK)


@dataclass(frozen=True, slots=True)
class ReasonWindow:
    """Between which days goods go back for one reason."""

    reason: str
    window: Window


@dataclass(frozen=True, slots=True)
class Returnable:
    """Units of one receipt that are there and can still go back.

    quantity: base units; value: money paid for them; last_day: the last of all windows still
    open or to come, None where one of them has no end. days_left: from today to it.
    """

    receipt_line: GoodsReceiptLine
    batch: BatchOnHand
    invoices: tuple[SupplierInvoice, ...]
    quantity: int
    paid: Decimal
    value: Decimal
    windows: tuple[ReasonWindow, ...]
    last_day: date | None
    days_left: int | None

    @property
    def product_id(self) -> int:
        return self.batch.product_id


class ReturnableList:
    """What can still go back, what ends first on top, for numbered pages.

    Which units, until when, is worked out for all, from a few columns; what was paid and who billed
    it is read for the rows of a slice only. Queries: five, and four a slice.
    """

    ordered = True

    def __init__(self, going: list[_Going], stock: Mapping[int, BatchOnHand], today: date) -> None:
        self._going = sorted(going, key=_soonest_first)
        self._stock = stock
        self._today = today

    def count(self) -> int:
        return len(self._going)

    __len__ = count

    def __getitem__(self, wanted: slice) -> list[Returnable]:
        going = self._going[wanted]
        lines = GoodsReceiptLine.objects.select_related("receipt__order__supplier").in_bulk(
            [each.came.line_id for each in going]
        )
        paid = paid_amounts(lines.values())
        invoices = _invoices_of(lines.keys())
        return [
            Returnable(
                receipt_line=lines[each.came.line_id],
                batch=self._stock[each.came.batch_id],
                invoices=invoices.get(each.came.line_id, ()),
                quantity=each.quantity,
                paid=paid[each.came.line_id],
                value=share(
                    paid[each.came.line_id],
                    before=each.gone,
                    quantity=each.quantity,
                    whole=each.came.quantity,
                ),
                windows=each.windows,
                last_day=each.last_day,
                days_left=None if each.last_day is None else (each.last_day - self._today).days,
            )
            for each in going
        ]


def returnable_list(
    *,
    today: date,
    until: date | None = None,
    supplier_id: int | None = None,
    reason: str = "",
    batch_id: int | None = None,
) -> ReturnableList:
    """What can still go back.

    until: only what can go back no longer after that day. reason: only for this one; without it
    near expiry, expiry and overstock are looked at. Goods without any policy have no end and
    are listed only where no `until` is given.
    """
    stock = batches_on_hand(None if batch_id is None else [batch_id])
    policies = list(ReturnPolicy.objects.all())
    reasons = (reason,) if reason else FORESEEABLE
    going = []
    for came, quantity, gone in _attributed(stock):
        if supplier_id is not None and came.supplier_id != supplier_id:
            continue
        expiry_date = stock[came.batch_id].expiry_date
        windows = tuple(_open_windows(came, expiry_date, policies, reasons, today=today))
        if not windows:
            continue
        last_day = _last_of(windows)
        if until is None or (last_day is not None and last_day <= until):
            going.append(_Going(came, quantity, gone, windows, last_day))
    return ReturnableList(going, stock, today)


def returnables(**wanted: Any) -> list[Returnable]:
    """All of ``returnable_list``, with the same arguments."""
    return returnable_list(**wanted)[:]


class _Came(NamedTuple):
    """A receipt line, as far as the calendar needs it for all of them."""

    line_id: int
    batch_id: int
    quantity: int
    received_at: datetime
    supplier_id: int


class _Going(NamedTuple):
    """Units of a receipt line that are there, and until when they can go back.

    gone: units of the line that are in returns already.
    """

    came: _Came
    quantity: int
    gone: int
    windows: tuple[ReasonWindow, ...]
    last_day: date | None


def _soonest_first(row: _Going) -> tuple[date, int]:
    return (row.last_day or date.max, row.came.line_id)


def _attributed(stock: Mapping[int, BatchOnHand]) -> Iterator[tuple[_Came, int, int]]:
    """Receipt lines, newest first, with the units of each that are there and those in returns."""
    lines = [
        _Came(*row)
        for row in GoodsReceiptLine.objects.filter(
            batch_id__in=stock.keys(), reversal_line__isnull=True
        )
        .order_by("-receipt__received_at", "-pk")
        .values_list(
            "pk", "batch_id", "quantity", "receipt__received_at", "receipt__order__supplier_id"
        )
    ]
    gone = returned_quantities([line.line_id for line in lines])
    waiting = awaiting_dispatch(stock.keys())
    left = {
        batch_id: batch.quantity - waiting.get(batch_id, 0) for batch_id, batch in stock.items()
    }
    for line in lines:
        returned = gone.get(line.line_id, 0)
        quantity = min(left[line.batch_id], line.quantity - returned)
        left[line.batch_id] -= max(quantity, 0)
        if quantity > 0:
            yield line, quantity, returned


def _open_windows(
    came: _Came,
    expiry_date: date | None,
    policies: Sequence[ReturnPolicy],
    reasons: Iterable[str],
    *,
    today: date,
) -> Iterator[ReasonWindow]:
    """Windows that are open today or open later."""
    for reason in reasons:
        window = window_of(
            policy_for(policies, supplier_id=came.supplier_id, reason=reason),
            received_on=local_date(came.received_at),
            expiry_date=expiry_date,
        )
        if window.refused or window.undecidable:
            continue
        if window.last_day is None or window.last_day >= today:
            yield ReasonWindow(reason, window)


def _last_of(windows: Iterable[ReasonWindow]) -> date | None:
    days = [each.window.last_day for each in windows]
    return None if None in days else max(day for day in days if day is not None)


def _invoices_of(line_ids: Collection[int]) -> dict[int, tuple[SupplierInvoice, ...]]:
    """The posted invoices that bill each receipt line."""
    rows = (
        InvoiceMatch.objects.filter(
            receipt_line_id__in=line_ids,
            line__invoice__state=InvoiceState.POSTED,
        )
        .select_related("line__invoice")
        .order_by("receipt_line_id", "line__invoice_id")
    )
    found: dict[int, tuple[SupplierInvoice, ...]] = {}
    for row in rows:
        before = found.get(row.receipt_line_id, ())
        if row.line.invoice not in before:
            found[row.receipt_line_id] = (*before, row.line.invoice)
    return found
