"""Administration of orders."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from purchases.admin.shared import LinesInline
from purchases.models import PurchaseOrder, PurchaseOrderLine


class PurchaseOrderLineInline(LinesInline):
    model = PurchaseOrderLine


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "supplier", "state", "total", "ordered_at", "closed_at")
    list_filter = ("state", "supplier")
    list_select_related = ("supplier",)
    search_fields = ("number",)
    inlines = (PurchaseOrderLineInline,)
