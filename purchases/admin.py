"""Purchasing for administrators: looked at here, changed through the services only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin, ServiceAdmin, actor_of
from core.errors import DomainError
from purchases.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    Offer,
    OfferLine,
    ProductAlias,
    Proposal,
    ProposalBuild,
    ProposalLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
)
from purchases.services.offers import offer_rematch, offer_withdraw
from purchases.services.suppliers import supplier_update
from purchases.tasks import apply_proposal


def _each(modeladmin: ServiceAdmin, request: HttpRequest, rows: QuerySet[Any], call: Any) -> None:
    """Call a service for every row; a refusal is shown and the others go on."""
    for row in rows:
        try:
            call(row)
        except DomainError as refusal:
            modeladmin.message_user(request, f"{row}: {refusal.detail}", messages.ERROR)
        else:
            modeladmin.message_user(request, f"{row}: ✓", messages.SUCCESS)


class _LinesInline(admin.TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Supplier)
class SupplierAdmin(ServiceAdmin):
    list_display = ("name", "code", "deal_direction", "immediate_receipt", "is_active")
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

        _each(self, request, queryset, change)


@admin.register(Offer)
class OfferAdmin(ServiceAdmin):
    list_display = ("id", "supplier", "received_at", "direction", "valid_until", "withdrawn_at")
    list_filter = ("supplier", "direction")
    list_select_related = ("supplier",)
    date_hierarchy = "received_at"
    actions = ("rematch", "withdraw")

    @admin.action(description=_("Match again"))
    def rematch(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        actor, now = actor_of(request), timezone.now()
        _each(
            self,
            request,
            queryset,
            lambda offer: offer_rematch(actor=actor, now=now, offer_id=offer.pk),
        )

    @admin.action(description=_("Withdraw offers"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        actor, now = actor_of(request), timezone.now()
        _each(
            self,
            request,
            queryset,
            lambda offer: offer_withdraw(actor=actor, now=now, offer_id=offer.pk),
        )


@admin.register(OfferLine)
class OfferLineAdmin(ReadOnlyAdmin):
    list_display = ("id", "offer", "position", "name", "list_price", "deal_text", "status")
    list_filter = ("status", "decision", "register_required")
    list_select_related = ("offer",)
    search_fields = ("name", "match_key")
    raw_id_fields = ("offer", "product", "suggested_product", "decided_by")


@admin.register(ProductAlias)
class ProductAliasAdmin(ReadOnlyAdmin):
    list_display = ("key", "supplier", "product", "learnt_by", "learnt_at")
    list_filter = ("supplier",)
    list_select_related = ("supplier", "product", "learnt_by")
    search_fields = ("key",)


@admin.register(ProposalBuild)
class ProposalBuildAdmin(ReadOnlyAdmin):
    list_display = ("id", "built_by", "built_at")
    list_select_related = ("built_by",)


class ProposalLineInline(_LinesInline):
    model = ProposalLine
    exclude = ("why",)


@admin.register(Proposal)
class ProposalAdmin(ServiceAdmin):
    list_display = (
        "number", "supplier", "state", "total", "requested_by", "decided_by",
        "apply_failures", "apply_error", "stuck_at",
    )  # fmt: skip
    list_filter = ("state", ("stuck_at", admin.EmptyFieldListFilter), "supplier")
    list_select_related = ("supplier", "requested_by", "decided_by")
    search_fields = ("number",)
    inlines = (ProposalLineInline,)
    actions = ("apply_now",)

    @admin.action(description=_("Have a worker apply approved proposals now"))
    def apply_now(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> None:
        _each(self, request, queryset, lambda proposal: apply_proposal.delay(proposal.pk))


class PurchaseOrderLineInline(_LinesInline):
    model = PurchaseOrderLine


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "supplier", "state", "total", "ordered_at", "closed_at")
    list_filter = ("state", "supplier")
    list_select_related = ("supplier",)
    search_fields = ("number",)
    inlines = (PurchaseOrderLineInline,)


class GoodsReceiptLineInline(_LinesInline):
    model = GoodsReceiptLine


@admin.register(GoodsReceipt)
class GoodsReceiptAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "delivery_note", "received_at", "total", "automatic")
    list_filter = ("automatic",)
    list_select_related = ("order",)
    search_fields = ("number", "delivery_note")
    inlines = (GoodsReceiptLineInline,)
