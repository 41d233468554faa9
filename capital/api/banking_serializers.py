"""Shapes of bank statements and their reconciliation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from capital.api.report_serializers import DayIn
from capital.banking.cells import DateOrder
from capital.banking.csv_file import FIELDS, CsvLayout
from capital.banking.suggestions import DEFAULT_WINDOW_DAYS
from capital.models import StatementFormat
from capital.services.reconciliation import MISSING_ENTRIES, MOST_LINES
from core.api import IdIn, InputSerializer, MoneyOut

WIDEST_WINDOW_DAYS = 60
ENTRY_KINDS = [(kind, kind) for kind in MISSING_ENTRIES]

AS_STATED = "as the file states it; null if it does not"
NULL_WHERE_UNSTATED = "null where no statement states a balance"


class ColumnsField(serializers.CharField):
    """A JSON object: field → header of its column."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            columns = json.loads(super().to_internal_value(data))
        except ValueError as exc:
            raise serializers.ValidationError(
                _("Give a JSON object, such as %(example)s.")
                % {"example": '{"date": "يوم", "amount": "قيمة"}'},
                code="invalid_json",
            ) from exc
        known = isinstance(columns, Mapping) and set(columns) <= set(FIELDS)
        if not known or not all(isinstance(name, str) and name for name in columns.values()):
            raise serializers.ValidationError(
                _("Columns that can be named: %(known)s.") % {"known": ", ".join(FIELDS)},
                code="unknown_column",
            )
        return columns


