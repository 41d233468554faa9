"""Catalogue and stock to look at; writes go through the API and its services."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from inventory.models import (
    Barcode,
    Batch,
    BatchEvent,
    CatalogueRevision,
    Category,
    DemandFigure,
    DemandRun,
    ImportJob,
    ImportRow,
    Incoming,
    Ingredient,
    Location,
    LocationLimit,
    Packaging,
    Product,
    ProductAlias,
    ProductAttachment,
    ProductIngredient,
    ProductStock,
    Recall,
    RegisterEntry,
    Reservation,
    SignatureRequest,
    StockAlert,
    StockCount,
    StockCountEntry,
    StockCountLine,
    StockDocument,
    StockLevel,
    StockMovement,
    TaxCategory,
    Transfer,
    TransferLine,
    WriteOff,
    WriteOffLine,
)


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    list_display = ("id", "name_ar", "name_en", "strength", "public_price", "lifecycle")
    list_filter = ("lifecycle",)
    search_fields = ("name_ar", "name_en", "barcodes__value")


@admin.register(CatalogueRevision)
class CatalogueRevisionAdmin(ReadOnlyAdmin):
    list_display = ("id", "token")


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    list_display = ("id", "name_ar", "name_en", "parent")
    list_select_related = ("parent",)
    search_fields = ("name_ar", "name_en")


@admin.register(TaxCategory)
class TaxCategoryAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_ar", "name_en", "rate_percent", "is_active")


@admin.register(Ingredient)
class IngredientAdmin(ReadOnlyAdmin):
    list_display = ("id", "name_ar", "name_en")
    search_fields = ("name_ar", "name_en")


@admin.register(ProductIngredient)
class ProductIngredientAdmin(ReadOnlyAdmin):
    list_display = ("product", "ingredient", "strength", "unit", "per_value", "per_unit")
    list_select_related = ("product", "ingredient")
    search_fields = ("ingredient__name_ar", "ingredient__name_en")


@admin.register(ProductAlias)
class ProductAliasAdmin(ReadOnlyAdmin):
    list_display = ("text", "product", "source", "created_at")
    list_select_related = ("product",)
    list_filter = ("source",)
    search_fields = ("text",)


@admin.register(ProductAttachment)
class ProductAttachmentAdmin(ReadOnlyAdmin):
    list_display = ("product", "kind", "caption", "is_primary", "created_at")
    list_select_related = ("product",)
    list_filter = ("kind",)


@admin.register(Packaging)
class PackagingAdmin(ReadOnlyAdmin):
    list_display = ("product", "name", "units", "price", "is_purchase_default")
    list_select_related = ("product",)
    search_fields = ("product__name_ar", "product__name_en")


@admin.register(Barcode)
class BarcodeAdmin(ReadOnlyAdmin):
    list_display = ("value", "product", "kind")
    list_select_related = ("product",)
    search_fields = ("value",)


@admin.register(Location)
class LocationAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "kind", "is_default", "is_active")
    list_filter = ("kind",)


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ("product", "number", "expiry_date", "status", "received_at")
    list_filter = ("status",)
    list_select_related = ("product",)
    search_fields = ("number", "product__name_ar", "product__name_en")


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    list_display = ("batch", "location", "quantity", "value")
    list_select_related = ("batch__product", "location")
    list_filter = ("location",)


@admin.register(DemandRun)
class DemandRunAdmin(ReadOnlyAdmin):
    list_display = ("for_date", "demand_days", "consumption_days", "worked_out_at")


@admin.register(DemandFigure)
class DemandFigureAdmin(ReadOnlyAdmin):
    list_display = ("product", "per_day", "deviation", "observed_days", "sold", "consumed")
    list_select_related = ("product",)


@admin.register(ProductStock)
class ProductStockAdmin(ReadOnlyAdmin):
    list_display = ("product", "on_hand", "value")
    list_select_related = ("product",)


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "occurred_at", "kind", "reason", "batch", "location", "quantity", "value",
        "source_type", "source_id",
    )  # fmt: skip
    list_filter = ("kind", "reason")
    list_select_related = ("batch__product", "location")
    search_fields = ("source_id",)


@admin.register(StockDocument)
class StockDocumentAdmin(ReadOnlyAdmin):
    list_display = ("number", "kind", "reason", "occurred_at", "actor", "file_name")
    list_select_related = ("actor",)


@admin.register(Incoming)
class IncomingAdmin(ReadOnlyAdmin):
    list_display = ("product", "quantity", "received", "source_type", "source_id", "cancelled_at")
    list_select_related = ("product",)


@admin.register(StockAlert)
class StockAlertAdmin(ReadOnlyAdmin):
    list_display = (
        "kind", "product", "batch", "available", "threshold", "unit_cost", "price", "opened_at",
        "closed_at", "told_on",
    )  # fmt: skip
    list_select_related = ("product", "batch__product")
    list_filter = ("kind", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("product__name_ar", "product__name_en", "batch__number")


@admin.register(LocationLimit)
class LocationLimitAdmin(ReadOnlyAdmin):
    list_display = ("location", "product", "min_stock", "max_stock")
    list_select_related = ("location", "product")
    list_filter = ("location",)


@admin.register(BatchEvent)
class BatchEventAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "kind", "batch", "reason", "recall", "actor")
    list_select_related = ("batch__product", "recall", "actor")
    list_filter = ("kind",)


@admin.register(Recall)
class RecallAdmin(ReadOnlyAdmin):
    list_display = ("number", "announced_at", "reason", "reference", "party_id", "announced_by")
    list_select_related = ("announced_by",)


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = (
        "product", "quantity", "consumed", "status", "source_type", "source_id", "expires_at",
    )  # fmt: skip
    list_select_related = ("product",)
    list_filter = ("status",)
    search_fields = ("source_id",)


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = ("number", "status", "origin", "destination", "dispatched_at", "dispatched_by")
    list_select_related = ("origin", "destination", "dispatched_by")
    list_filter = ("status",)


@admin.register(TransferLine)
class TransferLineAdmin(ReadOnlyAdmin):
    list_display = ("transfer", "line", "batch", "quantity", "received", "value")
    list_select_related = ("transfer", "batch__product")


@admin.register(WriteOff)
class WriteOffAdmin(ReadOnlyAdmin):
    list_display = ("number", "status", "reason", "requested_by", "decided_by", "value")
    list_select_related = ("requested_by", "decided_by")
    list_filter = ("status", "reason")


@admin.register(WriteOffLine)
class WriteOffLineAdmin(ReadOnlyAdmin):
    list_display = ("write_off", "line", "batch", "location", "quantity")
    list_select_related = ("write_off", "batch__product", "location")


@admin.register(StockCount)
class StockCountAdmin(ReadOnlyAdmin):
    list_display = (
        "number", "state", "mode", "scope", "location", "category", "created_by", "approved_by",
    )  # fmt: skip
    list_filter = ("state", "mode", "scope")
    list_select_related = ("location", "category", "created_by", "approved_by")


@admin.register(StockCountLine)
class StockCountLineAdmin(ReadOnlyAdmin):
    # A staff member may be counting: what is expected shows in the API only, where it is judged.
    exclude = ("expected", "ledger_mark")
    list_display = ("count", "line", "batch", "location", "status", "counted")
    list_filter = ("status",)
    list_select_related = ("count", "batch", "location")
    search_fields = ("count__number",)


@admin.register(StockCountEntry)
class StockCountEntryAdmin(ReadOnlyAdmin):
    exclude = ("expected", "ledger_mark")
    list_display = ("line", "round", "added", "counted", "code", "counted_at", "counted_by")
    list_select_related = ("line", "counted_by")


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "kind", "dry_run", "state", "file", "rows_total", "rows_checked", "rows_applied",
        "error_count", "created_at", "created_by",
    )  # fmt: skip
    list_filter = ("kind", "state", "dry_run")
    list_select_related = ("file", "created_by")


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ("job", "number", "outcome", "product_id", "has_errors")
    list_select_related = ("job",)
    list_filter = ("outcome", "has_errors")


@admin.register(RegisterEntry)
class RegisterEntryAdmin(ReadOnlyAdmin):
    list_display = (
        "product", "sequence", "kind", "quantity", "balance", "occurred_at", "actor", "cosigner",
    )  # fmt: skip
    list_select_related = ("product", "actor", "cosigner")
    search_fields = ("product__name_ar", "product__name_en")


@admin.register(SignatureRequest)
class SignatureRequestAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "kind", "reason", "state", "requested_by", "decided_by")
    list_filter = ("state", "kind")
    list_select_related = ("requested_by", "decided_by")
