"""Endpoints of purchase orders."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.common import ReasonIn
from purchases.api.serializers.orders import (
    OrderDetailOut,
    OrderFilter,
    OrderOut,
    RescheduleIn,
)
from purchases.selectors.orders import order_by_id, orders
from purchases.services.orders.ordering import order_cancel, order_reschedule


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
        return Response(
            OrderDetailOut(order_by_id(order_id), context=self.serializer_context()).data
        )


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
        return Response(
            OrderDetailOut(order_by_id(order_id), context=self.serializer_context()).data
        )


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
        return Response(
            OrderDetailOut(order_by_id(order_id), context=self.serializer_context()).data
        )
