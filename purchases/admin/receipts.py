"""Administration of receipts."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from purchases.admin.shared import LinesInline
from purchases.models import GoodsReceipt, GoodsReceiptLine


class GoodsReceiptLineInline(LinesInline):
    model = GoodsReceiptLine


@admin.register(GoodsReceipt)
class GoodsReceiptAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "delivery_note", "received_at", "total", "automatic")
    list_filter = ("automatic",)
    list_select_related = ("order",)
    search_fields = ("number", "delivery_note")
    inlines = (GoodsReceiptLineInline,)
