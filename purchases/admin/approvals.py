"""Administration of approval rules, substitutes and decisions; changed through the API only."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from purchases.admin.shared import LinesInline
from purchases.models import (
    ApprovalDecision,
    ApprovalDelegation,
    ApprovalLimit,
    ApprovalPolicy,
    ApprovalStep,
    CreditOverride,
    ProposalChange,
    ProposalSubmission,
)


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(ReadOnlyAdmin):
    list_display = (
        "name", "is_active", "min_amount", "max_amount", "category", "controlled_class",
        "supplier", "approvers", "first_roles", "second_roles",
    )  # fmt: skip
    list_filter = ("is_active", "approvers", "controlled_class")
    list_select_related = ("category", "supplier")
    search_fields = ("name",)


@admin.register(ApprovalLimit)
class ApprovalLimitAdmin(ReadOnlyAdmin):
    list_display = ("role_code", "amount")


@admin.register(ApprovalDelegation)
class ApprovalDelegationAdmin(ReadOnlyAdmin):
    list_display = ("delegator", "delegate", "starts_at", "ends_at", "amount", "revoked_at")
    list_select_related = ("delegator", "delegate")


class ApprovalStepInline(LinesInline):
    model = ApprovalStep


@admin.register(ProposalSubmission)
class ProposalSubmissionAdmin(ReadOnlyAdmin):
    list_display = ("proposal", "version", "submitted_by", "submitted_at", "total")
    list_select_related = ("proposal", "submitted_by")
    search_fields = ("proposal__number",)
    inlines = (ApprovalStepInline,)


@admin.register(ApprovalDecision)
class ApprovalDecisionAdmin(ReadOnlyAdmin):
    list_display = ("step", "decision", "decided_by", "on_behalf_of", "decided_at", "reason")
    list_filter = ("decision",)
    list_select_related = ("step", "decided_by", "on_behalf_of")


@admin.register(ProposalChange)
class ProposalChangeAdmin(ReadOnlyAdmin):
    list_display = (
        "proposal",
        "version",
        "kind",
        "position",
        "product",
        "changed_by",
        "changed_at",
    )
    list_filter = ("kind",)
    list_select_related = ("proposal", "product", "changed_by")
    search_fields = ("proposal__number",)


@admin.register(CreditOverride)
class CreditOverrideAdmin(ReadOnlyAdmin):
    list_display = (
        "proposal", "order", "credit_limit", "exposure", "amount", "overridden_by",
        "overridden_at", "reason",
    )  # fmt: skip
    list_select_related = ("proposal", "order", "overridden_by")
    search_fields = ("proposal__number", "order__number")
