"""Endpoints of imports: files in, progress and report out."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_202_ACCEPTED

from core.api import ApiView
from core.pagination import stream_of
from inventory.api.serializers.imports import (
    CatalogueImportIn,
    ImportFilter,
    ImportOut,
    ImportRowFilter,
    ImportRowOut,
    OpeningImportIn,
)
from inventory.models import ImportKind
from inventory.selectors import imports as selectors
from inventory.services.imports import jobs

# What a job is for may be told by its rows: those of an opening balance carry costs.
READ = "inventory.view_costs"
FORM_OVERHEAD_BYTES = 64 * 1024

JOB_EXAMPLE = OpenApiExample(
    "A dry run that found faults",
    value={
        "id": "5b0c3a50-0b39-4f5e-9a5c-1f0a8e4b7c11",
        "kind": "catalogue",
        "mode": "both",
        "dry_run": True,
        "skip_faulty": False,
        "placeholder_price": "1.00",
        "state": "refused",
        "file_id": "7b8dd5d5-3f5c-4a8e-8a4a-7d2d9c3f2f10",
        "file_name": "الأصناف.csv",
        "encoding": "windows-1256",
        "columns": {"name_ar": 0, "barcode": 1, "public_price": 2},
        "rows_total": 1840,
        "rows_checked": 1840,
        "rows_applied": 0,
        "progress": None,
        "error_count": 3,
        "warning_count": 12,
        "counts": {"created": 1795, "updated": 40, "unchanged": 2},
        "file_problems": [],
        "failure_code": "",
        "failure_detail": "",
        "document_id": None,
        "allowed_actions": [],
        "created_by_id": 5,
        "created_at": "2026-11-21T09:00:00+03:00",
        "finished_at": "2026-11-21T09:00:09+03:00",
    },
    response_only=True,
)
ROW_EXAMPLE = OpenApiExample(
    "A row with a fault",
    value={
        "next": None,
        "previous": None,
        "results": [
            {
                "row": 17,
                "outcome": "faulty",
                "product_id": None,
                "changes": {},
                "problems": [
                    {
                        "severity": "error",
                        "column": "barcode",
                        "value": "5.28E+12",
                        "code": "destroyed_by_spreadsheet",
                        "detail": "A spreadsheet turned this barcode into a rounded number…",
                    }
                ],
                "cells": ["بانادول", "5.28E+12", "500"],
            }
        ],
    },
    response_only=True,
)


class ImportListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_imports_list",
        parameters=[ImportFilter],
        responses=stream_of(ImportOut),
    )
    def get(self, request: Request) -> Response:
        """Imports, newest first."""
        found = selectors.imports_list(**self.query(ImportFilter))
        return self.stream(found, ImportOut, ordering=("-created_at", "id"))


class ImportView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_imports_read", responses=ImportOut, examples=[JOB_EXAMPLE]
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """How far one import is, and what came of it."""
        return Response(ImportOut(selectors.import_by_id(job_id)).data)


class ImportRowsView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_imports_rows",
        parameters=[ImportRowFilter],
        responses=stream_of(ImportRowOut),
        examples=[ROW_EXAMPLE],
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """The rows of an import with what each did and every problem of it, in file order."""
        rows = selectors.import_rows(job_id, **self.query(ImportRowFilter))
        return self.stream(rows, ImportRowOut, ordering="number")


class _UploadView(ApiView):
    parser_classes = (MultiPartParser,)
    kind: ClassVar[str]
    serializer: ClassVar[type[OpeningImportIn]]

    @property
    def max_body_bytes(self) -> int:
        return settings.FILE_MAX_BYTES + FORM_OVERHEAD_BYTES

    def prepare(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        options = self.parse(self.serializer)
        prepared = jobs.import_prepare(file=options.pop("file"))
        return {**options, "prepared": prepared}

    def start(self) -> Response:
        job = jobs.import_create(actor=self.actor, now=self.now, kind=self.kind, **self.prepared)
        return Response(
            ImportOut(job).data,
            status=HTTP_202_ACCEPTED,
            headers={"Location": reverse("inventory-import", args=[job.pk])},
        )


class OpeningImportView(_UploadView):
    permissions = {"post": "inventory.import_opening"}
    kind = ImportKind.OPENING
    serializer = OpeningImportIn

    @extend_schema(
        operation_id="inventory_imports_opening",
        request={"multipart/form-data": OpeningImportIn},
        responses={202: ImportOut},
        examples=[JOB_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Import the opening stock in the background, all rows or none.

        Columns as `/inventory/opening-balance/` takes them, which answers at once and is for
        smaller files. Follow the job at `Location`. 409 `opening_already_imported` for a file
        taken in before.
        """
        return self.start()


class CatalogueImportView(_UploadView):
    permissions = {"post": "inventory.import_catalogue"}
    kind = ImportKind.CATALOGUE
    serializer = CatalogueImportIn

    @extend_schema(
        operation_id="inventory_imports_catalogue",
        request={"multipart/form-data": CatalogueImportIn},
        responses={202: ImportOut},
        examples=[JOB_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Add and change products from a file, in the background.

        Columns by their Arabic or English header in any order; an empty cell leaves what is, and
        `(clear)` empties it. A row finds its product by id, else barcode, else name, strength and
        form. Follow the job at `Location`; its report is the same for a dry run.
        """
        return self.start()


class _CancelView(ApiView):
    kind: ClassVar[str]

    def cancel(self, job_id: UUID) -> Response:
        job = jobs.import_cancel(actor=self.actor, now=self.now, job_id=job_id, kind=self.kind)
        return Response(ImportOut(job).data)


class OpeningImportCancelView(_CancelView):
    permissions = {"post": "inventory.import_opening"}
    kind = ImportKind.OPENING

    @extend_schema(
        operation_id="inventory_imports_opening_cancel", request=None, responses=ImportOut
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """Stop an import that is not at its end; nothing of it stays.

        While it is being applied the worker is asked to undo it, and the state follows soon.
        """
        return self.cancel(job_id)


class CatalogueImportCancelView(_CancelView):
    permissions = {"post": "inventory.import_catalogue"}
    kind = ImportKind.CATALOGUE

    @extend_schema(
        operation_id="inventory_imports_catalogue_cancel", request=None, responses=ImportOut
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """Stop an import that is not at its end; nothing of it stays.

        While it is being applied the worker is asked to undo it, and the state follows soon.
        """
        return self.cancel(job_id)
