"""Administration of proposals."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin, ServiceAdmin
from purchases.admin.shared import LinesInline, each
from purchases.models import (
    Proposal,
    ProposalBuild,
    ProposalLine,
)
from purchases.tasks import apply_proposal


@admin.register(ProposalBuild)
class ProposalBuildAdmin(ReadOnlyAdmin):
    list_display = ("id", "built_by", "built_at", "method", "status", "budget", "spent", "gap")
    list_select_related = ("built_by",)


class ProposalLineInline(LinesInline):
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
        each(self, request, queryset, lambda proposal: apply_proposal.delay(proposal.pk))
