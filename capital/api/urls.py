"""Paths of capital, below ``/api/v1/``."""

from django.urls import include, path

from capital.api import views, views_chart, views_drawers, views_operations, views_periods

urlpatterns = [
    path("capital/reports/", include("capital.api.report_urls")),
    path("capital/bank-statements/", include("capital.api.banking_urls")),
    path("capital/summary/", views.CapitalSummaryView.as_view(), name="capital-summary"),
    path("capital/accounts/", views_chart.AccountListView.as_view(), name="capital-accounts"),
    path("capital/trial-balance/", views.TrialBalanceView.as_view(), name="capital-trial-balance"),
    path("capital/payables/", views.PayableListView.as_view(), name="capital-payables"),
    path("capital/entries/", views.EntryListView.as_view(), name="capital-entries"),
    path("capital/entries/<id:entry_id>/", views.EntryView.as_view(), name="capital-entry"),
    path(
        "capital/entries/<id:entry_id>/reverse/",
        views_operations.EntryReversalView.as_view(),
        name="capital-entry-reverse",
    ),
    path(
        "capital/owner-contributions/",
        views_operations.OwnerContributionView.as_view(),
        name="capital-owner-contributions",
    ),
    path(
        "capital/owner-withdrawals/",
        views_operations.OwnerWithdrawalView.as_view(),
        name="capital-owner-withdrawals",
    ),
    path(
        "capital/supplier-payments/",
        views_operations.SupplierPaymentView.as_view(),
        name="capital-supplier-payments",
    ),
    path("capital/commitments/", views.CommitmentListView.as_view(), name="capital-commitments"),
    path(
        "capital/accounts/<id:account_id>/",
        views_chart.AccountView.as_view(),
        name="capital-account",
    ),
    path(
        "capital/accounts/<id:account_id>/activate/",
        views_chart.AccountActivationView.as_view(),
        name="capital-account-activate",
    ),
    path(
        "capital/accounts/<id:account_id>/deactivate/",
        views_chart.AccountDeactivationView.as_view(),
        name="capital-account-deactivate",
    ),
    path(
        "capital/expense-categories/",
        views_chart.ExpenseCategoryListView.as_view(),
        name="capital-expense-categories",
    ),
    path(
        "capital/expense-categories/<id:category_id>/",
        views_chart.ExpenseCategoryView.as_view(),
        name="capital-expense-category",
    ),
    path("capital/policy/", views_chart.PolicyView.as_view(), name="capital-policy"),
    path("capital/limits/", views_chart.LimitListView.as_view(), name="capital-limits"),
    path("capital/limits/<id:limit_id>/", views_chart.LimitView.as_view(), name="capital-limit"),
    path("capital/periods/", views_periods.PeriodListView.as_view(), name="capital-periods"),
    path(
        "capital/periods/<id:period_id>/", views_periods.PeriodView.as_view(), name="capital-period"
    ),
    path(
        "capital/periods/<id:period_id>/close/",
        views_periods.PeriodClosingView.as_view(),
        name="capital-period-close",
    ),
    path(
        "capital/periods/<id:period_id>/reopen/",
        views_periods.PeriodReopeningView.as_view(),
        name="capital-period-reopen",
    ),
    path("capital/expenses/", views_operations.ExpenseView.as_view(), name="capital-expenses"),
    path(
        "capital/transfers/", views_operations.MoneyTransferView.as_view(), name="capital-transfers"
    ),
    path(
        "capital/customer-receipts/",
        views_operations.CustomerReceiptView.as_view(),
        name="capital-customer-receipts",
    ),
    path(
        "capital/entries/<id:entry_id>/attachments/",
        views_operations.AttachmentListView.as_view(),
        name="capital-entry-attachments",
    ),
    path("capital/drawers/", views_drawers.DrawerListView.as_view(), name="capital-drawers"),
    path(
        "capital/drawers/<id:drawer_id>/", views_drawers.DrawerView.as_view(), name="capital-drawer"
    ),
    path("capital/sessions/", views_drawers.SessionListView.as_view(), name="capital-sessions"),
    path(
        "capital/sessions/<id:session_id>/",
        views_drawers.SessionView.as_view(),
        name="capital-session",
    ),
    path(
        "capital/sessions/<id:session_id>/report/",
        views_drawers.SessionReportView.as_view(),
        name="capital-session-report",
    ),
    path(
        "capital/sessions/<id:session_id>/count/",
        views_drawers.SessionCountView.as_view(),
        name="capital-session-count",
    ),
    path(
        "capital/sessions/<id:session_id>/resume/",
        views_drawers.SessionResumeView.as_view(),
        name="capital-session-resume",
    ),
    path(
        "capital/sessions/<id:session_id>/close/",
        views_drawers.SessionClosingView.as_view(),
        name="capital-session-close",
    ),
    path(
        "capital/sessions/<id:session_id>/drops/",
        views_drawers.SafeDropView.as_view(),
        name="capital-session-drops",
    ),
]
