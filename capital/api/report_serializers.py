"""Shapes of the financial reports."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from capital.reports.ageing import DEFAULT_BUCKETS
from capital.reports.causes import Activity, cause_title
from core.api import InputSerializer, MomentIn, MoneyOut

MAX_BUCKETS = 11
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


class DayIn(serializers.DateField):
    """A day of the years 1900 to 2999; others are typing mistakes."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise serializers.ValidationError(
                _("Give a day between %(first)s and %(last)s.")
                % {"first": FIRST_DAY.isoformat(), "last": LAST_DAY.isoformat()},
                code="out_of_range",
            )
        return day


class _KnownAt(InputSerializer):
    known_at = MomentIn(
        required=False, help_text="as the books were known at this moment; now if left out"
    )


class AsOfFilter(_KnownAt):
    as_of = DayIn(
        required=False,
        help_text="the end of this day in the pharmacy's time zone; today if not given",
    )


class BalanceSheetFilter(AsOfFilter):
    compare_to = DayIn(required=False, help_text="a second day beside the first")


class TrialBalanceScopeFilter(AsOfFilter):
    date_from = DayIn(
        required=False, help_text="turnover from this day on; from the beginning if not given"
    )


class PeriodFilter(_KnownAt):
    date_from = DayIn(help_text="first day")
    date_to = DayIn(help_text="last day, included")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _refuse_backwards(attrs, "date_from", "date_to")
        return attrs


class ProfitAndLossFilter(PeriodFilter):
    compare_from = DayIn(required=False, help_text="first day of a second period")
    compare_to = DayIn(required=False, help_text="last day of a second period")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("compare_from" in attrs) != ("compare_to" in attrs):
            raise serializers.ValidationError(
                {"compare_to": _("Give compare_from and compare_to together.")}, code="required"
            )
        _refuse_backwards(attrs, "compare_from", "compare_to")
        return super().validate(attrs)


def _refuse_backwards(attrs: dict[str, Any], first: str, last: str) -> None:
    start: date | None = attrs.get(first)
    end: date | None = attrs.get(last)
    if start is not None and end is not None and start > end:
        raise serializers.ValidationError(
            {last: _("Must not be before the first day.")}, code="backwards"
        )


@extend_schema_field({"type": "string", "example": "30,60,90"})
class BucketsField(serializers.Field):
    """The last days of the buckets, rising: `30,60,90`."""

    def to_internal_value(self, text: Any) -> tuple[int, ...]:
        parts = str(text).split(",")
        bounds = tuple(int(part) for part in parts if part.strip().isdecimal() and len(part) < 6)
        rising = all(first < second for first, second in pairwise(bounds))
        if len(bounds) != len(parts) or not rising or len(bounds) > MAX_BUCKETS:
            raise serializers.ValidationError(
                _("Give up to eleven rising numbers of days, such as 30,60,90."),
                code="invalid_buckets",
            )
        return bounds


class AgeingFilter(AsOfFilter):
    buckets = BucketsField(
        required=False,
        default=DEFAULT_BUCKETS,
        help_text="last days of the buckets, `30,60,90` if not given",
    )


class _AccountRow(serializers.Serializer):
    code = serializers.CharField(source="account.code")
    system_code = serializers.CharField(source="account.system_code", allow_null=True)
    name = serializers.CharField(source="account.name")
    level = serializers.IntegerField(help_text="0 for accounts of the system, 1 for those below")


class TrialBalanceLineOut(_AccountRow):
    opening_balance = MoneyOut(source="opening", help_text="debits minus credits before the period")
    debit_turnover = MoneyOut(source="turnover.debit")
    credit_turnover = MoneyOut(source="turnover.credit")
    debit_balance = MoneyOut()
    credit_balance = MoneyOut()
    branch_balance = MoneyOut(help_text="debits minus credits, with all accounts below")


class TrialBalanceReportOut(serializers.Serializer):
    as_of = serializers.DateField(source="scope.last")
    date_from = serializers.DateField(source="scope.first", allow_null=True)
    known_at = serializers.DateTimeField(source="scope.known_at", allow_null=True)
    rows = TrialBalanceLineOut(many=True)
    debit_turnover = MoneyOut()
    credit_turnover = MoneyOut()
    debit_total = MoneyOut()
    credit_total = MoneyOut()


def _amounts(**kwargs: Any) -> serializers.ListField:
    return serializers.ListField(child=MoneyOut(), read_only=True, **kwargs)


class StatementLineOut(_AccountRow):
    own = _amounts(help_text="posted to the account itself, per day or period")
    amounts = _amounts(help_text="with all accounts below it, per day or period")


