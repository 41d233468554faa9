"""Reading receivings: what was taken in so far, and how it stands to the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import F, Prefetch, QuerySet

from purchases.errors import ReceivingNotFound
from purchases.models import (
    WAITING_STATES,
    PurchaseOrderLine,
    Receiving,
    ReceivingLine,
    ReceivingScan,
    ReceivingTerms,
)
from purchases.selectors.filters import given


def receivings(
    *, state: str = "", order_id: int | None = None, supplier_id: int | None = None
) -> QuerySet[Receiving]:
    wanted = {"state": state or None, "order_id": order_id, "order__supplier_id": supplier_id}
    return Receiving.objects.select_related("order__supplier", "started_by", "closed_by").filter(
        **given(wanted)
    )


def receiving_by_id(receiving_id: int) -> Any:
    """One receiving with its lines and terms, and `progress`: the order's lines with `arrived`,
    the units taken in so far. Raises ReceivingNotFound. A constant number of queries.
    """
    found: Any = (
        receivings()
        .filter(pk=receiving_id)
        .prefetch_related(
            Prefetch("lines", ReceivingLine.objects.order_by("line")),
            Prefetch("terms", ReceivingTerms.objects.order_by("order_line_id")),
            Prefetch("order__lines", PurchaseOrderLine.objects.order_by("position")),
        )
        .first()
    )
    if found is None:
        raise ReceivingNotFound
    arrived: Counter[int] = Counter()
    for line in found.lines.all():
        counted = line.counted_quantity
        arrived[line.order_line_id] += line.quantity if counted is None else counted
    found.progress = list(found.order.lines.all())
    for line in found.progress:
        line.arrived = arrived[line.pk]
    return found


def receiving_scans(receiving_id: int) -> QuerySet[ReceivingScan]:
    """The scans of a receiving with who made them. Raises ReceivingNotFound."""
    if not Receiving.objects.filter(pk=receiving_id).exists():
        raise ReceivingNotFound
    return ReceivingScan.objects.filter(receiving_id=receiving_id).select_related(
        "line", "scanned_by"
    )


def orders_waiting_for(product_ids: Collection[int], *, supplier_id: int) -> dict[int, str]:
    """The number of an order of this supplier that waits for each product; one of them at most."""
    rows = (
        PurchaseOrderLine.objects.filter(
            product_id__in=product_ids,
            order__supplier_id=supplier_id,
            order__state__in=WAITING_STATES,
            received_quantity__lt=F("bought_quantity")
            + F("free_quantity")
            - F("cancelled_quantity"),
        )
        .order_by("-order_id")
        .values_list("product_id", "order__number")
    )
    return dict(rows)
