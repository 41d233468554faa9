"""What an invoice is held against: its lines, and the goods its supplier brought."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from inventory.public import kept_products, merged_products
from purchases.models import (
    GoodsReceiptLine,
    PurchaseOrderLine,
    SupplierInvoice,
    SupplierInvoiceLine,
)
from purchases.threeway import Billed, Outcome, Received, Tolerance, match

# Goods that are billed already are looked at for this long, to tell a bill that comes twice.
BILLED_REMEMBERED = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Facts:
    """An invoice's own lines by position, and everything the match rests on."""

    lines: dict[int, SupplierInvoiceLine]
    billed: tuple[Billed, ...]
    received: tuple[Received, ...]
    ordered_products: frozenset[int]

    def outcome(self) -> Outcome:
        return match(
            self.billed,
            self.received,
            ordered_products=self.ordered_products,
            tolerance=invoice_tolerance(),
        )


def invoice_tolerance() -> Tolerance:
    return Tolerance(
        price_percent=settings.INVOICE_PRICE_TOLERANCE_PERCENT,
        price_amount=settings.INVOICE_PRICE_TOLERANCE_AMOUNT,
        quantity_percent=settings.INVOICE_QUANTITY_TOLERANCE_PERCENT,
    )


def facts_of(invoice: SupplierInvoice, *, now: datetime) -> Facts:
    """Six queries, for any number of lines. Goods of receipts taken back are not received.

    A product that was merged into another is that one, whichever of both a document names.
    """
    lines = {line.position: line for line in invoice.lines.order_by("position")}
    now_is = kept_products({line.product_id for line in lines.values() if line.product_id})
    once = {
        old: kept for kept, olds in merged_products(set(now_is.values())).items() for old in olds
    }
    ordered = PurchaseOrderLine.objects.filter(
        order__supplier_id=invoice.supplier_id, product_id__in=once
    )
    return Facts(
        lines=lines,
        billed=tuple(_billed(line, now_is) for line in lines.values()),
        received=tuple(_received(invoice, lines, set(now_is.values()), now=now)),
        ordered_products=frozenset(
            once[product_id] for product_id in ordered.values_list("product_id", flat=True)
        ),
    )


def _billed(line: SupplierInvoiceLine, now_is: Mapping[int, int]) -> Billed:
    return Billed(
        position=line.position,
        product_id=None if line.product_id is None else now_is[line.product_id],
        quantity=line.quantity,
        free_quantity=line.free_quantity,
        amount=line.amount,
        pack_units=line.pack_units,
        pack_price=line.pack_price,
        discount=line.discount,
        tax=line.tax,
        order_line_id=line.order_line_id,
        receipt_line_id=line.receipt_line_id,
    )


def _received(
    invoice: SupplierInvoice,
    lines: Mapping[int, SupplierInvoiceLine],
    products: Collection[int],
    *,
    now: datetime,
) -> list[Received]:
    """products: ids of those billed. A receipt keeps the product of its day, its batch has the
    present one."""
    named = set(invoice.receipts.values_list("pk", flat=True))
    said = list(lines.values())
    wanted = (
        Q(receipt_id__in=named)
        | Q(pk__in=[line.receipt_line_id for line in said if line.receipt_line_id])
        | Q(order_line_id__in=[line.order_line_id for line in said if line.order_line_id])
        | Q(batch__product_id__in=products)
    )
    of_interest = (
        Q(invoiced__isnull=True)
        | Q(invoiced__invoiced_quantity__lt=F("quantity"))
        | Q(receipt_id__in=named)
        | Q(receipt__received_at__gte=now - BILLED_REMEMBERED)
    )
    rows = (
        GoodsReceiptLine.objects.filter(wanted, receipt__order__supplier_id=invoice.supplier_id)
        .filter(of_interest, reversal_line__isnull=True)
        .select_related("invoiced", "batch")
        .order_by("receipt__received_at", "receipt_id", "line")
    )
    return [
        Received(
            receipt_line_id=row.pk,
            order_line_id=row.order_line_id,
            product_id=row.batch.product_id,
            quantity=row.quantity,
            billed=row.invoiced.invoiced_quantity if hasattr(row, "invoiced") else 0,
            amount=row.amount,
            ordered_amount=row.ordered_amount,
            named=row.receipt_id in named,
        )
        for row in rows
    ]
