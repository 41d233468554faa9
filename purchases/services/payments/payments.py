"""Paying suppliers, and saying which invoices a payment is for.

The payment itself is capital's operation, with its limits; whatever was paid there, with or
without naming invoices, can be allocated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from capital.public import (
    Reversal,
    SupplierPaid,
    operation_reverse,
    supplier_payment_record,
)
from core.audit import Actor
from core.models import local_date
from purchases.errors import SupplierPaymentNotFound, SupplierPaymentReversed
from purchases.models import Supplier, SupplierPayment
from purchases.services.payments.settlements import (
    settle_with_payment,
    settlements_undo_of,
    shares_of,
    shares_required,
    supplier_locked,
)

ZERO = Decimal(0)


@transaction.atomic
def payment_make(
    *,
    actor: Actor,
    now: datetime,
    supplier_id: int,
    amount: Decimal,
    account: str,
    invoices: Mapping[int, Decimal] | None = None,
    allocate: bool = True,
    take_discount: bool = True,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> SupplierPayment:
    """Pay a supplier from cash or bank and settle invoices with it.

    invoices: invoice id -> money; None settles the oldest due first, unless allocate is False.
    take_discount: an invoice paid whole by its terms' early day is settled with the discount.
    What settles nothing stays free to be allocated.

    Raises SupplierNotFound, SettlementRefused, and what capital refuses (PaymentExceedsPayable,
    InsufficientFunds, OperationLimitExceeded, InvalidPosting, PeriodClosed).
    """
    supplier = supplier_locked(supplier_id)
    paid_on = local_date(occurred_at or now)
    shares = []
    if allocate:
        shares = shares_of(
            supplier,
            available=amount,
            named=invoices,
            discount_on=paid_on if take_discount else None,
        )
    entry_id = supplier_payment_record(
        actor=actor,
        now=now,
        supplier_id=supplier_id,
        amount=amount,
        account=account,
        memo=memo,
        occurred_at=occurred_at,
    )
    payment = SupplierPayment.objects.get(entry_id=entry_id)  # payments_follow_payment made it
    settle_with_payment(payment, shares, actor=actor, now=now)
    return payment


@transaction.atomic
def payment_allocate(
    *,
    actor: Actor,
    now: datetime,
    payment_id: int,
    invoices: Mapping[int, Decimal] | None = None,
    take_discount: bool = False,
) -> SupplierPayment:
    """Settle invoices with what is still free of a payment: those named, or the oldest due first.

    Raises SupplierPaymentNotFound, SupplierPaymentReversed, SettlementRefused, NothingToSettle.
    """
    payment = _locked(payment_id)
    if payment.reversed_at is not None:
        raise SupplierPaymentReversed
    shares = shares_required(
        payment.supplier,
        available=payment.amount - payment.allocated,
        named=invoices,
        discount_on=payment.paid_on if take_discount else None,
    )
    settle_with_payment(payment, shares, actor=actor, now=now)
    return payment


@transaction.atomic
def payment_reverse(
    *, actor: Actor, now: datetime, payment_id: int, reason: str
) -> SupplierPayment:
    """Take a payment back: its invoices are open again, the money is where it came from.

    Raises SupplierPaymentNotFound, SupplierPaymentReversed, and what capital refuses.
    """
    payment = _locked(payment_id)
    if payment.reversed_at is not None:
        raise SupplierPaymentReversed
    operation_reverse(actor=actor, now=now, entry_id=payment.entry_id, reason=reason)
    payment.refresh_from_db()
    return payment


def payments_follow_payment(paid: SupplierPaid) -> None:
    """Take note of a payment, wherever it was recorded; registered with capital."""
    if Supplier.objects.filter(pk=paid.supplier_id).exists():
        SupplierPayment.objects.create(
            supplier_id=paid.supplier_id,
            entry_id=paid.entry_id,
            amount=paid.amount,
            paid_on=paid.day,
        )


def payments_follow_reversal(reversal: Reversal) -> None:
    """Open again what a payment settled that capital reverses; registered with capital."""
    payment = SupplierPayment.objects.filter(entry_id=reversal.entry_id).first()
    if payment is None:
        return
    supplier_locked(payment.supplier_id)
    payment.refresh_from_db()
    settlements_undo_of(payment, actor=reversal.actor, now=reversal.now, reason=reversal.reason)
    SupplierPayment.objects.filter(pk=payment.pk).update(reversed_at=reversal.now)


def _locked(payment_id: int) -> SupplierPayment:
    """The payment with its supplier locked. Raises SupplierPaymentNotFound."""
    payment = SupplierPayment.objects.select_related("supplier").filter(pk=payment_id).first()
    if payment is None:
        raise SupplierPaymentNotFound
    supplier_locked(payment.supplier_id)
    payment.refresh_from_db()
    return payment
