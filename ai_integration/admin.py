from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ai_integration.models import EngineResult, ExtractionJob
from ai_integration.services import uploads
from core.admin import ReadOnlyAdmin, ServiceAdmin, actor_of
from core.errors import DomainError


@admin.register(ExtractionJob)
class ExtractionJobAdmin(ServiceAdmin):
    list_display = ("id", "supplier", "file", "state", "engine", "failure_code", "created_at")
    list_filter = ("state", "engine", "failure_code")
    list_select_related = ("supplier", "file")
    actions = ("retry", "cancel")

    @admin.action(description=_("Read again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[ExtractionJob]) -> None:
        self._each(request, queryset, uploads.job_retry)

    @admin.action(description=_("Cancel"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[ExtractionJob]) -> None:
        self._each(request, queryset, uploads.job_cancel)

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[ExtractionJob],
        service: Callable[..., Any],
    ) -> None:
        for job in queryset:
            try:
                service(actor=actor_of(request), now=timezone.now(), job_id=job.pk)
            except DomainError as exc:
                self.message_user(request, f"{job.pk}: {exc.detail}", messages.ERROR)


@admin.register(EngineResult)
class EngineResultAdmin(ReadOnlyAdmin):
    list_display = ("job", "round", "engine", "is_usable", "received_at")
    list_filter = ("engine", "is_usable")
