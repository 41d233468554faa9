"""Administration of offers."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin, ServiceAdmin, actor_of
from purchases.admin.shared import each
from purchases.models import (
    Offer,
    OfferLine,
    ProductAlias,
)
from purchases.services.offers.offers import offer_rematch, offer_withdraw


@admin.register(Offer)
class OfferAdmin(ServiceAdmin):
    list_display = (
        "id",
        "supplier",
        "received_at",
        "direction",
        "valid_until",
        "minimum_order_amount",
        "delivery_days",
        "withdrawn_at",
    )
    list_filter = ("supplier", "direction")
    list_select_related = ("supplier",)
    date_hierarchy = "received_at"
    actions = ("rematch", "withdraw")

    @admin.action(description=_("Match again"))
    def rematch(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        actor, now = actor_of(request), timezone.now()
        each(
            self,
            request,
            queryset,
            lambda offer: offer_rematch(actor=actor, now=now, offer_id=offer.pk),
        )

    @admin.action(description=_("Withdraw offers"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        actor, now = actor_of(request), timezone.now()
        each(
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
