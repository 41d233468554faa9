"""Reading purchase orders."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from purchases.errors import OrderNotFound
from purchases.models import PurchaseOrder, PurchaseOrderLine
from purchases.selectors.filters import given


def orders(*, state: str = "", supplier_id: int | None = None) -> QuerySet[PurchaseOrder]:
    wanted = {"state": state or None, "supplier_id": supplier_id}
    return PurchaseOrder.objects.select_related("supplier", "proposal").filter(**given(wanted))


def order_by_id(order_id: int) -> PurchaseOrder:
    """One order with its lines and receipts. Raises OrderNotFound."""
    found = (
        orders()
        .filter(pk=order_id)
        .prefetch_related(
            Prefetch("lines", PurchaseOrderLine.objects.order_by("position")), "receipts"
        )
        .first()
    )
    if found is None:
        raise OrderNotFound
    return found
