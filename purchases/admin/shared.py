"""What the administration of purchasing shares."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import ServiceAdmin
from core.errors import DomainError


def each(modeladmin: ServiceAdmin, request: HttpRequest, rows: QuerySet[Any], call: Any) -> None:
    """Call a service for every row; a refusal is shown and the others go on."""
    for row in rows:
        try:
            call(row)
        except DomainError as refusal:
            modeladmin.message_user(request, f"{row}: {refusal.detail}", messages.ERROR)
        else:
            modeladmin.message_user(request, f"{row}: ✓", messages.SUCCESS)


class LinesInline(admin.TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
