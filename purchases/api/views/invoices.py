"""Endpoints of supplier invoices."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.common import NothingIn, ReasonIn
from purchases.api.serializers.invoices import (
    InvoiceDetailOut,
    InvoiceFactsIn,
    InvoiceFileIn,
    InvoiceFileOut,
    InvoiceFilter,
    InvoiceIn,
    InvoiceOut,
    ResolveIn,
)
from purchases.selectors.invoices import invoice_by_id, invoices
from purchases.services.invoices import invoices as entering
from purchases.services.invoices.match import invoice_approve, invoice_match, invoice_resolve
from purchases.services.invoices.posting import invoice_post, invoice_reverse

FORM_OVERHEAD_BYTES = 64 * 1024

_EXAMPLE = {
    "supplier_number": "S-4471",
    "invoice_date": "2026-03-02",
    "receipt_ids": [12],
    "lines": [
        {
            "product_id": 7,
            "quantity": 60,
            "free_quantity": 10,
            "pack_price": "100.00",
            "amount": "6000.00",
            "tax": "0.00",
        }
    ],
    "charges": "50.00",
    "charges_note": "Delivery",
    "total": "6050.00",
}


class InvoiceListView(ApiView):
    permissions = {"get": "purchases.view", "post": "purchases.manage_invoices"}

    @extend_schema(
        operation_id="supplier_invoices_list",
        parameters=[InvoiceFilter],
        responses=stream_of(InvoiceOut),
    )
    def get(self, request: Request) -> Response:
        """Supplier invoices, newest first."""
        return self.stream(invoices(**self.query(InvoiceFilter)), InvoiceOut)

    @extend_schema(
        operation_id="supplier_invoices_create",
        request=InvoiceIn,
        responses={201: InvoiceDetailOut},
        examples=[
            OpenApiExample(
                "A delivery with free goods",
                value={"supplier_id": 3, **_EXAMPLE},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Enter an invoice as printed. 409 `supplier_invoice_number_taken` the second time."""
        invoice = entering.invoice_create(actor=self.actor, now=self.now, **self.parse(InvoiceIn))
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice.pk), context=self.serializer_context()).data,
            status=HTTP_201_CREATED,
        )


class InvoiceView(ApiView):
    permissions = {"get": "purchases.view", "put": "purchases.manage_invoices"}

    @extend_schema(operation_id="supplier_invoices_read", responses=InvoiceDetailOut)
    def get(self, request: Request, invoice_id: int) -> Response:
        """One invoice: lines with the goods they bill, differences, what settled it, files."""
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice_id), context=self.serializer_context()).data
        )

    @extend_schema(
        operation_id="supplier_invoices_update",
        request=InvoiceFactsIn,
        responses=InvoiceDetailOut,
        examples=[OpenApiExample("Stated anew", value=_EXAMPLE, request_only=True)],
    )
    def put(self, request: Request, invoice_id: int) -> Response:
        """State an invoice that is not posted anew; it is then a draft, to be matched again."""
        entering.invoice_update(
            actor=self.actor,
            now=self.now,
            invoice_id=invoice_id,
            facts=self.parse(InvoiceFactsIn),
        )
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice_id), context=self.serializer_context()).data
        )


class InvoiceFileListView(ApiView):
    permissions = {"post": "purchases.manage_invoices"}
    parser_classes = (MultiPartParser, FormParser)

    @property
    def max_body_bytes(self) -> int:
        return settings.FILE_MAX_BYTES + FORM_OVERHEAD_BYTES

    def prepare(self, request: Request, **kwargs: Any) -> entering.PreparedFile:
        return entering.invoice_file_prepare(**self.parse(InvoiceFileIn))

    @extend_schema(
        operation_id="supplier_invoices_attach",
        request={"multipart/form-data": InvoiceFileIn},
        responses={201: InvoiceFileOut},
    )
    def post(self, request: Request, invoice_id: int) -> Response:
        """Attach the invoice's PDF or a photo of it, for good."""
        attached = entering.invoice_file_add(
            actor=self.actor, now=self.now, invoice_id=invoice_id, prepared=self.prepared
        )
        return Response(InvoiceFileOut(attached).data, status=HTTP_201_CREATED)