class StatementFileIn(InputSerializer):
    file = serializers.FileField(help_text="OFX 1 or 2, or CSV; decided by the content")
    columns = ColumnsField(
        required=False,
        help_text="CSV: headers of columns under other names than the usual ones, as a JSON object",
    )
    date_order = serializers.ChoiceField(
        choices=[(order.value, order.value) for order in DateOrder],
        default=DateOrder.DMY,
        help_text="CSV: order of day and month where the year does not come first",
    )
    debits_positive = serializers.BooleanField(
        default=False, help_text="CSV: the one amount column counts what went out as positive"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {
            "file": attrs["file"],
            "layout": CsvLayout(
                columns=attrs.get("columns", {}),
                date_order=DateOrder(attrs["date_order"]),
                debits_positive=attrs["debits_positive"],
            ),
        }


class StatementImportIn(StatementFileIn):
    account_id = IdIn(
        required=False, help_text="an account of the bank; the system's `bank` if not given"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**super().validate(attrs), "account_id": attrs.get("account_id")}


class ParsedLineOut(serializers.Serializer):
    row = serializers.IntegerField(help_text="line of the file")
    date = serializers.DateField()
    amount = MoneyOut(help_text="> 0 came in, < 0 went out")
    description = serializers.CharField()
    reference = serializers.CharField()
    bank_id = serializers.CharField()
    balance = MoneyOut(allow_null=True, help_text="null where the file states none")


class StatementPreviewOut(serializers.Serializer):
    format = serializers.ChoiceField(choices=StatementFormat.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    opening_balance = MoneyOut(allow_null=True, help_text=AS_STATED)
    closing_balance = MoneyOut(allow_null=True, help_text=AS_STATED)
    line_count = serializers.IntegerField()
    lines = ParsedLineOut(many=True, help_text="the first hundred")


class BankStatementOut(serializers.Serializer):
    id = serializers.IntegerField()
    account_id = serializers.IntegerField()
    account_code = serializers.CharField(source="account.code")
    account_name = serializers.CharField(source="account.name")
    format = serializers.ChoiceField(choices=StatementFormat.choices)
    file_name = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    opening_balance = MoneyOut(allow_null=True, help_text=AS_STATED)
    closing_balance = MoneyOut(allow_null=True, help_text=AS_STATED)
    line_count = serializers.IntegerField(help_text="lines that were new")
    known_count = serializers.IntegerField(help_text="lines that other files had brought before")
    open_count = serializers.IntegerField(help_text="lines not reconciled yet")
    imported_at = serializers.DateTimeField()
    imported_by_id = serializers.IntegerField(allow_null=True)


class BankStatementFilter(InputSerializer):
    account_id = IdIn(required=False)


class BankLineFilter(InputSerializer):
    is_open = serializers.BooleanField(required=False)


class BankLineOut(serializers.Serializer):
    id = serializers.IntegerField()
    statement_id = serializers.IntegerField()
    line = serializers.IntegerField()
    date = serializers.DateField()
    amount = MoneyOut(help_text="> 0 came in, < 0 went out")
    description = serializers.CharField()
    reference = serializers.CharField()
    bank_id = serializers.CharField()
    balance = MoneyOut(allow_null=True, help_text="null where the file states none")


class ReconciledBankLineOut(BankLineOut):
    reconciliation_id = serializers.IntegerField(allow_null=True)


class BookLineOut(serializers.Serializer):
    id = serializers.IntegerField()
    entry_id = serializers.IntegerField()
    entry_number = serializers.CharField(source="entry.number")
    entry_date = serializers.DateField(source="entry.entry_date")
    kind = serializers.CharField(source="entry.kind")
    memo = serializers.CharField(source="entry.memo")
    debit = MoneyOut()
    credit = MoneyOut()


class SuggestionOut(serializers.Serializer):
    score = serializers.IntegerField(help_text="0 to 100")
    days_apart = serializers.IntegerField()
    journal_lines = BookLineOut(many=True, help_text="one, or several that add up to the line")


class LineSuggestionsOut(serializers.Serializer):
    line = BankLineOut()
    suggestions = serializers.SerializerMethodField(help_text="the likeliest first")

    @extend_schema_field(SuggestionOut(many=True))
    def get_suggestions(self, row: Any) -> list[dict[str, Any]]:
        return [
            SuggestionOut(
                {
                    "score": found.score,
                    "days_apart": found.days_apart,
                    "journal_lines": lines,
                }
            ).data
            for found, lines in row.suggestions
        ]


class SuggestionsFilter(InputSerializer):
    window_days = serializers.IntegerField(
        min_value=0,
        max_value=WIDEST_WINDOW_DAYS,
        default=DEFAULT_WINDOW_DAYS,
        help_text="how many days bank and books may be apart",
    )


def _ids(**kwargs: Any) -> serializers.ListField:
    return serializers.ListField(child=IdIn(), max_length=MOST_LINES, **kwargs)


class ReconciliationIn(InputSerializer):
    bank_line_ids = _ids()
    journal_line_ids = _ids()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class UndoIn(InputSerializer):
    reason = serializers.CharField(max_length=500)


class MatchRejectionIn(InputSerializer):
    journal_line_ids = _ids(min_length=1)


class MissingEntryIn(InputSerializer):
    kind = serializers.ChoiceField(choices=ENTRY_KINDS)
    account_id = IdIn(
        required=False, help_text="of income or expenses; needed for `bank_other` only"
    )
    memo = serializers.CharField(required=False, allow_blank=True, max_length=500)


class ReconciliationOut(serializers.Serializer):
    id = serializers.IntegerField()
    account_id = serializers.IntegerField()
    bank_line_ids = serializers.SerializerMethodField()
    journal_line_ids = serializers.SerializerMethodField()
    reason = serializers.CharField()
    made_at = serializers.DateTimeField()
    made_by_id = serializers.IntegerField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    undone_by_id = serializers.IntegerField(allow_null=True)
    undone_reason = serializers.CharField()

    def get_bank_line_ids(self, made: Any) -> list[int]:
        return [row.line_id for row in made.bank_lines.all()]

    def get_journal_line_ids(self, made: Any) -> list[int]:
        return [row.line_id for row in made.journal_lines.all()]


class BankStatusFilter(InputSerializer):
    account_id = IdIn(required=False, help_text="the system's `bank` if not given")
    as_of = DayIn(required=False, help_text="today if not given")


class StatementCheckOut(serializers.Serializer):
    statement_id = serializers.IntegerField(source="statement.id")
    starts_on = serializers.DateField(source="statement.starts_on")
    ends_on = serializers.DateField(source="statement.ends_on")
    stated = MoneyOut(
        source="statement.closing_balance", allow_null=True, help_text="null if it states none"
    )
    computed = MoneyOut(
        allow_null=True,
        help_text="the first opening balance with all lines up to the last day; null where no "
        "statement states one",
    )
    agrees = serializers.BooleanField(allow_null=True)


class BankStatusOut(serializers.Serializer):
    account_id = serializers.IntegerField(source="account.id")
    account_code = serializers.CharField(source="account.code")
    account_name = serializers.CharField(source="account.name")
    as_of = serializers.DateField()
    book_balance = MoneyOut()
    bank_balance = MoneyOut(allow_null=True, help_text=NULL_WHERE_UNSTATED)
    opening_difference = MoneyOut(help_text="bank less books before the first statement")
    open_bank = BankLineOut(many=True, help_text="at the bank, not in the books")
    open_bank_total = MoneyOut()
    open_journal = BookLineOut(many=True, help_text="in the books, not yet at the bank")
    open_journal_total = MoneyOut()
    expected_bank_balance = MoneyOut()
    difference = MoneyOut(
        allow_null=True,
        help_text=f"what nothing explains; zero if all is well; {NULL_WHERE_UNSTATED}",
    )
    is_reconciled = serializers.BooleanField()
    checks = StatementCheckOut(many=True)
