"""Administration of need policies."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ServiceAdmin
from purchases.models import NeedPolicy


@admin.register(NeedPolicy)
class NeedPolicyAdmin(ServiceAdmin):
    list_display = ("abc_class", "service_level", "lead_days", "lead_deviation", "review_days")
