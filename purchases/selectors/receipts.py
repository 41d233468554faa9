"""Reading goods receipts."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Prefetch, QuerySet

from purchases.errors import ReceiptNotFound
from purchases.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    LandedCostLine,
    ReceiptReversal,
    ReceiptReversalLine,
    ReceiptReversalRequest,
)
from purchases.selectors.filters import given


def receipts(
    *, order_id: int | None = None, supplier_id: int | None = None
) -> QuerySet[GoodsReceipt]:
    wanted = {"order_id": order_id, "order__supplier_id": supplier_id}
    return GoodsReceipt.objects.select_related("order__supplier", "received_by").filter(
        **given(wanted)
    )


def receipt_by_id(receipt_id: int) -> GoodsReceipt:
    """One receipt with its lines, what they bear of landed costs, and its reversals.

    Raises ReceiptNotFound.
    """
    costs = LandedCostLine.objects.select_related("cost").order_by("cost_id", "pk")
    lines = GoodsReceiptLine.objects.select_related("reversal_line", "inspection").order_by("line")
    undone = ReceiptReversalLine.objects.select_related("receipt_line").order_by("pk")
    reversals = ReceiptReversal.objects.select_related("reversed_by").order_by("pk")
    found = (
        receipts()
        .filter(pk=receipt_id)
        .prefetch_related(
            Prefetch("lines", lines.prefetch_related(Prefetch("landed_costs", costs))),
            Prefetch("reversals", reversals.prefetch_related(Prefetch("lines", undone))),
            "closures",
        )
        .first()
    )
    if found is None:
        raise ReceiptNotFound
    return found


def receipt_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these receipts, by id as text; unknown ids are absent. One query."""
    known = GoodsReceipt.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}


def reversal_by_id(reversal_id: int) -> ReceiptReversal:
    """A reversal with its lines. Raises ReceiptNotFound."""
    lines = Prefetch(
        "lines", ReceiptReversalLine.objects.select_related("receipt_line").order_by("pk")
    )
    found = (
        ReceiptReversal.objects.select_related("receipt", "reversed_by")
        .filter(pk=reversal_id)
        .prefetch_related(lines)
        .first()
    )
    if found is None:
        raise ReceiptNotFound
    return found


def reversal_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these reversals, by id as text; unknown ids are absent. One query."""
    known = ReceiptReversal.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}


def reversal_requests(*, waiting_only: bool = False) -> QuerySet[ReceiptReversalRequest]:
    """Requests for reversals with who asked, who decided and what came of it."""
    rows = ReceiptReversalRequest.objects.select_related(
        "receipt", "requested_by", "decided_by", "reversal"
    )
    return rows.filter(decided_at__isnull=True) if waiting_only else rows
