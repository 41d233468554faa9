"""Paths of capital, below ``/api/v1/``."""

from django.urls import path

from capital.api import views

urlpatterns = [
    path("capital/summary/", views.CapitalSummaryView.as_view(), name="capital-summary"),
    path("capital/accounts/", views.AccountListView.as_view(), name="capital-accounts"),
    path("capital/trial-balance/", views.TrialBalanceView.as_view(), name="capital-trial-balance"),
    path("capital/payables/", views.PayableListView.as_view(), name="capital-payables"),
    path("capital/entries/", views.EntryListView.as_view(), name="capital-entries"),
    path("capital/entries/<id:entry_id>/", views.EntryView.as_view(), name="capital-entry"),
    path(
        "capital/entries/<id:entry_id>/reverse/",
        views.EntryReversalView.as_view(),
        name="capital-entry-reverse",
    ),
    path(
        "capital/owner-contributions/",
        views.OwnerContributionView.as_view(),
        name="capital-owner-contributions",
    ),
    path(
        "capital/owner-withdrawals/",
        views.OwnerWithdrawalView.as_view(),
        name="capital-owner-withdrawals",
    ),
    path(
        "capital/supplier-payments/",
        views.SupplierPaymentView.as_view(),
        name="capital-supplier-payments",
    ),
    path("capital/commitments/", views.CommitmentListView.as_view(), name="capital-commitments"),
]
