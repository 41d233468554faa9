"""Paths of reports, below ``/api/v1/inventory/``."""

from django.urls import URLPattern, URLResolver, include, path

from inventory.api.views import reports

_reports = [
    path("stock-on-hand/", reports.StockOnHandReportView.as_view(), name="report-stock-on-hand"),
    path("valuation/", reports.ValuationReportView.as_view(), name="report-valuation"),
    path("ageing/", reports.AgeingReportView.as_view(), name="report-ageing"),
    path(
        "expiry-calendar/",
        reports.ExpiryCalendarReportView.as_view(),
        name="report-expiry-calendar",
    ),
    path("movements/", reports.MovementReportView.as_view(), name="report-movements"),
    path("turnover/", reports.TurnoverReportView.as_view(), name="report-turnover"),
    path("movers/", reports.MoversReportView.as_view(), name="report-movers"),
    path("abc-xyz/", reports.AbcXyzReportView.as_view(), name="report-abc-xyz"),
]

OF_REPORTS: list[URLPattern | URLResolver] = [path("reports/", include(_reports))]
