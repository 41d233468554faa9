"""Paths of stock counts, below ``/api/v1/inventory/``."""

from django.urls import URLPattern, URLResolver, include, path

from inventory.api.views import counts

_count = [
    path("", counts.CountDetailView.as_view(), name="inventory-count"),
    path("start/", counts.CountStartView.as_view(), name="inventory-count-start"),
    path("lines/", counts.CountLineListView.as_view(), name="inventory-count-lines"),
    path("entries/", counts.CountEntryListView.as_view(), name="inventory-count-entries"),
    path("tallies/", counts.CountTallyView.as_view(), name="inventory-count-tally"),
    path("scans/", counts.CountScanView.as_view(), name="inventory-count-scan"),
    path("finish/", counts.CountFinishView.as_view(), name="inventory-count-finish"),
    path("recount/", counts.CountRecountView.as_view(), name="inventory-count-recount"),
    path("waive-recount/", counts.CountWaiveView.as_view(), name="inventory-count-waive"),
    path("skip-lines/", counts.CountSkipView.as_view(), name="inventory-count-skip"),
    path("costs/", counts.CountCostView.as_view(), name="inventory-count-costs"),
    path("approve/", counts.CountApproveView.as_view(), name="inventory-count-approve"),
    path("cancel/", counts.CountCancelView.as_view(), name="inventory-count-cancel"),
]

OF_COUNTS: list[URLPattern | URLResolver] = [
    path("counts/", counts.CountListView.as_view(), name="inventory-counts"),
    path("counts/<id:count_id>/", include(_count)),
]
