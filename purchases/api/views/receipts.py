"""Endpoints of goods receipts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.receipts import (
    ReceiptDetailOut,
    ReceiptFilter,
    ReceiptOut,
    ReceiveIn,
)
from purchases.selectors.receipts import receipt_by_id, receipts
from purchases.services.receipts.deliveries import Leave
from purchases.services.receipts.receipts import goods_receive


def leave_of(user: Any) -> Leave:
    """What a person may take in beyond what was ordered."""
    return Leave(
        beyond_tolerance=user.has_perm("purchases.receive_beyond_tolerance"),
        substitute=user.has_perm("purchases.receive_substitutes"),
        substitute_other=user.has_perm("purchases.receive_other_products"),
    )


class OrderReceiveView(ApiView):
    permissions = {"post": "purchases.receive"}

    @extend_schema(
        operation_id="purchase_orders_receive",
        request=ReceiveIn,
        responses={201: ReceiptDetailOut},
        examples=[
            OpenApiExample(
                "Part of a line in two batches, dearer than ordered",
                value={
                    "delivery_note": "7781",
                    "lines": [
                        {
                            "order_line_id": 31,
                            "invoice_price": "19000",
                            "batches": [
                                {
                                    "batch_number": "A12",
                                    "expiry_date": "2028-05-31",
                                    "quantity": 40,
                                },
                                {"quantity": 2},
                            ],
                        }
                    ],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, order_id: int) -> Response:
        """Receive a delivery, whole or in part; the answer shows price differences.

        422 `goods_receipt_refused` names every line that is unknown, expired, beyond a tolerance
        or not what was ordered. Goods beyond a tolerance come in with
        `purchases.receive_beyond_tolerance` and a reason.
        """
        delivered = self.parse(ReceiveIn)
        receipt = goods_receive(
            actor=self.actor,
            now=self.now,
            order_id=order_id,
            deliveries=delivered["lines"],
            delivery_note=delivered.get("delivery_note", ""),
            leave=leave_of(request.user),
        )
        return Response(
            ReceiptDetailOut(receipt_by_id(receipt.pk), context=self.serializer_context()).data,
            status=HTTP_201_CREATED,
        )


class ReceiptListView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(
        operation_id="goods_receipts_list",
        parameters=[ReceiptFilter],
        responses=stream_of(ReceiptOut),
    )
    def get(self, request: Request) -> Response:
        """Goods receipts, newest first."""
        return self.stream(receipts(**self.query(ReceiptFilter)), ReceiptOut)


class ReceiptView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="goods_receipts_read", responses=ReceiptDetailOut)
    def get(self, request: Request, receipt_id: int) -> Response:
        """One receipt with its batches, costs, price differences and flags."""
        return Response(
            ReceiptDetailOut(receipt_by_id(receipt_id), context=self.serializer_context()).data
        )
