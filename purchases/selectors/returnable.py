"""The calendar of what can still go back: from the batch on the shelf to the supplier's invoice.

A batch does not remember which of its deliveries a unit came by. What is there is taken for the
latest ones: the earlier goods were sold first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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


def returnables(
    *,
    today: date,
    until: date | None = None,
    supplier_id: int | None = None,
    reason: str = "",
    batch_id: int | None = None,
) -> list[Returnable]:
    """What can still go back, what ends first on top; a constant number of queries.

    until: only what can go back no longer after that day. reason: only for this one; without it
    near expiry, expiry and overstock are looked at. Goods without any policy have no end and
    are listed only where no `until` is given.
    """
    stock = batches_on_hand(None if batch_id is None else [batch_id])
    lines = _lines_on_hand(stock)
    invoices = _invoices_of(lines)
    paid = paid_amounts(lines)
    policies = list(ReturnPolicy.objects.all())
    reasons = (reason,) if reason else FORESEEABLE
    gone = returned_quantities([line.pk for line in lines])
    found = []
    waiting = awaiting_dispatch(stock.keys())
    for line, quantity in _attributed(lines, stock, gone, waiting):
        batch = stock[line.batch_id]
        windows = tuple(_open_windows(line, batch, policies, reasons, today=today))
        if not windows:
            continue
        last_day = _last_of(windows)
        if until is not None and (last_day is None or last_day > until):
            continue
        if supplier_id is not None and line.receipt.order.supplier_id != supplier_id:
            continue
        found.append(
            Returnable(
                receipt_line=line,
                batch=batch,
                invoices=invoices.get(line.pk, ()),
                quantity=quantity,
                paid=paid[line.pk],
                value=share(
                    paid[line.pk],
                    before=gone.get(line.pk, 0),
                    quantity=quantity,
                    whole=line.quantity,
                ),
                windows=windows,
                last_day=last_day,
                days_left=None if last_day is None else (last_day - today).days,
            )
        )
    return sorted(found, key=_soonest_first)


def _soonest_first(row: Returnable) -> tuple[date, int]:
    return (row.last_day or date.max, row.receipt_line.pk)


def _lines_on_hand(stock: Mapping[int, BatchOnHand]) -> list[GoodsReceiptLine]:
    """Receipt lines of the batches, newest receipt first; of all suppliers, for the attribution."""
    return list(
        GoodsReceiptLine.objects.filter(batch_id__in=stock.keys(), reversal_line__isnull=True)
        .select_related("receipt__order__supplier")
        .order_by("-receipt__received_at", "-pk")
    )


def _attributed(
    lines: Iterable[GoodsReceiptLine],
    stock: Mapping[int, BatchOnHand],
    gone: Mapping[int, int],
    waiting: Mapping[int, int],
) -> Iterator[tuple[GoodsReceiptLine, int]]:
    left = {
        batch_id: batch.quantity - waiting.get(batch_id, 0) for batch_id, batch in stock.items()
    }
    for line in lines:
        quantity = min(left[line.batch_id], line.quantity - gone.get(line.pk, 0))
        left[line.batch_id] -= max(quantity, 0)
        if quantity > 0:
            yield line, quantity


def _open_windows(
    line: GoodsReceiptLine,
    batch: BatchOnHand,
    policies: Sequence[ReturnPolicy],
    reasons: Iterable[str],
    *,
    today: date,
) -> Iterator[ReasonWindow]:
    """Windows that are open today or open later."""
    for reason in reasons:
        window = window_of(
            policy_for(policies, supplier_id=line.receipt.order.supplier_id, reason=reason),
            received_on=local_date(line.receipt.received_at),
            expiry_date=batch.expiry_date,
        )
        if window.refused or window.undecidable:
            continue
        if window.last_day is None or window.last_day >= today:
            yield ReasonWindow(reason, window)


def _last_of(windows: Iterable[ReasonWindow]) -> date | None:
    days = [each.window.last_day for each in windows]
    return None if None in days else max(day for day in days if day is not None)


def _invoices_of(
    lines: Sequence[GoodsReceiptLine],
) -> dict[int, tuple[SupplierInvoice, ...]]:
    """The posted invoices that bill each receipt line."""
    rows = (
        InvoiceMatch.objects.filter(
            receipt_line_id__in=[line.pk for line in lines],
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
