"""Admin bases of the house, and the kernel's own tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import outbox
from core.audit import Actor
from core.correlation import client_ip
from core.errors import DomainError
from core.models import (
    AuditEntry,
    AuditSeal,
    DocumentSeries,
    IdempotencyRecord,
    OutboxDelivery,
    OutboxEvent,
)


def actor_of(request: HttpRequest) -> Actor:
    """Who acts through this request, for services and the audit log."""
    user: Any = request.user
    return Actor(id=user.pk, label=user.get_username(), ip=client_ip(request))


class ServiceAdmin(admin.ModelAdmin):
    """View for administrators; what may be changed is changed by actions that call services."""

    def _allowed(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ServiceAdmin):
    """Ledgers: to be looked at, never touched, without any action."""

    actions = None


class ServiceFormAdmin(ServiceAdmin):
    """Forms whose ``save_model`` and ``delete_model`` call services.

    What a service refuses is shown as a message, and nothing is changed.
    """

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found = super().get_actions(request)
        found.pop("delete_selected", None)  # it would delete past the services
        return found

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            return self._refused(request, error)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().delete_view(request, *args, **kwargs)
        except DomainError as error:
            return self._refused(request, error)

    def _refused(self, request: HttpRequest, error: DomainError) -> HttpResponseRedirect:
        self.message_user(request, refusal(error), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def each(
        self, request: HttpRequest, rows: Iterable[Any], service: Callable[[Any], object]
    ) -> None:
        """Call ``service`` for every row of an action, and tell what became of each."""
        for row in rows:
            try:
                service(row)
            except DomainError as error:
                self.message_user(request, f"{row}: {refusal(error)}", messages.ERROR)
            else:
                self.message_user(request, _("%(row)s: done.") % {"row": row}, messages.SUCCESS)


def refusal(error: DomainError) -> str:
    """A refusal as one line for a person."""
    return " ".join([str(error.detail), *(str(problem.detail) for problem in error.errors)])


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "actor_label", "action", "subject_type", "subject_id", "reason")
    list_filter = ("action",)
    search_fields = ("subject_id", "actor_label", "correlation_id")
    date_hierarchy = "occurred_at"


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin):
    list_display = ("sequence", "entry", "digest")
    list_select_related = ("entry",)


@admin.register(DocumentSeries)
class DocumentSeriesAdmin(ReadOnlyAdmin):
    list_display = ("series", "fiscal_year", "last_number")


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnlyAdmin):
    list_display = ("key", "user_id", "response_status", "created_at")
    exclude = ("response_body",)


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "name", "created_at", "correlation_id")
    list_filter = ("name",)


@admin.register(OutboxDelivery)
class OutboxDeliveryAdmin(ServiceAdmin):
    list_display = ("event", "handler", "status", "attempts", "next_attempt_at", "last_error")
    list_filter = ("status", "handler")
    list_select_related = ("event",)
    actions = ("send_again",)

    @admin.action(description=_("Send dead letters again"))
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        count = outbox.resend(list(queryset.values_list("pk", flat=True)))
        self.message_user(
            request,
            ngettext("%d letter will be sent again", "%d letters will be sent again", count)
            % count,
        )
