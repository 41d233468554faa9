"""The catalogue and the reports of imports as files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request

from core.api import InputSerializer
from files.public import ExportableView, TableDocument, export_schema
from inventory.lifecycle import Lifecycle
from inventory.selectors.catalogue_table import catalogue_document, error_report


class CatalogueExportFilter(InputSerializer):
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices, required=False)


class TableOut(serializers.Serializer):
    headers = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class CatalogueExportView(ExportableView):
    permissions = {"get": "inventory.view"}

    @export_schema(
        operation_id="inventory_products_export",
        response=TableOut,
        parameters=[CatalogueExportFilter],
        examples=[
            {
                "name": "One product",
                "value": {
                    "headers": ["id", "Arabic name", "English name", "barcode"],
                    "rows": [["12", "بانادول", "Panadol", "6221234567892"]],
                },
            }
        ],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """All products as a table that `/inventory/imports/catalogue/` reads back.

        Sent back unchanged it changes nothing: every cell reads as what it was written from.
        """
        asked = self.query(CatalogueExportFilter)

        def table() -> TableDocument:
            return catalogue_document(now=self.now, **asked)

        return self.report(body=lambda: _body(table()), table=table)


class ImportReportView(ExportableView):
    permissions = {"get": "inventory.view_costs"}

    @export_schema(
        operation_id="inventory_imports_report",
        response=TableOut,
        examples=[
            {
                "name": "One row with a fault",
                "value": {
                    "headers": ["name", "barcode", "Row of the file", "Errors", "Warnings"],
                    "rows": [
                        ["Panadol", "5.28E+12", "17", "barcode: A spreadsheet turned this…", ""]
                    ],
                },
            }
        ],
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponseBase:
        """The rows of an import that have problems, as they were sent, with what is wrong.

        Mended, the file can be sent again as it is.
        """

        def table() -> TableDocument:
            return error_report(job_id, now=self.now)

        return self.report(body=lambda: _body(table()), table=table)


def _body(table: TableDocument) -> dict[str, Any]:
    return {
        "headers": [str(column.title) for column in table.columns],
        "rows": [[str(cell) for cell in row.cells] for _section, row in table.rows()],
    }
