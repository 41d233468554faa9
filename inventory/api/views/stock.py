"""Endpoints of batches, levels, movements, and what staff do to stock by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.models import local_date
from core.pagination import stream_of
from inventory.api.serializers.stock import (
    AdjustmentIn,
    AlertFilter,
    AlertOut,
    BatchFilter,
    BatchOut,
    IncomingFilter,
    IncomingOut,
    IssueIn,
    MovementFilter,
    MovementOut,
    OpeningIn,
    OpeningOut,
    ReceiptIn,
    StockDocumentDetailOut,
    StockDocumentOut,
    StockFilter,
    StockLevelOut,
)
from inventory.api.views.catalogue import example
from inventory.imports.opening.rows import OpeningSheet, opening_read
from inventory.selectors import stock as selectors
from inventory.selectors.alerts import alerts_list
from inventory.services import documents
from inventory.services.opening import opening_import

READ = "inventory.view"
READ_COSTS = "inventory.view_costs"
MULTIPART_OVERHEAD_BYTES = 64 * 1024


class BatchListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_batches_list",
        parameters=[BatchFilter],
        responses=stream_of(BatchOut),
    )
    def get(self, request: Request) -> Response:
        """Batches, first expiring first; `expiry=unknown` lists those a person should look at."""
        return self.stream(
            selectors.batches_list(now=self.now, **self.query(BatchFilter)),
            BatchOut,
            ordering=selectors.BATCH_ORDER,
        )


class StockListView(ApiView):
    permissions = {"get": READ_COSTS}

    @extend_schema(
        operation_id="inventory_stock_list",
        parameters=[StockFilter],
        responses=stream_of(StockLevelOut),
    )
    def get(self, request: Request) -> Response:
        """What is left of each batch at each location, and what it cost."""
        return self.stream(
            selectors.stock_list(**self.query(StockFilter)),
            StockLevelOut,
            ordering=selectors.LEVEL_ORDER,
        )


class MovementListView(ApiView):
    permissions = {"get": READ_COSTS}

    @extend_schema(
        operation_id="inventory_movements_list",
        parameters=[MovementFilter],
        responses=stream_of(MovementOut),
    )
    def get(self, request: Request) -> Response:
        """The stock ledger, last recorded first; of a span of days, last occurred first."""
        filters = self.query(MovementFilter)
        return self.stream(
            selectors.movements_list(**filters),
            MovementOut,
            ordering=selectors.movements_order(**filters),
        )


class ReceiptView(ApiView):
    permissions = {"post": "inventory.receive"}

    @extend_schema(
        operation_id="inventory_receive",
        request=ReceiptIn,
        responses={201: StockDocumentDetailOut},
        examples=example(
            "The owner brings stock",
            reason="owner_contribution",
            note="From the owner's other shop",
            lines=[
                {
                    "product_id": 12,
                    "batch_number": "B-771",
                    "expiry_date": "2028-05-31",
                    "quantity": 240,
                    "total_cost": "96000.00",
                }
            ],
        ),
    )
    def post(self, request: Request) -> Response:
        """Take goods into stock that were not bought.

        Purchased goods are received on their order, `/purchase-orders/<id>/receive/`.
        """
        document_id = documents.stock_receive_by_hand(
            actor=self.actor, now=self.now, **self.parse(ReceiptIn)
        )
        return document_answer(document_id, status=HTTP_201_CREATED)


class IssueView(ApiView):
    permissions = {"post": "inventory.issue"}

    @extend_schema(
        operation_id="inventory_issue",
        request=IssueIn,
        responses={201: StockDocumentDetailOut},
        examples=example(
            "First aid box", reason="internal_use", lines=[{"product_id": 12, "quantity": 10}]
        ),
    )
    def post(self, request: Request) -> Response:
        """Take goods out of stock that are not sold, first expiring first.

        409 `insufficient_stock` names every line that cannot be served, and changes nothing.
        """
        document_id = documents.stock_issue_by_hand(
            actor=self.actor, now=self.now, **self.parse(IssueIn)
        )
        return document_answer(document_id, status=HTTP_201_CREATED)


class AdjustmentView(ApiView):
    permissions = {"post": "inventory.adjust"}

    @extend_schema(
        operation_id="inventory_adjust",
        request=AdjustmentIn,
        responses={201: StockDocumentDetailOut},
        examples=example(
            "Broken bottles",
            reason="damage",
            note="Fell off the shelf",
            lines=[{"batch_id": 31, "quantity": -2}],
        ),
    )
    def post(self, request: Request) -> Response:
        """Correct the quantity of batches; losses and gains are posted at the batch's cost."""
        document_id = documents.stock_adjust(
            actor=self.actor, now=self.now, **self.parse(AdjustmentIn)
        )
        return document_answer(document_id, status=HTTP_201_CREATED)


