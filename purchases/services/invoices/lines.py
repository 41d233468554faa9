"""The lines of a supplier invoice as stated, and whether they can be so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.money import round_money
from inventory.public import products_by_id
from purchases.models import GoodsReceiptLine, PurchaseOrderLine, SupplierInvoiceLine

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLineFacts:
    """A billed line as printed; see `purchases.models.SupplierInvoiceLine`.

    amount: None is computed from pack_price and discount. product_id: None takes that of the
    order or receipt line, if one is named.
    """

    quantity: int
    free_quantity: int = 0
    pack_units: int = 1
    pack_price: Decimal | None = None
    discount: Decimal = ZERO
    amount: Decimal | None = None
    tax: Decimal = ZERO
    product_id: int | None = None
    description: str = ""
    order_line_id: int | None = None
    receipt_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    products: Mapping[int, object]
    order_lines: Mapping[int, PurchaseOrderLine]
    receipt_lines: Mapping[int, GoodsReceiptLine]


def lines_of(
    stated: Sequence[InvoiceLineFacts], *, supplier_id: int
) -> tuple[list[SupplierInvoiceLine], list[FieldProblem]]:
    """The lines, unsaved, and what is wrong with them. Three queries."""
    known = _Known(
        products=products_by_id([line.product_id for line in stated if line.product_id]),
        order_lines=PurchaseOrderLine.objects.filter(order__supplier_id=supplier_id).in_bulk(
            [line.order_line_id for line in stated if line.order_line_id]
        ),
        receipt_lines=GoodsReceiptLine.objects.filter(
            receipt__order__supplier_id=supplier_id
        ).in_bulk([line.receipt_line_id for line in stated if line.receipt_line_id]),
    )
    problems: list[FieldProblem] = []
    lines = []
    for place, line in enumerate(stated):
        faults = _faults(f"lines.{place}", line, known)
        problems += faults
        lines.append(_line(place + 1, line, known))
    if not stated:
        problems.append(FieldProblem("lines", "required", _("Say what is billed.")))
    return lines, problems


def _line(position: int, line: InvoiceLineFacts, known: _Known) -> SupplierInvoiceLine:
    amount = line.amount
    if amount is None:
        gross = round_money((line.pack_price or ZERO) * line.quantity / line.pack_units)
        amount = max(gross - line.discount, ZERO)
    return SupplierInvoiceLine(
        position=position,
        product_id=_product_of(line, known),
        description=line.description.strip(),
        order_line_id=line.order_line_id,
        receipt_line_id=line.receipt_line_id,
        quantity=line.quantity,
        free_quantity=line.free_quantity,
        pack_units=line.pack_units,
        pack_price=line.pack_price,
        discount=line.discount,
        amount=amount,
        tax=line.tax,
    )


def _product_of(line: InvoiceLineFacts, known: _Known) -> int | None:
    if line.product_id is not None:
        return line.product_id
    received = known.receipt_lines.get(line.receipt_line_id or 0)
    ordered = known.order_lines.get(line.order_line_id or 0)
    found = received or ordered
    return None if found is None else found.product_id


def _faults(path: str, line: InvoiceLineFacts, known: _Known) -> list[FieldProblem]:
    checks = [
        (
            line.quantity + line.free_quantity > 0,
            "quantity",
            "required",
            _("Say how many base units are billed or free."),
        ),
        (
            line.amount is not None or line.pack_price is not None,
            "amount",
            "required",
            _("Give the line's amount, or the price per pack."),
        ),
        (
            line.product_id is None or line.product_id in known.products,
            "product_id",
            "unknown",
            _("There is no such product."),
        ),
        (
            line.order_line_id is None or line.order_line_id in known.order_lines,
            "order_line_id",
            "unknown",
            _("This supplier has no such order line."),
        ),
        (
            line.receipt_line_id is None or line.receipt_line_id in known.receipt_lines,
            "receipt_line_id",
            "unknown",
            _("This supplier has no such receipt line."),
        ),
        (
            _product_of(line, known) is not None or bool(line.description.strip()),
            "product_id",
            "required",
            _("Name the product, or write down what is printed."),
        ),
    ]
    return [
        FieldProblem(f"{path}.{field}", code, detail)
        for holds, field, code, detail in checks
        if not holds
    ]
