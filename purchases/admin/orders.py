"""Administration of orders."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from purchases.admin.shared import LinesInline
from purchases.models import (
    AcknowledgedLine,
    OrderAcknowledgement,
    OrderAmendment,
    OrderAmendmentLine,
    OrderDispatch,
    PurchaseOrder,
    PurchaseOrderLine,
)


class PurchaseOrderLineInline(LinesInline):
    model = PurchaseOrderLine


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    list_display = (
        "number",
        "supplier",
        "state",
        "total",
        "ordered_at",
        "expected_date",
        "closed_at",
    )
    list_filter = ("state", "supplier")
    list_select_related = ("supplier",)
    search_fields = ("number",)
    inlines = (PurchaseOrderLineInline,)


class AcknowledgedLineInline(LinesInline):
    model = AcknowledgedLine


@admin.register(OrderAcknowledgement)
class OrderAcknowledgementAdmin(ReadOnlyAdmin):
    list_display = ("order", "revision", "acknowledged_at", "promised_date", "reference")
    list_select_related = ("order",)
    search_fields = ("order__number", "reference")
    inlines = (AcknowledgedLineInline,)


class OrderAmendmentLineInline(LinesInline):
    model = OrderAmendmentLine


@admin.register(OrderAmendment)
class OrderAmendmentAdmin(ReadOnlyAdmin):
    list_display = ("order", "revision", "kind", "total_before", "total_after", "amended_at")
    list_select_related = ("order",)
    list_filter = ("kind",)
    search_fields = ("order__number",)
    inlines = (OrderAmendmentLineInline,)


@admin.register(OrderDispatch)
class OrderDispatchAdmin(ReadOnlyAdmin):
    list_display = (
        "order", "channel", "to", "language", "format", "state", "attempts", "error_code",
        "sent_at",
    )  # fmt: skip
    list_select_related = ("order",)
    list_filter = ("state", "channel")
    search_fields = ("order__number", "to")
