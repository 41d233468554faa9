"""Reading supplier invoices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import F, Prefetch, QuerySet

from core.text import search_key
from purchases.errors import SupplierInvoiceNotFound
from purchases.models import (
    InvoiceDifference,
    InvoiceMatch,
    InvoiceState,
    Settlement,
    SupplierInvoice,
    SupplierInvoiceFile,
    SupplierInvoiceLine,
)
from purchases.selectors.filters import given


def invoices(
    *,
    state: str = "",
    supplier_id: int | None = None,
    due_until: date | None = None,
    unpaid: bool | None = None,
    supplier_number: str = "",
) -> QuerySet[SupplierInvoice]:
    """Invoices with their suppliers. unpaid: only posted ones with (or without) an open amount."""
    wanted = {"state": state or None, "supplier_id": supplier_id, "due_date__lte": due_until}
    found = SupplierInvoice.objects.select_related("supplier", "entered_by").filter(**given(wanted))
    if supplier_number:
        found = found.filter(number_key=search_key(supplier_number)[:60])
    if unpaid is not None:
        posted = found.filter(state=InvoiceState.POSTED)
        found = (
            posted.filter(settled__lt=F("payable"))
            if unpaid
            else posted.filter(settled=F("payable"))
        )
    return found


def invoice_by_id(invoice_id: int) -> SupplierInvoice:
    """One invoice with lines, matches, differences, settlements and files.

    Raises SupplierInvoiceNotFound. A constant number of queries.
    """
    matches = InvoiceMatch.objects.select_related("receipt_line__receipt").order_by("pk")
    found = (
        invoices()
        .select_related("approved_by", "posted_by", "ended_by")
        .filter(pk=invoice_id)
        .prefetch_related(
            Prefetch(
                "lines",
                SupplierInvoiceLine.objects.order_by("position").prefetch_related(
                    Prefetch("matches", matches)
                ),
            ),
            Prefetch(
                "differences",
                InvoiceDifference.objects.select_related("line", "receipt_line__receipt").order_by(
                    "pk"
                ),
            ),
            Prefetch(
                "settlements",
                Settlement.objects.select_related("payment", "credit_note", "reversed_by").order_by(
                    "pk"
                ),
            ),
            Prefetch(
                "files",
                SupplierInvoiceFile.objects.select_related("file", "attached_by").order_by("pk"),
            ),
            "receipts",
        )
        .first()
    )
    if found is None:
        raise SupplierInvoiceNotFound
    return found


def invoice_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these invoices, by id as text; unknown ids are absent. One query."""
    known = SupplierInvoice.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {
        str(pk): f"{number} ({supplier_number})"
        for pk, number, supplier_number in known.values_list("pk", "number", "supplier_number")
    }
