"""Paths of purchasing, below /api/v1/."""

from django.urls import path

from purchases.api.invoice_urls import urlpatterns as invoice_urls
from purchases.api.receiving_urls import urlpatterns as receiving_urls
from purchases.api.views import (
    approvals,
    mixes,
    needs,
    offers,
    order_changes,
    orders,
    prices,
    proposal_lines,
    proposals,
    receipts,
    suppliers,
)
from purchases.api.views.what_if import WhatIfView

urlpatterns = [
    *invoice_urls,
    *receiving_urls,
    path("suppliers/", suppliers.SupplierListView.as_view()),
    path("suppliers/<id:supplier_id>/", suppliers.SupplierView.as_view()),
    path("suppliers/<id:supplier_id>/terms/", suppliers.SupplierTermsView.as_view()),
    path("suppliers/<id:supplier_id>/contacts/", suppliers.SupplierContactListView.as_view()),
    path("suppliers/<id:supplier_id>/divisions/", suppliers.SupplierDivisionListView.as_view()),
    path("supplier-contacts/<id:contact_id>/", suppliers.SupplierContactView.as_view()),
    path("supplier-divisions/<id:division_id>/", suppliers.SupplierDivisionView.as_view()),
    path("offers/", offers.OfferListView.as_view()),
    path("offers/comparison/", offers.ComparisonView.as_view()),
    path("offers/<id:offer_id>/", offers.OfferView.as_view()),
    path("offers/<id:offer_id>/lines/", offers.OfferLineListView.as_view()),
    path("offers/<id:offer_id>/rematch/", offers.OfferRematchView.as_view()),
    path("offers/<id:offer_id>/withdraw/", offers.OfferWithdrawView.as_view()),
    path("learnt-names/", prices.LearntNameListView.as_view()),
    path("learnt-names/<id:alias_id>/", prices.LearntNameView.as_view()),
    path("products/<id:product_id>/price-history/", prices.PriceHistoryView.as_view()),
    path("offer-lines/<id:line_id>/", offers.OfferLineView.as_view()),
    path("offer-lines/<id:line_id>/accept/", offers.OfferLineAcceptView.as_view()),
    path("offer-lines/<id:line_id>/correct/", offers.OfferLineCorrectView.as_view()),
    path("offer-lines/<id:line_id>/create-product/", offers.OfferLineCreateProductView.as_view()),
    path("offer-lines/<id:line_id>/ignore/", offers.OfferLineIgnoreView.as_view()),
    path("offer-lines/<id:line_id>/reopen/", offers.OfferLineReopenView.as_view()),
    path("purchase-proposals/", proposals.ProposalListView.as_view()),
    path("purchase-proposals/what-if/", WhatIfView.as_view()),
    path("purchase-proposals/builds/<id:build_id>/", proposals.ProposalBuildView.as_view()),
    path("purchase-proposals/<id:proposal_id>/", proposals.ProposalView.as_view()),
    path(
        "purchase-proposals/<id:proposal_id>/lines/", proposal_lines.ProposalLineListView.as_view()
    ),
    path(
        "purchase-proposals/<id:proposal_id>/lines/<id:line_id>/",
        proposal_lines.ProposalLineView.as_view(),
    ),
    path(
        "purchase-proposals/<id:proposal_id>/lines/<id:line_id>/remove/",
        proposal_lines.ProposalLineRemoveView.as_view(),
    ),
    path(
        "purchase-proposals/<id:proposal_id>/lines/<id:line_id>/source/",
        proposal_lines.ProposalLineSourceView.as_view(),
    ),
    path("purchase-proposals/<id:proposal_id>/check/", proposals.ProposalCheckView.as_view()),
    path("purchase-proposals/<id:proposal_id>/mixes/", mixes.ProposalMixesView.as_view()),
    path("purchase-proposals/<id:proposal_id>/history/", proposals.ProposalHistoryView.as_view()),
    path("purchase-proposals/<id:proposal_id>/refresh/", proposals.ProposalRefreshView.as_view()),
    path(
        "purchase-proposals/<id:proposal_id>/request-changes/",
        proposals.ProposalRequestChangesView.as_view(),
    ),
    path("purchase-proposals/<id:proposal_id>/submit/", proposals.ProposalSubmitView.as_view()),
    path("purchase-proposals/<id:proposal_id>/approve/", proposals.ProposalApproveView.as_view()),
    path("purchase-proposals/<id:proposal_id>/reject/", proposals.ProposalRejectView.as_view()),
    path("purchase-proposals/<id:proposal_id>/cancel/", proposals.ProposalCancelView.as_view()),
    path("approval-policies/", approvals.PolicyListView.as_view()),
    path("approval-policies/<id:policy_id>/", approvals.PolicyView.as_view()),
    path("approval-limits/", approvals.LimitListView.as_view()),
    path("approval-limits/<id:limit_id>/", approvals.LimitView.as_view()),
    path("approval-delegations/", approvals.DelegationListView.as_view()),
    path(
        "approval-delegations/<id:delegation_id>/revoke/", approvals.DelegationRevokeView.as_view()
    ),
    path("purchase-orders/", orders.OrderListView.as_view()),
    path("purchase-orders/calendar/", order_changes.DeliveriesCalendarView.as_view()),
    path("purchase-orders/<id:order_id>/document/", order_changes.OrderDocumentView.as_view()),
    path("purchase-orders/<id:order_id>/send/", order_changes.OrderSendView.as_view()),
    path("purchase-orders/<id:order_id>/mark-sent/", order_changes.OrderMarkSentView.as_view()),
    path(
        "purchase-orders/<id:order_id>/dispatches/", order_changes.OrderDispatchListView.as_view()
    ),
    path(
        "purchase-orders/<id:order_id>/acknowledgements/",
        order_changes.OrderAcknowledgementView.as_view(),
    ),
    path("purchase-orders/<id:order_id>/amendments/", order_changes.OrderAmendmentView.as_view()),
    path(
        "purchase-orders/<id:order_id>/cancel-lines/", order_changes.OrderCancelLinesView.as_view()
    ),
    path("purchase-orders/<id:order_id>/", orders.OrderView.as_view()),
    path("purchase-orders/<id:order_id>/receive/", receipts.OrderReceiveView.as_view()),
    path("purchase-orders/<id:order_id>/cancel/", orders.OrderCancelView.as_view()),
    path("purchase-orders/<id:order_id>/expiry/", orders.OrderExpiryView.as_view()),
    path("goods-receipts/", receipts.ReceiptListView.as_view()),
    path("goods-receipts/<id:receipt_id>/", receipts.ReceiptView.as_view()),
    path("offer-lines/<id:line_id>/quotes/", needs.OfferLineQuotesView.as_view()),
    path("offer-lines/<id:line_id>/mix/", mixes.OfferLineMixView.as_view()),
    path("purchase-need-policies/", needs.NeedPolicyListView.as_view()),
    path("purchase-need-policies/<str:abc_class>/", needs.NeedPolicyView.as_view()),
    path("purchase-needs/", needs.NeedListView.as_view()),
    path("purchase-needs/<id:product_id>/", needs.NeedView.as_view()),
]
