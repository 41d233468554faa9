"""Reads of sales."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from sales.errors import SaleNotFound
from sales.models import Sale, SaleAllocation, SaleLine


def sales(
    *,
    date_from: date | None = None,
    date_to: date | None = None,
    product_id: int | None = None,
    number: str = "",
    cashier_id: int | None = None,
) -> QuerySet[Sale]:
    """Sales, newest first, with their cashiers. Dates are days of the pharmacy, inclusive."""
    found = Sale.objects.select_related("cashier").order_by("-id")
    if date_from is not None:
        found = found.filter(business_date__gte=date_from)
    if date_to is not None:
        found = found.filter(business_date__lte=date_to)
    if number:
        found = found.filter(number=number)
    if cashier_id is not None:
        found = found.filter(cashier_id=cashier_id)
    if product_id is not None:
        lines = SaleLine.objects.filter(sale=OuterRef("pk"), product_id=product_id)
        found = found.filter(Exists(lines))
    return found


def sale_get(sale_id: int) -> Sale:
    """One sale with its lines. Two queries. Raises SaleNotFound."""
    lines = Prefetch("lines", SaleLine.objects.order_by("line"))
    found = sales().prefetch_related(lines).filter(pk=sale_id).first()
    if found is None:
        raise SaleNotFound
    return found


def sale_get_costed(sale_id: int) -> Sale:
    """One sale with its lines and their batches. Three queries. Raises SaleNotFound."""
    allocations = Prefetch("allocations", SaleAllocation.objects.order_by("id"))
    lines = Prefetch("lines", SaleLine.objects.order_by("line").prefetch_related(allocations))
    found = sales().prefetch_related(lines).filter(pk=sale_id).first()
    if found is None:
        raise SaleNotFound
    return found


def sale_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these sales, by id as text; unknown ids are absent. One query."""
    known = Sale.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}
