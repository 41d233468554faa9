"""Following a merge of two products: what purchasing has open names the one that is kept.

Receipts, and orders and proposals that are done, are documents of their day and stay as they are;
`inventory.public.merged_products` finds them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.db import lock
from core.errors import FieldProblem
from inventory.public import Merge, MergeRefused
from purchases.models import (
    OPEN_RECEIVINGS,
    UNDECIDED_STATES,
    WAITING_STATES,
    DivisionProduct,
    InvoiceState,
    OfferLine,
    ProductAlias,
    Proposal,
    ProposalLine,
    ProposalState,
    PurchaseOrder,
    PurchaseOrderLine,
    ReceivingLine,
    ReceivingScan,
    ReturnState,
    ShelfLifeMinimum,
    SupplierInvoiceLine,
    SupplierReturnLine,
)

OPEN_PROPOSALS = (*UNDECIDED_STATES, ProposalState.APPROVED)
OPEN_INVOICES = (
    InvoiceState.DRAFT,
    InvoiceState.MATCHED,
    InvoiceState.DIFFERENCES,
    InvoiceState.APPROVED,
)
OPEN_RETURNS = (ReturnState.DRAFT, ReturnState.APPROVED)
BATCH_SIZE = 1000


def purchases_follow_merge(merge: Merge) -> None:
    """Let offers, learnt names, and open proposals, orders, invoices and returns name the product
    kept.

    Raises MergeRefused where an open proposal holds both: what to buy is then to be decided first;
    and where goods of the product are being taken in.
    """
    kept, merged = merge.kept_id, merge.merged_id
    proposals = _proposals_lock(kept, merged)
    _refuse_being_received(merged)
    _orders_lock(merged)
    ProposalLine.objects.filter(proposal__in=proposals, product_id=merged).update(product_id=kept)
    PurchaseOrderLine.objects.filter(order__state__in=WAITING_STATES, product_id=merged).update(
        product_id=kept
    )
    ProductAlias.objects.filter(product_id=merged).update(product_id=kept)
    SupplierInvoiceLine.objects.filter(invoice__state__in=OPEN_INVOICES, product_id=merged).update(
        product_id=kept
    )
    SupplierReturnLine.objects.filter(
        supplier_return__state__in=OPEN_RETURNS, product_id=merged
    ).update(product_id=kept)
    _suggestions_write(kept, merged)
    OfferLine.objects.filter(product_id=merged).update(product_id=kept)
    OfferLine.objects.filter(suggested_product_id=merged).update(suggested_product_id=kept)
    ReceivingScan.objects.filter(product_id=merged).update(product_id=kept)
    own_minimum = ShelfLifeMinimum.objects.filter(product_id=merged)
    if not ShelfLifeMinimum.objects.filter(product_id=kept).exists():
        own_minimum.update(product_id=kept)
    own_minimum.delete()
    carried = DivisionProduct.objects.filter(product_id=merged)
    carried.exclude(division__products__product_id=kept).update(product_id=kept)
    carried.delete()


def _refuse_being_received(merged: int) -> None:
    rows = ReceivingLine.objects.filter(
        product_id=merged, receiving__state__in=OPEN_RECEIVINGS
    ).order_by("receiving_id")
    if names := list(rows.values_list("receiving__number", flat=True).distinct()):
        raise MergeRefused(
            errors=[
                FieldProblem(
                    "merged_id",
                    "being_received",
                    _("Post or give up these receivings first, the product is in them: "
                      "%(numbers)s.")
                    % {"numbers": ", ".join(names)},
                )
            ]
        )  # fmt: skip


def _proposals_lock(kept: int, merged: int) -> list[Proposal]:
    rows = lock(
        Proposal.objects.filter(
            state__in=OPEN_PROPOSALS,
            pk__in=ProposalLine.objects.filter(product_id=merged).values("proposal_id"),
        )
    )
    both = ProposalLine.objects.filter(proposal__in=rows, product_id=kept).order_by("proposal_id")
    if names := list(both.values_list("proposal__number", flat=True)):
        raise MergeRefused(
            errors=[
                FieldProblem(
                    "merged_id",
                    "both_proposed",
                    _("Decide on these proposals first, both products are in them: %(numbers)s.")
                    % {"numbers": ", ".join(names)},
                )
            ]
        )
    return rows


def _orders_lock(merged: int) -> None:
    lock(
        PurchaseOrder.objects.filter(
            state__in=WAITING_STATES,
            pk__in=PurchaseOrderLine.objects.filter(product_id=merged).values("order_id"),
        )
    )


def _suggestions_write(kept: int, merged: int) -> None:
    """Suggestions for lines nobody has decided on, each product once."""
    lines = OfferLine.objects.filter(
        Q(product_id=merged)
        | Q(suggested_product_id=merged)
        | Q(candidates__contains=[{"product_id": merged}])
    )
    changed = []
    for line in lines.only("pk", "candidates").iterator(chunk_size=BATCH_SIZE):
        line.candidates = _without_merged(line.candidates, kept, merged)
        changed.append(line)
    OfferLine.objects.bulk_update(changed, ["candidates"], batch_size=BATCH_SIZE)


def _without_merged(
    candidates: list[dict[str, Any]], kept: int, merged: int
) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for each in candidates:
        product = kept if each["product_id"] == merged else each["product_id"]
        found.setdefault(product, each | {"product_id": product})
    return list(found.values())
