"""The ledger is read here and written nowhere."""

from __future__ import annotations

from django.contrib import admin

from capital.models import (
    Account,
    AccountBalance,
    Commitment,
    CommitmentChange,
    JournalEntry,
    JournalLine,
)
from core.admin import ReadOnlyAdmin


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ["code", "name_en", "name_ar", "type", "normal_side"]
    list_filter = ["type"]
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
