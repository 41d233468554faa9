"""Paths of the financial reports, below ``/api/v1/capital/reports/``."""

from django.urls import path

from capital.api import report_views as views

urlpatterns = [
    path("trial-balance/", views.TrialBalanceReportView.as_view(), name="report-trial-balance"),
    path("balance-sheet/", views.BalanceSheetView.as_view(), name="report-balance-sheet"),
    path("profit-and-loss/", views.ProfitAndLossView.as_view(), name="report-profit-and-loss"),
    path("cash-flow/", views.CashFlowView.as_view(), name="report-cash-flow"),
    path(
        "capital-statement/", views.CapitalStatementView.as_view(), name="report-capital-statement"
    ),
    path("payables-ageing/", views.PayablesAgeingView.as_view(), name="report-payables-ageing"),
    path(
        "receivables-ageing/",
        views.ReceivablesAgeingView.as_view(),
        name="report-receivables-ageing",
    ),
    path("tax-summary/", views.TaxSummaryView.as_view(), name="report-tax-summary"),
]
