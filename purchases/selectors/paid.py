"""What receipt lines were paid, after all that invoices said, and what of them went back."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db.models import F, Sum

from purchases.models import (
    GoodsReceiptLine,
    InvoiceMatch,
    InvoiceState,
    ReturnState,
    SupplierReturnLine,
)

ZERO = Decimal(0)


def paid_amounts(lines: Collection[GoodsReceiptLine]) -> dict[int, Decimal]:
    """Money owed or paid for each receipt line's goods, by its id. One query.

    What the receipt owes, changed by what posted invoices owe for it instead; charges, discounts
    of the whole invoice and tax are no part of it.
    """
    changes = (
        InvoiceMatch.objects.filter(
            receipt_line_id__in=[line.pk for line in lines],
            line__invoice__state=InvoiceState.POSTED,
        )
        .order_by()
        .values_list("receipt_line_id")
        .annotate(change=Sum(F("owed_amount") - F("received_amount")))
    )
    by_line = dict(changes)
    return {line.pk: line.amount + by_line.get(line.pk, ZERO) for line in lines}


def returned_quantities(line_ids: Collection[int], *, besides: int | None = None) -> dict[int, int]:
    """Base units of each receipt line that are in returns, by its id; cancelled ones do not count.

    besides: a return that is left out. One query.
    """
    rows = (
        SupplierReturnLine.objects.filter(receipt_line_id__in=line_ids)
        .exclude(supplier_return__state=ReturnState.CANCELLED)
        .exclude(supplier_return_id=besides)
        .order_by()
        .values_list("receipt_line_id")
        .annotate(units=Sum("quantity"))
    )
    return dict(rows)


def awaiting_dispatch(batch_ids: Collection[int]) -> dict[int, int]:
    """Base units of each batch that are in returns and still there. One query."""
    rows = (
        SupplierReturnLine.objects.filter(
            batch_id__in=batch_ids,
            supplier_return__state__in=[ReturnState.DRAFT, ReturnState.APPROVED],
        )
        .order_by()
        .values_list("batch_id")
        .annotate(units=Sum("quantity"))
    )
    return dict(rows)