class BalanceSheetOut(serializers.Serializer):
    days = serializers.ListField(child=serializers.DateField())
    known_at = serializers.DateTimeField(allow_null=True)
    assets = StatementLineOut(many=True)
    liabilities = StatementLineOut(many=True)
    equity = StatementLineOut(many=True)
    retained_earnings = _amounts(help_text="of the fiscal years before")
    current_earnings = _amounts(help_text="of the fiscal year so far")
    assets_total = _amounts()
    liabilities_total = _amounts()
    equity_total = _amounts()
    claims_total = _amounts(help_text="liabilities and equity; always equal to assets_total")


class ReportPeriodOut(serializers.Serializer):
    date_from = serializers.DateField(source="first", allow_null=True)
    date_to = serializers.DateField(source="last")


class ProfitAndLossOut(serializers.Serializer):
    periods = ReportPeriodOut(many=True)
    revenue = StatementLineOut(many=True)
    cost_of_sales = StatementLineOut(many=True)
    other_income = StatementLineOut(many=True)
    expenses = StatementLineOut(many=True)
    revenue_total = _amounts()
    cost_of_sales_total = _amounts()
    gross_profit = _amounts()
    gross_margin_percent = serializers.ListField(
        child=serializers.DecimalField(max_digits=None, decimal_places=2, allow_null=True)
    )
    other_income_total = _amounts()
    expenses_total = _amounts()
    net_profit = _amounts()


class _Cause(serializers.Serializer):
    kind = serializers.CharField()
    title = serializers.SerializerMethodField()

    def get_title(self, row: Any) -> str:
        return cause_title(row.kind)


class CashFlowLineOut(_Cause):
    activity = serializers.ChoiceField(choices=[(kind.value, kind.value) for kind in Activity])
    inflow = MoneyOut()
    outflow = MoneyOut()
    net = MoneyOut()


class CashFlowOut(serializers.Serializer):
    date_from = serializers.DateField(source="scope.first")
    date_to = serializers.DateField(source="scope.last")
    opening = MoneyOut(help_text="cash and bank before the period")
    lines = CashFlowLineOut(many=True)
    net = MoneyOut()
    closing = MoneyOut(help_text="opening + net")


class CapitalChangeOut(_Cause):
    day = serializers.DateField()
    occurred_at = serializers.DateTimeField(allow_null=True)
    number = serializers.CharField(help_text="of the journal entry; empty for promises to orders")
    source_type = serializers.CharField()
    source_id = serializers.CharField()
    document = serializers.CharField(help_text="what the document is called; empty if unknown")
    memo = serializers.CharField()
    amount = MoneyOut()
    balance = MoneyOut(help_text="after the change")


class CapitalPartOut(serializers.Serializer):
    opening = MoneyOut()
    changes = CapitalChangeOut(many=True)
    closing = MoneyOut()


class CapitalStatementOut(serializers.Serializer):
    date_from = serializers.DateField(source="scope.first")
    date_to = serializers.DateField(source="scope.last")
    owner = CapitalPartOut(help_text="the owner's capital, with what trade earned")
    available = CapitalPartOut(help_text="cash and bank less what is promised to orders")


class OpenItemOut(serializers.Serializer):
    number = serializers.CharField()
    source_type = serializers.CharField()
    source_id = serializers.CharField()
    day = serializers.DateField()
    days = serializers.IntegerField()
    amount = MoneyOut()
    open_amount = MoneyOut()


class AgeingRowOut(serializers.Serializer):
    party_type = serializers.CharField()
    party_id = serializers.CharField()
    name = serializers.CharField()
    buckets = _amounts(help_text="open amounts, youngest first")
    unapplied = MoneyOut(help_text="paid beyond all invoices")
    balance = MoneyOut(help_text="sum of the buckets less unapplied")
    items = OpenItemOut(many=True)


class AgeingOut(serializers.Serializer):
    as_of = serializers.DateField(source="scope.last")
    bounds = serializers.ListField(child=serializers.IntegerField())
    rows = AgeingRowOut(many=True)
    bucket_totals = _amounts()
    unapplied = MoneyOut()
    balance = MoneyOut(help_text="the account's balance")


class TaxCauseOut(_Cause):
    charged = MoneyOut(source="turnover.credit")
    deducted = MoneyOut(source="turnover.debit")


class TaxAccountOut(serializers.Serializer):
    code = serializers.CharField(source="account.code")
    system_group = serializers.CharField(source="account.system_group")
    name = serializers.CharField(source="account.name")
    opening = MoneyOut()
    charged = MoneyOut()
    deducted = MoneyOut(help_text="deducted, given back or paid to the tax office")
    closing = MoneyOut()
    causes = TaxCauseOut(many=True)


class TaxSummaryOut(serializers.Serializer):
    date_from = serializers.DateField(source="scope.first")
    date_to = serializers.DateField(source="scope.last")
    accounts = TaxAccountOut(many=True)
    opening = MoneyOut()
    charged = MoneyOut()
    deducted = MoneyOut()
    due = MoneyOut(help_text="owed to the tax office; negative where it owes the pharmacy")
