"""Administration of suppliers."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin, ServiceAdmin, actor_of
from purchases.admin.shared import LinesInline, each
from purchases.models import (
    DivisionCompany,
    DivisionProduct,
    Supplier,
    SupplierContact,
    SupplierDivision,
)
from purchases.services.suppliers.suppliers import supplier_update


class SupplierContactInline(LinesInline):
    model = SupplierContact


class DivisionCompanyInline(LinesInline):
    model = DivisionCompany


class DivisionProductInline(LinesInline):
    model = DivisionProduct


@admin.register(SupplierContact)
class SupplierContactAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "supplier", "division", "role", "phone", "email", "is_primary")
    list_select_related = ("supplier", "division")
    list_filter = ("is_primary",)
    search_fields = ("name", "phone", "whatsapp", "email")


@admin.register(SupplierDivision)
class SupplierDivisionAdmin(ReadOnlyAdmin):
    list_display = ("name", "supplier", "order_email", "is_active")
    list_select_related = ("supplier",)
    list_filter = ("is_active",)
    search_fields = ("name", "name_key", "supplier__name")
    inlines = (DivisionCompanyInline, DivisionProductInline)


@admin.register(Supplier)
class SupplierAdmin(ServiceAdmin):
    list_display = (
        "name", "code", "deal_direction", "lead_days", "minimum_order_amount",
        "payment_days", "credit_limit", "immediate_receipt", "is_active",
    )  # fmt: skip
    inlines = (SupplierContactInline,)
    list_filter = ("is_active", "immediate_receipt", "deal_direction")
    search_fields = ("name", "name_key", "code")
    actions = ("activate", "deactivate")

    @admin.action(description=_("Activate suppliers"))
    def activate(self, request: HttpRequest, queryset: QuerySet[Supplier]) -> None:
        self._set_active(request, queryset, is_active=True)

    @admin.action(description=_("Deactivate suppliers"))
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Supplier]) -> None:
        self._set_active(request, queryset, is_active=False)

    def _set_active(
        self, request: HttpRequest, queryset: QuerySet[Supplier], *, is_active: bool
    ) -> None:
        def change(supplier: Supplier) -> None:
            supplier_update(
                actor=actor_of(request),
                now=timezone.now(),
                supplier_id=supplier.pk,
                is_active=is_active,
            )

        each(self, request, queryset, change)
