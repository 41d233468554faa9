"""Paths of inventory, below ``/api/v1/``."""

from django.urls import URLPattern, URLResolver, include, path

from inventory.api.urls_catalogue import OF_CATALOGUE, OF_PRODUCT
from inventory.api.urls_counts import OF_COUNTS
from inventory.api.urls_imports import OF_IMPORTS
from inventory.api.urls_operations import OF_OPERATIONS
from inventory.api.urls_register import OF_REGISTER
from inventory.api.urls_reports import OF_REPORTS
from inventory.api.views import catalogue, stock

_product = [
    *OF_PRODUCT,
    path("", catalogue.ProductView.as_view(), name="inventory-product"),
    path("lifecycle/", catalogue.ProductLifecycleView.as_view(), name="inventory-product-move"),
    path("barcodes/", catalogue.BarcodeListView.as_view(), name="inventory-barcodes"),
    path("barcodes/<id:barcode_id>/", catalogue.BarcodeView.as_view(), name="inventory-barcode"),
    path("packagings/", catalogue.PackagingListView.as_view(), name="inventory-packagings"),
    path(
        "packagings/<id:packaging_id>/",
        catalogue.PackagingView.as_view(),
        name="inventory-packaging",
    ),
]

_inventory: list[URLPattern | URLResolver] = [
    *OF_CATALOGUE,
    *OF_COUNTS,
    *OF_OPERATIONS,
    *OF_REGISTER,
    *OF_REPORTS,
    path("products/", catalogue.ProductListView.as_view(), name="inventory-products"),
    path("products/<id:product_id>/", include(_product)),
    path("locations/", catalogue.LocationListView.as_view(), name="inventory-locations"),
    path(
        "locations/<id:location_id>/", catalogue.LocationView.as_view(), name="inventory-location"
    ),
    path("shortages/", catalogue.ShortageListView.as_view(), name="inventory-shortages"),
    path("batches/", stock.BatchListView.as_view(), name="inventory-batches"),
    path("stock/", stock.StockListView.as_view(), name="inventory-stock"),
    path("movements/", stock.MovementListView.as_view(), name="inventory-movements"),
    path("receive/", stock.ReceiptView.as_view(), name="inventory-receive"),
    path("issue/", stock.IssueView.as_view(), name="inventory-issue"),
    path("adjust/", stock.AdjustmentView.as_view(), name="inventory-adjust"),
    path("documents/", stock.DocumentListView.as_view(), name="inventory-documents"),
    path("documents/<uuid:document_id>/", stock.DocumentView.as_view(), name="inventory-document"),
    path("opening-balance/", stock.OpeningBalanceView.as_view(), name="inventory-opening-balance"),
    *OF_IMPORTS,
    path("incoming/", stock.IncomingListView.as_view(), name="inventory-incoming"),
    path("alerts/", stock.AlertListView.as_view(), name="inventory-alerts"),
]

urlpatterns = [path("inventory/", include(_inventory))]
