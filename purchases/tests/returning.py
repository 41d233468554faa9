"""Returns to suppliers in any state, and the credit for them, for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from purchases.models import CreditNote, GoodsReceipt, SupplierReturn
from purchases.services.returns.lines import ReturnLineFacts
from purchases.services.returns.returns import return_approve, return_create, return_dispatch
from purchases.tests.factories import actor_with
from purchases.tests.invoicing import note_entered


def going_back(
    receipt: GoodsReceipt, quantity: int, reason: str = "overstock", **fields: Any
) -> ReturnLineFacts:
    goods = receipt.lines.order_by("line")[0]
    return ReturnLineFacts(
        quantity=quantity, reason=reason, **{"receipt_line_id": goods.pk, **fields}
    )


def drafted(
    receipt: GoodsReceipt, quantity: int = 4, *, now: datetime | None = None, **fields: Any
) -> SupplierReturn:
    return return_create(
        actor=actor_with("purchasing"),
        now=now or timezone.now(),
        supplier_id=receipt.order.supplier_id,
        lines=[going_back(receipt, quantity, **fields)],
    )


def approved(receipt: GoodsReceipt, quantity: int = 4, **fields: Any) -> SupplierReturn:
    found = drafted(receipt, quantity, **fields)
    return return_approve(
        actor=actor_with("pharmacist"), now=timezone.now(), return_id=found.pk, reason="Agreed"
    )


def dispatched(receipt: GoodsReceipt, quantity: int = 4, **fields: Any) -> SupplierReturn:
    found = approved(receipt, quantity, **fields)
    return return_dispatch(
        actor=actor_with("purchasing"), now=timezone.now(), return_id=found.pk, reference="V-1"
    )


def credit(
    returned: SupplierReturn, amount: object, number: str = "C-1", **facts: Any
) -> CreditNote:
    return note_entered(returned.supplier, amount, number, return_id=returned.pk, **facts)
