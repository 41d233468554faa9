"""Reading payments to suppliers."""

from __future__ import annotations

from django.db.models import F, Prefetch, QuerySet

from purchases.errors import SupplierPaymentNotFound
from purchases.models import Settlement, SupplierPayment


def payments(
    *, supplier_id: int | None = None, free: bool | None = None
) -> QuerySet[SupplierPayment]:
    """Payments with their suppliers and journal entries. free: with money left to allocate."""
    found = SupplierPayment.objects.select_related("supplier", "entry")
    if supplier_id is not None:
        found = found.filter(supplier_id=supplier_id)
    if free is None:
        return found
    open_ones = found.filter(reversed_at__isnull=True, allocated__lt=F("amount"))
    return open_ones if free else found.exclude(pk__in=open_ones.values("pk"))


def payment_by_id(payment_id: int) -> SupplierPayment:
    """One payment with what it settles. Raises SupplierPaymentNotFound."""
    rows = Settlement.objects.select_related("reversed_by", "invoice").order_by("pk")
    found = payments().filter(pk=payment_id).prefetch_related(Prefetch("settlements", rows)).first()
    if found is None:
        raise SupplierPaymentNotFound
    return found
