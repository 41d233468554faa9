"""Reading purchase orders, and what became of them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from purchases.errors import OrderNotFound
from purchases.models import (
    AcknowledgedLine,
    CreditOverride,
    OrderAcknowledgement,
    OrderAmendment,
    OrderAmendmentLine,
    OrderDispatch,
    PurchaseOrder,
    PurchaseOrderLine,
)
from purchases.selectors.filters import given


def orders(*, state: str = "", supplier_id: int | None = None) -> QuerySet[PurchaseOrder]:
    wanted = {"state": state or None, "supplier_id": supplier_id}
    return PurchaseOrder.objects.select_related("supplier", "division", "proposal").filter(
        **given(wanted)
    )


def order_by_id(order_id: int) -> PurchaseOrder:
    """One order with its lines, what they were offered as, and receipts. Raises OrderNotFound."""
    lines = PurchaseOrderLine.objects.select_related("proposal_line__offer_line")
    found = (
        orders()
        .filter(pk=order_id)
        .prefetch_related(
            Prefetch("lines", lines.order_by("position")),
            "receipts",
            Prefetch(
                "proposal__credit_overrides", CreditOverride.objects.select_related("overridden_by")
            ),
        )
        .first()
    )
    if found is None:
        raise OrderNotFound
    return found


def amendments(order_id: int) -> QuerySet[OrderAmendment]:
    """The revisions of an order. Raises OrderNotFound."""
    _refuse_unknown(order_id)
    lines = OrderAmendmentLine.objects.select_related("order_line").order_by("order_line__position")
    return (
        OrderAmendment.objects.filter(order_id=order_id)
        .select_related("amended_by")
        .prefetch_related(Prefetch("lines", lines))
        .order_by("-revision")
    )


def acknowledgements(order_id: int) -> QuerySet[OrderAcknowledgement]:
    """What the supplier answered, newest first. Raises OrderNotFound."""
    _refuse_unknown(order_id)
    lines = AcknowledgedLine.objects.select_related("order_line").order_by("order_line__position")
    return (
        OrderAcknowledgement.objects.filter(order_id=order_id)
        .select_related("recorded_by")
        .prefetch_related(Prefetch("lines", lines))
        .order_by("-id")
    )


def dispatches(order_id: int) -> QuerySet[OrderDispatch]:
    """How the order was sent, newest first. Raises OrderNotFound."""
    _refuse_unknown(order_id)
    return (
        OrderDispatch.objects.filter(order_id=order_id)
        .select_related("requested_by")
        .order_by("-id")
    )


def _refuse_unknown(order_id: int) -> None:
    if not PurchaseOrder.objects.filter(pk=order_id).exists():
        raise OrderNotFound
