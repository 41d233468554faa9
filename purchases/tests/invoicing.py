"""Received goods and supplier invoices in any state, for tests."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone

from capital.public import SUPPLIER_PARTY, SystemAccount, party_balance
from core.audit import Actor
from core.models import local_date
from inventory.public import IssueLine, stock_issue
from purchases.models import CreditNote, GoodsReceipt, Resolution, Supplier, SupplierInvoice
from purchases.services.invoices.credit_notes import CreditNoteFacts, credit_note_enter
from purchases.services.invoices.invoices import InvoiceFacts, invoice_create
from purchases.services.invoices.lines import InvoiceLineFacts
from purchases.services.invoices.match import invoice_approve, invoice_match, invoice_resolve
from purchases.services.invoices.posting import invoice_post
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import actor_with, delivery, placed_order
from purchases.tests.lower import JournalLine

_numbers = count(1)
ACCEPT, DISPUTE = Resolution.ACCEPT, Resolution.DISPUTE


def received(*batches: Any, supplier: Supplier | None = None, **order: Any) -> GoodsReceipt:
    """Goods of an order of their own, all of it at once unless batches say otherwise."""
    placed = placed_order(supplier=supplier, **order)
    return goods_receive(
        actor=actor_with("pharmacist"),
        now=order.get("now") or timezone.now(),
        order_id=placed.pk,
        deliveries=[delivery(placed, *batches)],
    )


def line_of(receipt: GoodsReceipt, **fields: Any) -> InvoiceLineFacts:
    """A line that bills all of the receipt's first line as it was received."""
    goods = receipt.lines.order_by("line")[0]
    return InvoiceLineFacts(
        **{
            "product_id": goods.product_id,
            "quantity": goods.quantity,
            "amount": goods.amount,
            **fields,
        }
    )


def facts(*lines: InvoiceLineFacts, total: object = None, **fields: Any) -> InvoiceFacts:
    """An invoice of today that adds up."""
    stated = {"discount": Decimal(0), "charges": Decimal(0), "charges_tax": Decimal(0), **fields}
    amount = (
        sum((line.amount or Decimal(0)) + line.tax for line in lines)
        - stated["discount"]
        + stated["charges"]
        + stated["charges_tax"]
    )
    return InvoiceFacts(
        **{
            "supplier_number": f"S-{next(_numbers)}",
            "invoice_date": local_date(timezone.now()),
            **stated,
            "lines": tuple(lines),
            "total": Decimal(str(amount if total is None else total)),
        }
    )


def entered(
    receipt: GoodsReceipt, *lines: InvoiceLineFacts, now: datetime | None = None, **fields: Any
) -> SupplierInvoice:
    """A draft of the receipt's supplier; without lines it bills what was received."""
    return invoice_create(
        actor=actor_with("purchasing"),
        now=now or timezone.now(),
        supplier_id=receipt.order.supplier_id,
        facts=facts(*(lines or (line_of(receipt),)), **fields),
    )


def matched(receipt: GoodsReceipt, *lines: InvoiceLineFacts, **fields: Any) -> SupplierInvoice:
    invoice = entered(receipt, *lines, **fields)
    return invoice_match(actor=actor_with("purchasing"), now=timezone.now(), invoice_id=invoice.pk)


def approved(
    receipt: GoodsReceipt,
    *lines: InvoiceLineFacts,
    resolve: str = ACCEPT,
    **fields: Any,
) -> SupplierInvoice:
    """resolve: how every difference is decided, if there are any."""
    invoice = matched(receipt, *lines, **fields)
    actor, now = actor_with("pharmacist"), timezone.now()
    if invoice.state == "matched":
        return invoice_approve(actor=actor, now=now, invoice_id=invoice.pk)
    return invoice_resolve(
        actor=actor,
        now=now,
        invoice_id=invoice.pk,
        resolutions={found.pk: resolve for found in invoice.differences.all()},
        reason="Agreed by telephone",
    )


def posted(
    receipt: GoodsReceipt,
    *lines: InvoiceLineFacts,
    now: datetime | None = None,
    **fields: Any,
) -> SupplierInvoice:
    invoice = approved(receipt, *lines, **fields)
    return invoice_post(
        actor=actor_with("accountant"), now=now or timezone.now(), invoice_id=invoice.pk
    )


def note_entered(
    supplier: Supplier,
    amount: object,
    number: str = "C-1",
    *,
    actor: Actor | None = None,
    now: datetime | None = None,
    **facts: Any,
) -> CreditNote:
    """A credit note of today by the accountant, unless told otherwise."""
    now = now or timezone.now()
    return credit_note_enter(
        actor=actor or actor_with("accountant"),
        now=now,
        supplier_id=supplier.pk,
        facts=CreditNoteFacts(
            supplier_number=number,
            amount=Decimal(str(amount)),
            **{"note_date": local_date(now), **facts},
        ),
    )


def owed_to(supplier: Supplier | int) -> Decimal:
    """What the ledger says is owed to the supplier."""
    pk = supplier if isinstance(supplier, int) else supplier.pk
    return party_balance(SystemAccount.PAYABLES, party_type=SUPPLIER_PARTY, party_id=str(pk))


def balance_of(account: SystemAccount) -> Decimal:
    """Debits minus credits of an account, from the ledger's lines."""
    lines = JournalLine.objects.filter(account__system_code=account)
    return lines.aggregate(balance=Sum(F("debit") - F("credit")))["balance"] or Decimal(0)


def sold(product_id: int, quantity: int, actor: Actor) -> None:
    stock_issue(
        actor=actor,
        now=timezone.now(),
        source_type="tests.sale",
        source_id=str(next(_numbers)),
        lines=[IssueLine(line=1, product_id=product_id, quantity=quantity)],
    )