class DocumentListView(ApiView):
    permissions = {"get": READ_COSTS}

    @extend_schema(operation_id="inventory_documents_list", responses=stream_of(StockDocumentOut))
    def get(self, request: Request) -> Response:
        """Receipts, issues, adjustments and opening balances made by hand, newest first."""
        return self.stream(
            selectors.documents_list(), StockDocumentOut, ordering=("-recorded_at", "-id")
        )


class DocumentView(ApiView):
    permissions = {"get": READ_COSTS}

    @extend_schema(operation_id="inventory_documents_read", responses=StockDocumentDetailOut)
    def get(self, request: Request, document_id: UUID) -> Response:
        """One document with its movements."""
        return document_answer(document_id)


class OpeningBalanceView(ApiView):
    permissions = {"post": "inventory.import_opening"}
    parser_classes = (MultiPartParser,)

    @property
    def max_body_bytes(self) -> int:
        return settings.FILE_MAX_BYTES + MULTIPART_OVERHEAD_BYTES

    def prepare(self, request: Request, **kwargs: Any) -> OpeningSheet:
        upload = self.parse(OpeningIn)["file"]
        return opening_read(upload.read(), file_name=upload.name, today=local_date(self.now))

    @extend_schema(
        operation_id="inventory_opening_balance_import",
        request={"multipart/form-data": OpeningIn},
        responses={201: OpeningOut},
        examples=[
            OpenApiExample(
                "Imported",
                value={
                    "document_id": "5b0c3a50-0b39-4f5e-9a5c-1f0a8e4b7c11",
                    "number": "OB-2026-000001",
                    "rows": 1840,
                    "products_created": 1795,
                    "products_matched": 12,
                    "quantity": 52310,
                    "value": "184250000.00",
                    "low_stock": 34,
                    "warning_count": 1,
                    "warnings": [
                        {
                            "field": "rows.17.expiry",
                            "code": "unknown_expiry",
                            "detail": "Row 17, expiry: The expiry is unknown: these goods are "
                            "sold last and should be looked at.",
                        }
                    ],
                },
                response_only=True,
                status_codes=["201"],
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Import the opening stock from CSV (UTF-8 or windows-1256) or XLSX, all rows or none.

        Columns, by their Arabic or English header in any order: name (or Arabic and English
        name) or barcode, quantity, unit cost; and if known strength, form, manufacturer, batch,
        expiry, public price, min, max, packaging units. Quantities, costs and prices are of the
        base unit. 422 `opening_rows_refused` lists every fault with its row and column (the first
        1,000 of them, `error_count` in all). The same file again is 409.
        """
        outcome = opening_import(actor=self.actor, now=self.now, sheet=self.prepared)
        return Response(OpeningOut(outcome).data, status=HTTP_201_CREATED)


class IncomingListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_incoming_list",
        parameters=[IncomingFilter],
        responses=stream_of(IncomingOut),
    )
    def get(self, request: Request) -> Response:
        """Goods on their way, newest first."""
        return self.stream(selectors.incoming_list(**self.query(IncomingFilter)), IncomingOut)


class AlertListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_alerts_list",
        parameters=[AlertFilter],
        responses=stream_of(AlertOut),
    )
    def get(self, request: Request) -> Response:
        """What should be looked at, newest first."""
        return self.stream(alerts_list(**self.query(AlertFilter)), AlertOut)


def document_answer(document_id: UUID, **kwargs: Any) -> Response:
    document = selectors.document_detail(document_id)
    return Response(StockDocumentDetailOut(document).data, **kwargs)
