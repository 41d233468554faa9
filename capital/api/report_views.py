"""Financial reports: JSON, CSV, XLSX and PDF, in Arabic and English."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from rest_framework.request import Request

from capital.api import report_examples as examples
from capital.api.report_serializers import (
    AgeingFilter,
    AgeingOut,
    AsOfFilter,
    BalanceSheetFilter,
    BalanceSheetOut,
    CapitalStatementOut,
    CashFlowOut,
    PeriodFilter,
    ProfitAndLossFilter,
    ProfitAndLossOut,
    TaxSummaryOut,
    TrialBalanceReportOut,
    TrialBalanceScopeFilter,
)
from capital.chart import SystemAccount
from capital.permissions import VIEW_REPORTS
from capital.reports import tables
from capital.reports.ageing import ageing
from capital.reports.balance_sheet import balance_sheet
from capital.reports.capital_statement import capital_statement
from capital.reports.cash_flow import cash_flow
from capital.reports.ledger import Scope
from capital.reports.profit_and_loss import profit_and_loss
from capital.reports.tax import tax_summary
from capital.reports.trial_balance import trial_balance
from core.models import local_date
from files.public import ExportableView, export_schema


class _ReportView(ExportableView):
    permissions = {"get": VIEW_REPORTS}

    def as_of(self, filter_class: type[AsOfFilter]) -> dict[str, Any]:
        """The filter's values, with today for a day that is not given."""
        return {"as_of": local_date(self.now), "known_at": None, **self.query(filter_class)}

    def period(self, wanted: dict[str, Any]) -> Scope:
        return Scope(
            first=wanted["date_from"], last=wanted["date_to"], known_at=wanted.get("known_at")
        )


class TrialBalanceReportView(_ReportView):
    @export_schema(
        operation_id="capital_reports_trial_balance",
        parameters=[TrialBalanceScopeFilter],
        response=TrialBalanceReportOut,
        examples=[examples.TRIAL_BALANCE],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Opening balance, turnover and closing balance of every account; totals are equal."""
        wanted = self.as_of(TrialBalanceScopeFilter)
        scope = Scope(wanted["as_of"], wanted.get("date_from"), wanted["known_at"])
        report = trial_balance(scope)
        return self.report(
            body=lambda: TrialBalanceReportOut(report).data,
            table=lambda: tables.trial_balance_table(report, now=self.now),
        )


class BalanceSheetView(_ReportView):
    @export_schema(
        operation_id="capital_reports_balance_sheet",
        parameters=[BalanceSheetFilter],
        response=BalanceSheetOut,
        examples=[examples.BALANCE_SHEET],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Assets, liabilities, and equity with the earnings so far, at the end of a day or two."""
        report = balance_sheet(**self.as_of(BalanceSheetFilter))
        return self.report(
            body=lambda: BalanceSheetOut(report).data,
            table=lambda: tables.balance_sheet_table(report, now=self.now),
        )


class ProfitAndLossView(_ReportView):
    @export_schema(
        operation_id="capital_reports_profit_and_loss",
        parameters=[ProfitAndLossFilter],
        response=ProfitAndLossOut,
        examples=[examples.PROFIT_AND_LOSS],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Revenue, cost of sales, expenses and profit of one or two periods."""
        wanted = self.query(ProfitAndLossFilter)
        period, compared = self.period(wanted), None
        if "compare_from" in wanted:
            compared = Scope(wanted["compare_to"], wanted["compare_from"], period.known_at)
        report = profit_and_loss(period, compared=compared)
        return self.report(
            body=lambda: ProfitAndLossOut(report).data,
            table=lambda: tables.profit_and_loss_table(report, now=self.now),
        )


class CashFlowView(_ReportView):
    @export_schema(
        operation_id="capital_reports_cash_flow",
        parameters=[PeriodFilter],
        response=CashFlowOut,
        examples=[examples.CASH_FLOW],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """What came into cash and bank and what left, by kind of operation."""
        report = cash_flow(self.period(self.query(PeriodFilter)))
        return self.report(
            body=lambda: CashFlowOut(report).data,
            table=lambda: tables.cash_flow_table(report, now=self.now),
        )


class CapitalStatementView(_ReportView):
    @export_schema(
        operation_id="capital_reports_capital_statement",
        parameters=[PeriodFilter],
        response=CapitalStatementOut,
        examples=[examples.CAPITAL_STATEMENT],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Every change of the owner's capital and of the available capital, with its document.

        422 `report_too_long` beyond 20,000 changes.
        """
        report = capital_statement(self.period(self.query(PeriodFilter)))
        return self.report(
            body=lambda: CapitalStatementOut(report).data,
            table=lambda: tables.capital_statement_table(report, now=self.now),
        )


class _AgeingView(_ReportView):
    account: SystemAccount

    def answer(self) -> HttpResponseBase:
        wanted = self.as_of(AgeingFilter)
        scope = Scope(wanted["as_of"], None, wanted["known_at"])
        report = ageing(self.account, scope=scope, bounds=wanted["buckets"])
        return self.report(
            body=lambda: AgeingOut(report).data,
            table=lambda: tables.ageing_table(report, now=self.now),
        )


class PayablesAgeingView(_AgeingView):
    account = SystemAccount.PAYABLES

    @export_schema(
        operation_id="capital_reports_payables_ageing",
        parameters=[AgeingFilter],
        response=AgeingOut,
        examples=[examples.AGEING],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """What is owed to each supplier, by age; payments settle the oldest invoices first."""
        return self.answer()


class ReceivablesAgeingView(_AgeingView):
    account = SystemAccount.RECEIVABLES

    @export_schema(
        operation_id="capital_reports_receivables_ageing",
        parameters=[AgeingFilter],
        response=AgeingOut,
        examples=[examples.AGEING],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """What each customer owes, by age; payments settle the oldest invoices first."""
        return self.answer()


class TaxSummaryView(_ReportView):
    @export_schema(
        operation_id="capital_reports_tax_summary",
        parameters=[PeriodFilter],
        response=TaxSummaryOut,
        examples=[examples.TAX_SUMMARY],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Tax charged, deducted and owed, by account and kind of operation."""
        report = tax_summary(self.period(self.query(PeriodFilter)))
        return self.report(
            body=lambda: TaxSummaryOut(report).data,
            table=lambda: tables.tax_summary_table(report, now=self.now),
        )
