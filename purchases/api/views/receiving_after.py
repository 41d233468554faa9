"""Endpoints of what follows a goods receipt: inspection, and taking it back."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.common import NothingIn
from purchases.api.serializers.receiving_after import (
    InspectionDecisionsIn,
    InspectionFilter,
    InspectionOut,
    InspectionsOut,
    LandedCostReverseIn,
    ReceiptReversalOut,
    ReceiptReverseIn,
    RejectedOut,
    ReversalRequestFilter,
    ReversalRequestOut,
    SupplierFilter,
)
from purchases.selectors.inspections import inspections, rejected_goods
from purchases.selectors.receipts import reversal_by_id, reversal_requests
from purchases.services.receipts.inspections import inspections_decide
from purchases.services.receipts.reversal import receipt_reverse
from purchases.services.receipts.reversal_requests import (
    reversal_request,
    reversal_request_approve,
    reversal_request_reject,
)

SEE = "purchases.view"


class InspectionListView(ApiView):
    permissions = {"get": SEE}

    @extend_schema(
        operation_id="goods_inspections_list",
        parameters=[InspectionFilter],
        responses=stream_of(InspectionOut),
    )
    def get(self, request: Request) -> Response:
        """Goods that wait in quarantine, and what was decided about others, newest first."""
        return self.stream(inspections(**self.query(InspectionFilter)), InspectionOut)


class InspectionDecideView(ApiView):
    permissions = {"post": "purchases.inspect_goods"}

    @extend_schema(
        operation_id="goods_inspections_decide",
        request=InspectionDecisionsIn,
        responses=InspectionsOut,
        examples=[
            OpenApiExample(
                "Eight are fine, two leaked",
                value={
                    "decisions": [
                        {
                            "inspection_id": 5,
                            "accepted_quantity": 8,
                            "packaging_intact": False,
                            "note": "Two bottles leaked",
                        }
                    ]
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Let goods out of quarantine or reject them, all decisions or none."""
        decided = inspections_decide(
            actor=self.actor, now=self.now, **self.parse(InspectionDecisionsIn)
        )
        rows = inspections().filter(pk__in=[row.pk for row in decided]).order_by("pk")
        return Response(InspectionsOut({"inspections": rows}).data)


class RejectedGoodsView(ApiView):
    permissions = {"get": SEE}

    @extend_schema(
        operation_id="goods_rejected_list",
        parameters=[SupplierFilter],
        responses=stream_of(RejectedOut),
    )
    def get(self, request: Request) -> Response:
        """Rejected goods that still lie in quarantine, to go back to their supplier."""
        return self.stream(rejected_goods(**self.query(SupplierFilter)), RejectedOut)


class ReceiptReverseView(ApiView):
    permissions = {"post": "purchases.reverse_receipt"}

    @extend_schema(
        operation_id="goods_receipts_reverse",
        request=ReceiptReverseIn,
        responses={201: ReceiptReversalOut},
        examples=[
            OpenApiExample(
                "One line was another customer's",
                value={"reason": "Delivered to us by mistake", "lines": [2]},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, receipt_id: int) -> Response:
        """Take a receipt back, whole or some lines: goods, debt and order as if it had not been.

        409 `goods_receipt_not_reversible` says what was built on it: sold, reserved, invoiced.
        """
        reversal = receipt_reverse(
            actor=self.actor, now=self.now, receipt_id=receipt_id, **self.parse(ReceiptReverseIn)
        )
        return Response(
            ReceiptReversalOut(reversal_by_id(reversal.pk)).data, status=HTTP_201_CREATED
        )


class ReversalRequestListView(ApiView):
    permissions = {"get": SEE}

    @extend_schema(
        operation_id="receipt_reversal_requests_list",
        parameters=[ReversalRequestFilter],
        responses=stream_of(ReversalRequestOut),
    )
    def get(self, request: Request) -> Response:
        """Reversals that wait for a second person, and those that were decided."""
        rows = reversal_requests(**self.query(ReversalRequestFilter))
        return self.stream(rows, ReversalRequestOut)


class ReversalRequestView(ApiView):
    permissions = {"post": "purchases.reverse_receipt"}

    @extend_schema(
        operation_id="receipt_reversal_requests_create",
        request=ReceiptReverseIn,
        responses={201: ReversalRequestOut},
        examples=[
            OpenApiExample("Morphine", value={"reason": "Wrong strength"}, request_only=True)
        ],
    )
    def post(self, request: Request, receipt_id: int) -> Response:
        """Ask for a reversal that needs two people: of controlled products."""
        asked = reversal_request(
            actor=self.actor, now=self.now, receipt_id=receipt_id, **self.parse(ReceiptReverseIn)
        )
        return Response(ReversalRequestOut(asked).data, status=HTTP_201_CREATED)


class ReversalRequestApproveView(ApiView):
    permissions = {"post": "purchases.reverse_receipt"}

    @extend_schema(
        operation_id="receipt_reversal_requests_approve",
        request=NothingIn,
        responses=ReversalRequestOut,
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Agree: the receipt is taken back with both names."""
        self.parse(NothingIn)
        asked = reversal_request_approve(actor=self.actor, now=self.now, request_id=request_id)
        return Response(ReversalRequestOut(asked).data)


class ReversalRequestRejectView(ApiView):
    permissions = {"post": "purchases.reverse_receipt"}

    @extend_schema(
        operation_id="receipt_reversal_requests_reject",
        request=LandedCostReverseIn,
        responses=ReversalRequestOut,
        examples=[OpenApiExample("No", value={"reason": "It is ours"}, request_only=True)],
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Do not agree: the receipt stands."""
        asked = reversal_request_reject(
            actor=self.actor,
            now=self.now,
            request_id=request_id,
            **self.parse(LandedCostReverseIn),
        )
        return Response(ReversalRequestOut(asked).data)
