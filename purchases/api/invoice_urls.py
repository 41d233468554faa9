"""Paths of supplier invoices, payments, returns and what is owed, below /api/v1/."""

from django.urls import path

from purchases.api.views import accounts, invoices, payments, returns, scorecards

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
    path("supplier-payments/", payments.PaymentListView.as_view()),
    path("supplier-payments/<id:payment_id>/", payments.PaymentView.as_view()),
    path("supplier-payments/<id:payment_id>/allocate/", payments.PaymentAllocateView.as_view()),
    path("supplier-payments/<id:payment_id>/reverse/", payments.PaymentReverseView.as_view()),
    path("supplier-settlements/<id:settlement_id>/undo/", payments.SettlementUndoView.as_view()),
    path("supplier-credit-notes/", payments.CreditNoteListView.as_view()),
    path("supplier-credit-notes/<id:note_id>/", payments.CreditNoteView.as_view()),
    path("supplier-credit-notes/<id:note_id>/allocate/", payments.CreditNoteAllocateView.as_view()),
    path("supplier-credit-notes/<id:note_id>/reverse/", payments.CreditNoteReverseView.as_view()),
    path("supplier-accounts/ageing/", accounts.DueAgeingView.as_view()),
    path("supplier-accounts/<id:supplier_id>/", accounts.SupplierAccountView.as_view()),
    path("supplier-accounts/<id:supplier_id>/statement/", accounts.SupplierStatementView.as_view()),
    path("supplier-scorecards/", scorecards.ScorecardListView.as_view()),
    path("supplier-returns/", returns.ReturnListView.as_view()),
    path("supplier-returns/returnable/", returns.ReturnableListView.as_view()),
    path("supplier-returns/<id:return_id>/", returns.ReturnView.as_view()),
    path("supplier-returns/<id:return_id>/approve/", returns.ReturnApproveView.as_view()),
    path("supplier-returns/<id:return_id>/dispatch/", returns.ReturnDispatchView.as_view()),
    path("supplier-returns/<id:return_id>/close/", returns.ReturnCloseView.as_view()),
    path("supplier-returns/<id:return_id>/cancel/", returns.ReturnCancelView.as_view()),
    path("return-policies/", returns.PolicyListView.as_view()),
    path("return-policies/<id:policy_id>/", returns.PolicyView.as_view()),
]
