"""The goods of a receipt that is taken back leave as they came, unless they have gone on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import FieldProblem
from inventory.public import (
    InsufficientStock,
    ProductSummary,
    ReversalRefused,
    StockEffect,
    StockReserved,
    available_by_product,
    batches_on_hand,
    products_hold,
    stock_reverse,
)
from purchases.errors import ReceiptNotReversible
from purchases.models import GoodsReceiptLine, Inspection, InspectionState, ReceiptReversal
from purchases.services.receipts.inspections import accepted_goods_move
from purchases.services.receipts.posting import RECEIPT_SOURCE

REVERSAL_SOURCE = "purchases.receipt_reversal"


def into_quarantine_again(
    lines: Sequence[GoodsReceiptLine], *, actor: Actor, now: datetime
) -> None:
    """Accepted goods go back to where they arrived; nothing is left to be decided.

    Raises ReceiptNotReversible: they are not there any more (naming each batch and how much of it
    is missing), or promised to orders.
    """
    products = products_hold({line.product_id for line in lines})
    refuse_gone(lines, products)
    rows = list(Inspection.objects.select_related("receipt_line").filter(receipt_line__in=lines))
    _refuse_promised([row for row in rows if row.accepted_quantity], products, now=now)
    with _refusing_gone():
        accepted_goods_move(rows, actor=actor, now=now, note=_("Receipt taken back"), back=True)
    for row in rows:
        row.state = InspectionState.REVERSED
    Inspection.objects.bulk_update(rows, ["state"])


def refuse_gone(lines: Sequence[GoodsReceiptLine], products: Mapping[int, ProductSummary]) -> None:
    """Goods that were sold or used up cannot go back, wherever the rest of their batch is.

    Raises ReceiptNotReversible with what `gone` says.
    """
    if problems := gone(lines, products):
        raise ReceiptNotReversible(errors=problems)


def gone(
    lines: Sequence[GoodsReceiptLine], products: Mapping[int, ProductSummary]
) -> list[FieldProblem]:
    """Each batch of these lines that is not all there, and how much of it is missing.

    products: those of the lines, by id. Named `lines.<number>`.
    """
    leaving: Counter[int] = Counter()
    for line in lines:
        leaving[line.batch_id] += line.quantity
    there = batches_on_hand(leaving.keys())
    on_hand = {pk: there[pk].quantity if pk in there else 0 for pk in leaving}
    return [
        FieldProblem(
            f"lines.{line.line}",
            "goods_gone",
            _("%(product)s, batch %(batch)s: %(missing)d of %(quantity)d units are not there any "
              "more. Send back what is left as a return to the supplier.")
            % {
                "product": products[line.product_id].name,
                "batch": line.batch_number or "-",
                "missing": leaving[line.batch_id] - on_hand[line.batch_id],
                "quantity": leaving[line.batch_id],
            },
        )
        for line in lines
        if on_hand[line.batch_id] < leaving[line.batch_id]
    ]  # fmt: skip


def _refuse_promised(
    accepted: Sequence[Inspection], products: Mapping[int, ProductSummary], *, now: datetime
) -> None:
    """Goods in quarantine are promised to nobody: moving them there would break promises."""
    leaving: Counter[int] = Counter()
    for row in accepted:
        leaving[row.receipt_line.product_id] += row.accepted_quantity
    if not leaving:
        return
    available = available_by_product(leaving, now=now)
    problems = [
        FieldProblem(
            "lines",
            "stock_reserved",
            _("%(product)s: only %(free)d of its units are promised to nobody.")
            % {"product": products[pk].name, "free": max(available.get(pk, 0), 0)},
        )
        for pk, quantity in leaving.items()
        if available.get(pk, 0) < quantity
    ]
    if problems:
        raise ReceiptNotReversible(errors=problems)


@contextmanager
def _refusing_gone() -> Iterator[None]:
    """What inventory refuses, told as why the receipt cannot be taken back."""
    try:
        yield
    except (InsufficientStock, ReversalRefused, StockReserved) as refused:
        raise ReceiptNotReversible(
            errors=[FieldProblem("lines", refused.code, refused.detail)]
        ) from refused


def unshelve(
    reversal: ReceiptReversal,
    lines: Sequence[GoodsReceiptLine],
    *,
    actor: Actor,
    now: datetime,
) -> dict[int, StockEffect]:
    """Undo the movements of these lines, and their money. Raises ReceiptNotReversible."""
    with _refusing_gone():
        effects = stock_reverse(
            actor=actor,
            now=now,
            source_type=REVERSAL_SOURCE,
            source_id=str(reversal.pk),
            undoes=(RECEIPT_SOURCE, str(reversal.receipt_id)),
            reason=reversal.reason,
            cosigner_id=reversal.cosigner_id,
            lines=[line.line for line in lines],
        )
    return {effect.line: effect for effect in effects}
