"""Reading proposals, orders and receipts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from purchases.errors import (
    OrderNotFound,
    ProposalBuildNotFound,
    ProposalNotFound,
    ReceiptNotFound,
)
from purchases.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    Proposal,
    ProposalBuild,
    ProposalLine,
    PurchaseOrder,
    PurchaseOrderLine,
)


def proposals(
    *,
    state: str = "",
    supplier_id: int | None = None,
    build_id: int | None = None,
    requested_by_id: int | None = None,
) -> QuerySet[Proposal]:
    wanted = {
        "state": state or None,
        "supplier_id": supplier_id,
        "build_id": build_id,
        "requested_by_id": requested_by_id,
    }
    return Proposal.objects.select_related(
        "supplier", "requested_by", "submitted_by", "decided_by", "order"
    ).filter(**_given(wanted))


def proposal_by_id(proposal_id: int) -> Proposal:
    """One proposal with its lines. Raises ProposalNotFound."""
    found = proposals().filter(pk=proposal_id).prefetch_related(_lines(ProposalLine)).first()
    if found is None:
        raise ProposalNotFound
    return found


def build_by_id(build_id: int) -> ProposalBuild:
    """One build with its proposals and their lines. Raises ProposalBuildNotFound."""
    made = proposals().prefetch_related(_lines(ProposalLine)).order_by("pk")
    found = (
        ProposalBuild.objects.filter(pk=build_id)
        .prefetch_related(Prefetch("proposals", made))
        .first()
    )
    if found is None:
        raise ProposalBuildNotFound
    return found


def orders(*, state: str = "", supplier_id: int | None = None) -> QuerySet[PurchaseOrder]:
    wanted = {"state": state or None, "supplier_id": supplier_id}
    return PurchaseOrder.objects.select_related("supplier", "proposal").filter(**_given(wanted))


def order_by_id(order_id: int) -> PurchaseOrder:
    """One order with its lines and receipts. Raises OrderNotFound."""
    found = (
        orders().filter(pk=order_id).prefetch_related(_lines(PurchaseOrderLine), "receipts").first()
    )
    if found is None:
        raise OrderNotFound
    return found


def receipts(
    *, order_id: int | None = None, supplier_id: int | None = None
) -> QuerySet[GoodsReceipt]:
    wanted = {"order_id": order_id, "order__supplier_id": supplier_id}
    return GoodsReceipt.objects.select_related("order__supplier", "received_by").filter(
        **_given(wanted)
    )


def receipt_by_id(receipt_id: int) -> GoodsReceipt:
    """One receipt with its lines. Raises ReceiptNotFound."""
    lines = Prefetch("lines", GoodsReceiptLine.objects.order_by("line"))
    found = receipts().filter(pk=receipt_id).prefetch_related(lines).first()
    if found is None:
        raise ReceiptNotFound
    return found


def _lines(model: type[ProposalLine] | type[PurchaseOrderLine]) -> Prefetch:
    return Prefetch("lines", model._default_manager.order_by("position"))


def _given(filters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value is not None}


def proposal_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these proposals, by id as text; unknown ids are absent. One query."""
    known = Proposal.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}


def receipt_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these receipts, by id as text; unknown ids are absent. One query."""
    known = GoodsReceipt.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}
