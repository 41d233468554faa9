"""Capital to look at; what may be changed is changed through the API and its services."""

from __future__ import annotations

from django.contrib import admin

from capital.models import (
    Account,
    AccountBalance,
    AccountingPeriod,
    BankReconciliation,
    BankStatement,
    BankStatementLine,
    CapitalPolicy,
    CashCount,
    CashDrawer,
    CashSession,
    Commitment,
    CommitmentChange,
    EntryAttachment,
    ExpenseCategory,
    JournalEntry,
    JournalLine,
    OperationLimit,
    PeriodChange,
    ReconciledBankLine,
    ReconciledJournalLine,
    RejectedMatch,
)
from core.admin import ReadOnlyAdmin


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ["code", "name_en", "name_ar", "type", "normal_side", "parent", "is_active"]
    list_filter = ["type", "is_active"]
    list_select_related = ["parent"]
    search_fields = ["code", "name_en", "name_ar"]


@admin.register(AccountBalance)
class AccountBalanceAdmin(ReadOnlyAdmin):
    list_display = ["account", "debit_total", "credit_total", "debit_balance"]
    list_select_related = ["account"]


class JournalLineInline(admin.TabularInline):
    model = JournalLine
    extra = 0
    can_delete = False
    fields = readonly_fields = (
        "line", "account", "debit", "credit", "party_type", "party_id", "memo",
    )  # fmt: skip

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    list_display = ["number", "entry_date", "kind", "total", "source_type", "source_id", "actor"]
    list_filter = ["kind"]
    list_select_related = ["actor"]
    search_fields = ["number", "source_id"]
    date_hierarchy = "entry_date"
    inlines = [JournalLineInline]


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    list_display = ["source_type", "source_id", "amount", "consumed", "released", "status"]
    list_filter = ["status"]
    search_fields = ["source_id"]


@admin.register(CommitmentChange)
class CommitmentChangeAdmin(ReadOnlyAdmin):
    list_display = ["commitment", "kind", "amount", "document_id", "occurred_at", "actor"]
    list_filter = ["kind"]
    list_select_related = ["commitment", "actor"]


@admin.register(EntryAttachment)
class EntryAttachmentAdmin(ReadOnlyAdmin):
    list_display = ["entry", "file", "note", "attached_at", "attached_by"]
    list_select_related = ["entry", "file", "attached_by"]
    search_fields = ["entry__number", "file__original_name"]


class PeriodChangeInline(admin.TabularInline):
    model = PeriodChange
    extra = 0
    can_delete = False
    fields = readonly_fields = ("kind", "reason", "occurred_at", "actor")

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(AccountingPeriod)
class AccountingPeriodAdmin(ReadOnlyAdmin):
    list_display = ["starts_on", "ends_on", "status", "closed_at", "closed_by"]
    list_filter = ["status"]
    list_select_related = ["closed_by"]
    inlines = [PeriodChangeInline]


@admin.register(PeriodChange)
class PeriodChangeAdmin(ReadOnlyAdmin):
    list_display = ["period", "kind", "reason", "occurred_at", "actor"]
    list_filter = ["kind"]
    list_select_related = ["period", "actor"]


@admin.register(CapitalPolicy)
class CapitalPolicyAdmin(ReadOnlyAdmin):
    list_display = ["credit_terms", "credit_limit", "session_required", "blind_close", "updated_at"]


@admin.register(OperationLimit)
class OperationLimitAdmin(ReadOnlyAdmin):
    list_display = ["role", "operation", "per_operation", "per_day"]
    list_filter = ["operation"]
    list_select_related = ["role"]


@admin.register(ExpenseCategory)
class ExpenseCategoryAdmin(ReadOnlyAdmin):
    list_display = ["name_en", "name_ar", "account", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["account"]


@admin.register(CashDrawer)
class CashDrawerAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "kind", "account", "is_default", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["account"]


@admin.register(CashSession)
class CashSessionAdmin(ReadOnlyAdmin):
    list_display = ["number", "drawer", "cashier", "status", "opened_at", "difference", "closed_at"]
    list_filter = ["status", "drawer"]
    list_select_related = ["drawer", "cashier"]
    search_fields = ["number"]


@admin.register(CashCount)
class CashCountAdmin(ReadOnlyAdmin):
    list_display = ["session", "counted_at", "counted_amount", "expected_amount", "actor"]
    list_select_related = ["session", "actor"]


@admin.register(BankStatement)
class BankStatementAdmin(ReadOnlyAdmin):
    list_display = ["account", "starts_on", "ends_on", "format", "line_count", "imported_at"]
    list_filter = ["format"]
    list_select_related = ["account"]
    search_fields = ["file_name"]


@admin.register(BankStatementLine)
class BankStatementLineAdmin(ReadOnlyAdmin):
    list_display = ["date", "amount", "description", "reference", "statement"]
    list_select_related = ["statement__account"]
    search_fields = ["description", "reference", "bank_id"]
    date_hierarchy = "date"


class _ReconciledInline(admin.TabularInline):
    extra = 0
    can_delete = False
    fields = readonly_fields = ("line", "standing")

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False


class ReconciledBankLineInline(_ReconciledInline):
    model = ReconciledBankLine


class ReconciledJournalLineInline(_ReconciledInline):
    model = ReconciledJournalLine


@admin.register(BankReconciliation)
class BankReconciliationAdmin(ReadOnlyAdmin):
    list_display = ["id", "account", "made_at", "made_by", "undone_at"]
    list_select_related = ["account", "made_by"]
    inlines = [ReconciledBankLineInline, ReconciledJournalLineInline]


@admin.register(RejectedMatch)
class RejectedMatchAdmin(ReadOnlyAdmin):
    list_display = ["bank_line", "journal_line", "rejected_at", "rejected_by"]
    list_select_related = ["bank_line", "journal_line", "rejected_by"]
