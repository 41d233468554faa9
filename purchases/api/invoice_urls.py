"""Paths of supplier invoices, payments, returns and what is owed, below /api/v1/."""

from django.urls import path

from purchases.api.views import invoices

urlpatterns = [
    path("supplier-invoices/", invoices.InvoiceListView.as_view()),
    path("supplier-invoices/<id:invoice_id>/", invoices.InvoiceView.as_view()),
    path("supplier-invoices/<id:invoice_id>/files/", invoices.InvoiceFileListView.as_view()),
    path("supplier-invoices/<id:invoice_id>/match/", invoices.InvoiceMatchView.as_view()),
    path("supplier-invoices/<id:invoice_id>/approve/", invoices.InvoiceApproveView.as_view()),
    path("supplier-invoices/<id:invoice_id>/resolve/", invoices.InvoiceResolveView.as_view()),
    path("supplier-invoices/<id:invoice_id>/post/", invoices.InvoicePostView.as_view()),
    path("supplier-invoices/<id:invoice_id>/cancel/", invoices.InvoiceCancelView.as_view()),
    path("supplier-invoices/<id:invoice_id>/reverse/", invoices.InvoiceReverseView.as_view()),
]
