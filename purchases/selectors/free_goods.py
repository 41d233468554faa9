"""Free goods that deals promised, were due, and did not come."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Greatest, Least

from purchases.models import WAITING_STATES, FreeGoodsSettlement, PurchaseOrderLine


def order_lines_with_owed() -> QuerySet[Any]:
    """Order lines of which free goods are owed, with `owed` base units and their order.

    By the formula of `purchases.services.receipts.free_goods`; what was settled is taken off.
    """
    settled = (
        FreeGoodsSettlement.objects.filter(order_line=OuterRef("pk"))
        .order_by()
        .values("order_line")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    bought = Least(F("received_quantity"), F("bought_quantity"))
    free = Cast(F("free_quantity"), BigIntegerField())
    packs = free * bought / F("bought_quantity") / F("purchase_units")
    came_free = F("received_quantity") - bought
    has_ended = (
        Q(received_quantity__gte=F("bought_quantity"))
        | Q(received_quantity=F("bought_quantity") + F("free_quantity") - F("cancelled_quantity"))
        | ~Q(order__state__in=WAITING_STATES)
    )
    return (
        PurchaseOrderLine.objects.filter(free_quantity__gt=0, received_quantity__gt=0)
        .filter(has_ended)
        .annotate(
            settled=Coalesce(Subquery(settled), Value(0), output_field=BigIntegerField()),
            owed=Greatest(packs * F("purchase_units") - came_free, 0) - F("settled"),
        )
        .filter(owed__gt=0)
        .select_related("order__supplier")
    )


def free_goods_owed(*, supplier_id: int | None = None) -> QuerySet[Any]:
    """Order lines of which a supplier, or any, still owes free goods."""
    rows = order_lines_with_owed()
    return rows if supplier_id is None else rows.filter(order__supplier_id=supplier_id)
