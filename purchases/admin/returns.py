"""Administration of returns to suppliers, credit notes and payments."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from purchases.admin.shared import LinesInline
from purchases.models import (
    CreditNote,
    PurchasingDigest,
    ReturnPolicy,
    Settlement,
    SupplierPayment,
    SupplierReturn,
    SupplierReturnLine,
)


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "supplier", "reason", "accepted", "days_after_receipt",
        "earliest_months_before_expiry", "latest_months_before_expiry",
        "latest_months_after_expiry", "credit_percent",
    )  # fmt: skip
    list_filter = ("reason", "accepted")
    list_select_related = ("supplier",)


class SupplierReturnLineInline(LinesInline):
    model = SupplierReturnLine
    raw_id_fields = ("product", "batch", "receipt_line")


@admin.register(SupplierReturn)
class SupplierReturnAdmin(ReadOnlyAdmin):
    list_display = ("number", "supplier", "state", "expected_credit", "credited", "dispatched_at")
    list_filter = ("state", "supplier")
    list_select_related = ("supplier",)
    search_fields = ("number", "dispatch_reference")
    inlines = (SupplierReturnLineInline,)


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin):
    list_display = (
        "number", "supplier", "supplier_number", "note_date", "reason", "amount", "allocatable",
        "allocated", "reversed_at",
    )  # fmt: skip
    list_filter = ("reason", "supplier")
    list_select_related = ("supplier",)
    search_fields = ("number", "supplier_number", "number_key")


@admin.register(SupplierPayment)
class SupplierPaymentAdmin(ReadOnlyAdmin):
    list_display = ("id", "supplier", "entry", "amount", "allocated", "paid_on", "reversed_at")
    list_filter = ("supplier",)
    list_select_related = ("supplier", "entry")


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    list_display = ("id", "invoice", "kind", "payment", "credit_note", "amount", "settled_on")
    list_filter = ("kind",)
    list_select_related = ("invoice", "payment", "credit_note")
    raw_id_fields = ("invoice", "reverses")


@admin.register(PurchasingDigest)
class PurchasingDigestAdmin(ReadOnlyAdmin):
    list_display = ("kind", "day", "told_at")
