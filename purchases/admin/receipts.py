"""Administration of receipts."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from purchases.admin.shared import LinesInline
from purchases.models import (
    FreeGoodsSettlement,
    GoodsReceipt,
    GoodsReceiptLine,
    Inspection,
    LandedCost,
    LandedCostLine,
    ReceiptClosure,
    ReceiptReversal,
    ReceiptReversalLine,
    ReceiptReversalRequest,
    Receiving,
    ReceivingLine,
    ReceivingPolicy,
    ReceivingScan,
    ReceivingTerms,
    ShelfLifeMinimum,
)


class GoodsReceiptLineInline(LinesInline):
    model = GoodsReceiptLine


@admin.register(GoodsReceipt)
class GoodsReceiptAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "delivery_note", "received_at", "total", "automatic")
    list_filter = ("automatic",)
    list_select_related = ("order",)
    search_fields = ("number", "delivery_note")
    inlines = (GoodsReceiptLineInline,)


class ReceiptReversalLineInline(LinesInline):
    model = ReceiptReversalLine


@admin.register(ReceiptReversal)
class ReceiptReversalAdmin(ReadOnlyAdmin):
    list_display = ("number", "receipt", "reversed_at", "total", "reason")
    list_select_related = ("receipt",)
    search_fields = ("number", "receipt__number")
    inlines = (ReceiptReversalLineInline,)


@admin.register(ReceiptReversalLine)
class ReceiptReversalLineAdmin(ReadOnlyAdmin):
    list_display = ("reversal", "receipt_line", "movement_id")
    list_select_related = ("reversal", "receipt_line")


@admin.register(ReceiptReversalRequest)
class ReceiptReversalRequestAdmin(ReadOnlyAdmin):
    list_display = ("receipt", "requested_by", "requested_at", "state", "decided_by")
    list_select_related = ("receipt", "requested_by", "decided_by")


@admin.register(ReceiptClosure)
class ReceiptClosureAdmin(ReadOnlyAdmin):
    list_display = ("receipt", "order_line", "quantity", "amount")
    list_select_related = ("receipt", "order_line")


@admin.register(FreeGoodsSettlement)
class FreeGoodsSettlementAdmin(ReadOnlyAdmin):
    list_display = ("order_line", "quantity", "reason", "settled_at")
    list_select_related = ("order_line",)


class ReceivingLineInline(LinesInline):
    model = ReceivingLine


class ReceivingTermsInline(LinesInline):
    model = ReceivingTerms


@admin.register(Receiving)
class ReceivingAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "state", "delivery_note", "started_at", "started_by")
    list_filter = ("state",)
    list_select_related = ("order", "started_by")
    search_fields = ("number", "delivery_note", "order__number")
    inlines = (ReceivingLineInline, ReceivingTermsInline)


@admin.register(ReceivingLine)
class ReceivingLineAdmin(ReadOnlyAdmin):
    list_display = ("receiving", "line", "product", "batch_number", "quantity", "quarantine")
    list_select_related = ("receiving", "product")


@admin.register(ReceivingTerms)
class ReceivingTermsAdmin(ReadOnlyAdmin):
    list_display = ("receiving", "order_line", "invoice_price", "invoice_amount", "close_rest")
    list_select_related = ("receiving", "order_line")


@admin.register(ReceivingScan)
class ReceivingScanAdmin(ReadOnlyAdmin):
    list_display = ("receiving", "code", "serial", "quantity", "scanned_at", "scanned_by")
    list_select_related = ("receiving", "scanned_by")
    search_fields = ("serial", "code")


@admin.register(Inspection)
class InspectionAdmin(ReadOnlyAdmin):
    list_display = ("receipt_line", "state", "quantity", "accepted_quantity", "rejected_quantity")
    list_filter = ("state",)
    list_select_related = ("receipt_line",)


@admin.register(ReceivingPolicy)
class ReceivingPolicyAdmin(ReadOnlyAdmin):
    list_display = ("supplier", "over_percent", "under_percent", "price_percent")
    list_select_related = ("supplier",)


@admin.register(ShelfLifeMinimum)
class ShelfLifeMinimumAdmin(ReadOnlyAdmin):
    list_display = ("product", "min_days")
    list_select_related = ("product",)


class LandedCostLineInline(LinesInline):
    model = LandedCostLine


@admin.register(LandedCost)
class LandedCostAdmin(ReadOnlyAdmin):
    list_display = ("number", "kind", "amount", "spread", "supplier", "posted_at", "reversed_at")
    list_filter = ("kind",)
    list_select_related = ("supplier",)
    search_fields = ("number", "document_number")
    inlines = (LandedCostLineInline,)


@admin.register(LandedCostLine)
class LandedCostLineAdmin(ReadOnlyAdmin):
    list_display = ("cost", "receipt_line", "amount", "on_hand_amount", "gone_amount")
    list_select_related = ("cost", "receipt_line")
