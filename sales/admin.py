"""Sales are looked at here and made at the till."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from sales.models import Sale, SaleAllocation, SaleLine


class SaleLineInline(admin.TabularInline):
    model = SaleLine
    extra = 0
    can_delete = False
    fields = readonly_fields = (
        "line", "product_name", "packaging_name", "quantity", "unit_price", "line_total", "cost",
    )  # fmt: skip

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Sale)
class SaleAdmin(ReadOnlyAdmin):
    list_display = ["number", "sold_at", "cashier", "total", "cost", "payment_method"]
    list_select_related = ["cashier"]
    search_fields = ["number"]
    date_hierarchy = "business_date"
    inlines = [SaleLineInline]


@admin.register(SaleAllocation)
class SaleAllocationAdmin(ReadOnlyAdmin):
    list_display = ["sale_line", "batch_number", "expiry_date", "quantity", "cost"]
    list_select_related = ["sale_line"]
    search_fields = ["batch_number"]
