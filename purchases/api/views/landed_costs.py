"""Endpoints of landed costs, and of free goods that suppliers owe."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.receiving_after import (
    FreeGoodsOwedOut,
    FreeGoodsSettleIn,
    FreeGoodsSettlementOut,
    LandedCostDetailOut,
    LandedCostFilter,
    LandedCostIn,
    LandedCostOut,
    LandedCostReverseIn,
    SupplierFilter,
)
from purchases.selectors.free_goods import free_goods_owed
from purchases.selectors.landed_costs import landed_cost_by_id, landed_costs
from purchases.services.receipts.free_goods import free_goods_settle
from purchases.services.receipts.landed_costs import landed_cost_post, landed_cost_reverse

SEE = "purchases.view"
COSTS = "purchases.manage_landed_costs"


class FreeGoodsOwedView(ApiView):
    permissions = {"get": SEE}

    @extend_schema(
        operation_id="free_goods_owed_list",
        parameters=[SupplierFilter],
        responses=stream_of(FreeGoodsOwedOut),
    )
    def get(self, request: Request) -> Response:
        """Free goods that deals promised and that suppliers still owe, newest orders first."""
        return self.stream(free_goods_owed(**self.query(SupplierFilter)), FreeGoodsOwedOut)


class FreeGoodsSettleView(ApiView):
    permissions = {"post": "purchases.settle_free_goods"}

    @extend_schema(
        operation_id="free_goods_settle",
        request=FreeGoodsSettleIn,
        responses={201: FreeGoodsSettlementOut},
        examples=[
            OpenApiExample(
                "Given with the next order",
                value={"quantity": 1, "reason": "Came with order PO-2026-00031"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, order_line_id: int) -> Response:
        """Free goods are owed no longer: credited, delivered some other way, or waived."""
        settlement = free_goods_settle(
            actor=self.actor,
            now=self.now,
            order_line_id=order_line_id,
            **self.parse(FreeGoodsSettleIn),
        )
        return Response(FreeGoodsSettlementOut(settlement).data, status=HTTP_201_CREATED)


class LandedCostListView(ApiView):
    permissions = {"get": SEE, "post": COSTS}

    @extend_schema(
        operation_id="landed_costs_list",
        parameters=[LandedCostFilter],
        responses=stream_of(LandedCostOut),
    )
    def get(self, request: Request) -> Response:
        """Freight, customs and handling that were spread, newest first."""
        return self.stream(landed_costs(**self.query(LandedCostFilter)), LandedCostOut)

    @extend_schema(
        operation_id="landed_costs_create",
        request=LandedCostIn,
        responses={201: LandedCostDetailOut},
        examples=[
            OpenApiExample(
                "Freight of two receipts, by value",
                value={
                    "kind": "freight",
                    "spread": "value",
                    "amount": "10000",
                    "supplier_id": 4,
                    "document_number": "F-118",
                    "bearers": [{"receipt_id": 17}, {"receipt_id": 18, "lines": [1, 2]}],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Spread a bill over received goods; what has left bears its share as cost of sales."""
        cost = landed_cost_post(actor=self.actor, now=self.now, **self.parse(LandedCostIn))
        detail = LandedCostDetailOut(landed_cost_by_id(cost.pk)).data
        return Response(detail, status=HTTP_201_CREATED)


class LandedCostView(ApiView):
    permissions = {"get": SEE}

    @extend_schema(operation_id="landed_costs_read", responses=LandedCostDetailOut)
    def get(self, request: Request, cost_id: int) -> Response:
        """One cost with what each receipt line bears."""
        return Response(LandedCostDetailOut(landed_cost_by_id(cost_id)).data)


class LandedCostReverseView(ApiView):
    permissions = {"post": COSTS}

    @extend_schema(
        operation_id="landed_costs_reverse",
        request=LandedCostReverseIn,
        responses=LandedCostDetailOut,
        examples=[
            OpenApiExample("Billed twice", value={"reason": "Billed twice"}, request_only=True)
        ],
    )
    def post(self, request: Request, cost_id: int) -> Response:
        """Take a cost back, from goods that are still there and from the cost of sales."""
        landed_cost_reverse(
            actor=self.actor, now=self.now, cost_id=cost_id, **self.parse(LandedCostReverseIn)
        )
        return Response(LandedCostDetailOut(landed_cost_by_id(cost_id)).data)
