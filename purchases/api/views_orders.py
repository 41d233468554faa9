"""Endpoints of purchase orders and goods receipts."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.common import ReasonIn
from purchases.api.serializers.orders import (
    OrderDetailOut,
    OrderFilter,
    OrderOut,
    ReceiptDetailOut,
    ReceiptFilter,
    ReceiptOut,
    ReceiveIn,
    RescheduleIn,
)
from purchases.selectors.proposals import order_by_id, orders, receipt_by_id, receipts
from purchases.services.ordering import order_cancel, order_reschedule
from purchases.services.receipts import goods_receive


class OrderListView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(
        operation_id="purchase_orders_list", parameters=[OrderFilter], responses=stream_of(OrderOut)
    )
    def get(self, request: Request) -> Response:
        """Purchase orders, newest first."""
        return self.stream(orders(**self.query(OrderFilter)), OrderOut)


class OrderView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_orders_read", responses=OrderDetailOut)
    def get(self, request: Request, order_id: int) -> Response:
        """One order: what is still to come, and what has arrived."""
        return Response(OrderDetailOut(order_by_id(order_id)).data)


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

        422 `goods_receipt_refused` names every line that is over-delivered, expired or unknown.
        """
        delivered = self.parse(ReceiveIn)
        receipt = goods_receive(
            actor=self.actor,
            now=self.now,
            order_id=order_id,
            deliveries=delivered["lines"],
            delivery_note=delivered.get("delivery_note", ""),
        )
        return Response(ReceiptDetailOut(receipt_by_id(receipt.pk)).data, status=HTTP_201_CREATED)


class OrderCancelView(ApiView):
    permissions = {"post": "purchases.cancel_order"}

    @extend_schema(
        operation_id="purchase_orders_cancel",
        request=ReasonIn,
        responses=OrderDetailOut,
        examples=[
            OpenApiExample("Out of stock", value={"reason": "They have none"}, request_only=True)
        ],
    )
    def post(self, request: Request, order_id: int) -> Response:
        """Cancel what has not arrived: it is no longer incoming, its capital is free again."""
        order_cancel(actor=self.actor, now=self.now, order_id=order_id, **self.parse(ReasonIn))
        return Response(OrderDetailOut(order_by_id(order_id)).data)


class OrderExpiryView(ApiView):
    permissions = {"put": "purchases.cancel_order"}

    @extend_schema(
        operation_id="purchase_orders_reschedule",
        request=RescheduleIn,
        responses=OrderDetailOut,
        examples=[
            OpenApiExample(
                "Two more weeks", value={"expires_at": "2026-12-15T12:00:00Z"}, request_only=True
            )
        ],
    )
    def put(self, request: Request, order_id: int) -> Response:
        """Wait longer, or less long, for what has not arrived; null waits for ever."""
        order_reschedule(
            actor=self.actor, now=self.now, order_id=order_id, **self.parse(RescheduleIn)
        )
        return Response(OrderDetailOut(order_by_id(order_id)).data)


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
        return Response(ReceiptDetailOut(receipt_by_id(receipt_id)).data)
