"""Paths of taking deliveries in, and of what follows a goods receipt, below /api/v1/."""

from django.urls import path

from purchases.api.views import landed_costs, receiving_policies, receivings
from purchases.api.views import receiving_after as after

urlpatterns = [
    path("receivings/", receivings.ReceivingListView.as_view()),
    path("receivings/<id:receiving_id>/", receivings.ReceivingView.as_view()),
    path("receivings/<id:receiving_id>/scans/", receivings.ReceivingScansView.as_view()),
    path(
        "receivings/<id:receiving_id>/scans/<id:scan_id>/", receivings.ReceivingScanView.as_view()
    ),
    path("receivings/<id:receiving_id>/lines/<id:line>/", receivings.ReceivingLineView.as_view()),
    path(
        "receivings/<id:receiving_id>/terms/<id:order_line_id>/",
        receivings.ReceivingTermsView.as_view(),
    ),
    path("receivings/<id:receiving_id>/inspect/", receivings.ReceivingInspectView.as_view()),
    path("receivings/<id:receiving_id>/resume/", receivings.ReceivingResumeView.as_view()),
    path("receivings/<id:receiving_id>/post/", receivings.ReceivingPostView.as_view()),
    path("receivings/<id:receiving_id>/cancel/", receivings.ReceivingCancelView.as_view()),
    path("goods-receipts/<id:receipt_id>/reverse/", after.ReceiptReverseView.as_view()),
    path("goods-receipts/<id:receipt_id>/reversal-requests/", after.ReversalRequestView.as_view()),
    path("receipt-reversal-requests/", after.ReversalRequestListView.as_view()),
    path(
        "receipt-reversal-requests/<id:request_id>/approve/",
        after.ReversalRequestApproveView.as_view(),
    ),
    path(
        "receipt-reversal-requests/<id:request_id>/reject/",
        after.ReversalRequestRejectView.as_view(),
    ),
    path("goods-inspections/", after.InspectionListView.as_view()),
    path("goods-inspections/decide/", after.InspectionDecideView.as_view()),
    path("goods-rejected/", after.RejectedGoodsView.as_view()),
    path("free-goods-owed/", landed_costs.FreeGoodsOwedView.as_view()),
    path("free-goods-owed/<id:order_line_id>/settle/", landed_costs.FreeGoodsSettleView.as_view()),
    path("landed-costs/", landed_costs.LandedCostListView.as_view()),
    path("landed-costs/<id:cost_id>/", landed_costs.LandedCostView.as_view()),
    path("landed-costs/<id:cost_id>/reverse/", landed_costs.LandedCostReverseView.as_view()),
    path("receiving-policies/", receiving_policies.PolicyListView.as_view()),
    path("receiving-policies/default/", receiving_policies.DefaultPolicyView.as_view()),
    path(
        "receiving-policies/suppliers/<id:supplier_id>/",
        receiving_policies.SupplierPolicyView.as_view(),
    ),
    path("shelf-life-minimums/", receiving_policies.ShelfLifeListView.as_view()),
    path("shelf-life-minimums/<id:product_id>/", receiving_policies.ShelfLifeView.as_view()),
]
