"""Administration of supplier invoices."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from purchases.admin.shared import LinesInline
from purchases.models import (
    InvoiceDifference,
    InvoicedQuantity,
    InvoiceMatch,
    SupplierInvoice,
    SupplierInvoiceFile,
    SupplierInvoiceLine,
)


class SupplierInvoiceLineInline(LinesInline):
    model = SupplierInvoiceLine
    raw_id_fields = ("product", "order_line", "receipt_line")


class InvoiceDifferenceInline(LinesInline):
    model = InvoiceDifference
    raw_id_fields = ("line", "receipt_line")


class SupplierInvoiceFileInline(LinesInline):
    model = SupplierInvoiceFile


@admin.register(SupplierInvoice)
class SupplierInvoiceAdmin(ReadOnlyAdmin):
    list_display = (
        "number", "supplier", "supplier_number", "invoice_date", "due_date", "state", "total",
        "payable", "disputed", "settled",
    )  # fmt: skip
    list_filter = ("state", "supplier")
    list_select_related = ("supplier",)
    search_fields = ("number", "supplier_number", "number_key")
    date_hierarchy = "invoice_date"
    exclude = ("receipts",)
    inlines = (SupplierInvoiceLineInline, InvoiceDifferenceInline, SupplierInvoiceFileInline)


@admin.register(InvoiceMatch)
class InvoiceMatchAdmin(ReadOnlyAdmin):
    list_display = ("id", "line", "receipt_line", "quantity", "received_amount", "owed_amount")
    list_select_related = ("line", "receipt_line")
    raw_id_fields = ("line", "receipt_line")


@admin.register(InvoicedQuantity)
class InvoicedQuantityAdmin(ReadOnlyAdmin):
    list_display = ("receipt_line", "received_quantity", "invoiced_quantity")
    list_select_related = ("receipt_line",)
