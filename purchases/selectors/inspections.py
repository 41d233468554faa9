"""Goods that wait for an inspection, and those that were rejected."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from purchases.models import Inspection, InspectionState
from purchases.selectors.filters import given


def inspections(
    *, state: str = "", supplier_id: int | None = None, receipt_id: int | None = None
) -> QuerySet[Inspection]:
    wanted = {
        "state": state or None,
        "receipt_line__receipt__order__supplier_id": supplier_id,
        "receipt_line__receipt_id": receipt_id,
    }
    return Inspection.objects.select_related(
        "receipt_line__receipt__order__supplier", "decided_by"
    ).filter(**given(wanted))


def units_waiting(batch_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """By batch and place: base units there that nobody has inspected yet. One query."""
    waiting = (
        Inspection.objects.filter(
            state=InspectionState.PENDING, receipt_line__batch_id__in=batch_ids
        )
        .order_by()
        .values_list("receipt_line__batch_id", "quarantine_id")
        .annotate(units=Sum("quantity"))
    )
    return {(batch, place): units for batch, place, units in waiting}


def rejected_goods(*, supplier_id: int | None = None) -> QuerySet[Any]:
    """Inspections whose rejected goods still lie in quarantine, to be returned to the supplier.

    Each with `in_quarantine`: base units of the batch there. The batch, its receipt line (with
    movement_id, amount and quantity) and the supplier come with it.
    """
    level = "receipt_line__batch__levels"
    there = Q(**{f"{level}__location": F("quarantine")})
    return (
        inspections(state=InspectionState.DECIDED, supplier_id=supplier_id)
        .filter(rejected_quantity__gt=0)
        .annotate(in_quarantine=Coalesce(Sum(f"{level}__quantity", filter=there), Value(0)))
        .filter(in_quarantine__gt=0)
        .select_related("receipt_line__batch", "receipt_line__receipt__order__supplier")
    )
