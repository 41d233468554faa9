"""What a supplier's terms make of an invoice: when it is due, what paying early saves."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.money import round_money
from purchases.models import Supplier, SupplierInvoice
from purchases.selectors.suppliers import terms_of

ZERO = Decimal(0)


def due_date_of(supplier: Supplier, invoice_date: date) -> date:
    """The supplier's `payment_days` after the invoice's day."""
    return invoice_date + timedelta(days=terms_of(supplier).payment_days)


def discount_until(invoice: SupplierInvoice) -> date | None:
    """The last day on which paying it whole earns the early-payment discount; None without one."""
    days = terms_of(invoice.supplier).early_payment_days
    return None if days is None else invoice.invoice_date + timedelta(days=days)


def early_discount(invoice: SupplierInvoice, *, on: date) -> Decimal:
    """Money let off if what is open of the invoice is paid on that day.

    The percentage counts on what is open, tax included.
    """
    percent = terms_of(invoice.supplier).early_payment_percent
    last = discount_until(invoice)
    if percent is None or last is None or on > last:
        return ZERO
    return round_money(invoice.open_amount * percent / 100)
