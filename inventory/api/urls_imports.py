"""Paths of imports and of the catalogue as a file."""

from django.urls import URLPattern, path

from inventory.api.views import exports, imports

OF_IMPORTS: list[URLPattern] = [
    path("products/export/", exports.CatalogueExportView.as_view(), name="inventory-export"),
    path("imports/", imports.ImportListView.as_view(), name="inventory-imports"),
    path("imports/opening/", imports.OpeningImportView.as_view(), name="inventory-imports-opening"),
    path(
        "imports/catalogue/",
        imports.CatalogueImportView.as_view(),
        name="inventory-imports-catalogue",
    ),
    path(
        "imports/<uuid:job_id>/report/",
        exports.ImportReportView.as_view(),
        name="inventory-import-report",
    ),
    path("imports/<uuid:job_id>/", imports.ImportView.as_view(), name="inventory-import"),
    path(
        "imports/<uuid:job_id>/rows/",
        imports.ImportRowsView.as_view(),
        name="inventory-import-rows",
    ),
    path(
        "imports/opening/<uuid:job_id>/cancel/",
        imports.OpeningImportCancelView.as_view(),
        name="inventory-import-opening-cancel",
    ),
    path(
        "imports/catalogue/<uuid:job_id>/cancel/",
        imports.CatalogueImportCancelView.as_view(),
        name="inventory-import-catalogue-cancel",
    ),
]
