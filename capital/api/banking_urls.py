"""Paths of bank statements, below ``/api/v1/capital/bank-statements/``."""

from django.urls import path

from capital.api import banking_views as views

urlpatterns = [
    path("", views.BankStatementListView.as_view(), name="bank-statements"),
    path("preview/", views.BankStatementPreviewView.as_view(), name="bank-statements-preview"),
    path("status/", views.BankStatusView.as_view(), name="bank-statements-status"),
    path("reconciliations/", views.ReconciliationListView.as_view(), name="bank-reconciliations"),
    path(
        "reconciliations/<id:reconciliation_id>/undo/",
        views.ReconciliationUndoView.as_view(),
        name="bank-reconciliation-undo",
    ),
    path("lines/<id:line_id>/reject/", views.MatchRejectionView.as_view(), name="bank-line-reject"),
    path("lines/<id:line_id>/entry/", views.MissingEntryView.as_view(), name="bank-line-entry"),
    path("<id:statement_id>/", views.BankStatementView.as_view(), name="bank-statement"),
    path("<id:statement_id>/lines/", views.BankLineListView.as_view(), name="bank-statement-lines"),
    path(
        "<id:statement_id>/suggestions/",
        views.SuggestionListView.as_view(),
        name="bank-statement-suggestions",
    ),
]