class InvoiceMatchView(ApiView):
    permissions = {"post": "purchases.manage_invoices"}

    @extend_schema(
        operation_id="supplier_invoices_match", request=NothingIn, responses=InvoiceDetailOut
    )
    def post(self, request: Request, invoice_id: int) -> Response:
        """Hold the invoice against order and receipt: it is `matched`, or has `differences`."""
        self.parse(NothingIn)
        invoice_match(actor=self.actor, now=self.now, invoice_id=invoice_id)
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice_id), context=self.serializer_context()).data
        )


class InvoiceApproveView(ApiView):
    permissions = {"post": "purchases.approve_invoices"}

    @extend_schema(
        operation_id="supplier_invoices_approve", request=NothingIn, responses=InvoiceDetailOut
    )
    def post(self, request: Request, invoice_id: int) -> Response:
        """Approve an invoice that agrees. 409 `invoice_match_stale` if that has changed since."""
        self.parse(NothingIn)
        invoice_approve(actor=self.actor, now=self.now, invoice_id=invoice_id)
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice_id), context=self.serializer_context()).data
        )


class InvoiceResolveView(ApiView):
    permissions = {"post": "purchases.approve_invoice_differences"}

    @extend_schema(
        operation_id="supplier_invoices_resolve",
        request=ResolveIn,
        responses=InvoiceDetailOut,
        examples=[
            OpenApiExample(
                "Pay the old price",
                value={
                    "resolutions": [{"difference_id": 5, "resolution": "dispute"}],
                    "reason": "The order was confirmed at 100",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, invoice_id: int) -> Response:
        """Accept or dispute every difference, with a reason; the invoice is then approved."""
        invoice_resolve(
            actor=self.actor, now=self.now, invoice_id=invoice_id, **self.parse(ResolveIn)
        )
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice_id), context=self.serializer_context()).data
        )


class InvoicePostView(ApiView):
    permissions = {"post": "purchases.post_invoices"}

    @extend_schema(
        operation_id="supplier_invoices_post", request=NothingIn, responses=InvoiceDetailOut
    )
    def post(self, request: Request, invoice_id: int) -> Response:
        """Owe what was approved: what differs from the receipts is posted, stock revalued."""
        self.parse(NothingIn)
        invoice_post(actor=self.actor, now=self.now, invoice_id=invoice_id)
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice_id), context=self.serializer_context()).data
        )


class InvoiceCancelView(ApiView):
    permissions = {"post": "purchases.manage_invoices"}

    @extend_schema(
        operation_id="supplier_invoices_cancel",
        request=ReasonIn,
        responses=InvoiceDetailOut,
        examples=[OpenApiExample("Twice", value={"reason": "Entered twice"}, request_only=True)],
    )
    def post(self, request: Request, invoice_id: int) -> Response:
        """Give up an invoice that is not posted."""
        entering.invoice_cancel(
            actor=self.actor, now=self.now, invoice_id=invoice_id, **self.parse(ReasonIn)
        )
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice_id), context=self.serializer_context()).data
        )


class InvoiceReverseView(ApiView):
    permissions = {"post": "purchases.post_invoices"}

    @extend_schema(
        operation_id="supplier_invoices_reverse",
        request=ReasonIn,
        responses=InvoiceDetailOut,
        examples=[
            OpenApiExample("Wrong", value={"reason": "Another supplier's"}, request_only=True)
        ],
    )
    def post(self, request: Request, invoice_id: int) -> Response:
        """Take a posted invoice back, with its money. 409 `invoice_settled` once it is paid."""
        invoice_reverse(
            actor=self.actor, now=self.now, invoice_id=invoice_id, **self.parse(ReasonIn)
        )
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice_id), context=self.serializer_context()).data
        )
