"""Endpoints of what follows a goods receipt: inspection, reversal, landed costs, free goods."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.common import NothingIn
from purchases.api.serializers.receiving_after import (
    FreeGoodsOwedOut,
    FreeGoodsSettleIn,
    FreeGoodsSettlementOut,
    InspectionDecisionsIn,
    InspectionFilter,
    InspectionOut,
    InspectionsOut,
    LandedCostDetailOut,
    LandedCostFilter,
    LandedCostIn,
    LandedCostOut,
    LandedCostReverseIn,
    ReceiptReversalOut,
    ReceiptReverseIn,
    ReceivingPolicyIn,
    ReceivingPolicyOut,
    RejectedOut,
    ReversalRequestFilter,
    ReversalRequestOut,
    ShelfLifeIn,
    ShelfLifeOut,
    SupplierFilter,
)
from purchases.selectors.free_goods import free_goods_owed
from purchases.selectors.inspections import inspections, rejected_goods
from purchases.selectors.landed_costs import landed_cost_by_id, landed_costs
from purchases.selectors.receipts import reversal_by_id, reversal_requests
from purchases.selectors.receiving_policies import receiving_policies, shelf_life_rules
from purchases.services.receipts.free_goods import free_goods_settle
from purchases.services.receipts.inspections import inspections_decide
from purchases.services.receipts.landed_costs import landed_cost_post, landed_cost_reverse
from purchases.services.receipts.policies import (
    receiving_policy_remove,
    receiving_policy_set,
    shelf_life_minimum_set,
)
from purchases.services.receipts.reversal import receipt_reverse
from purchases.services.receipts.reversal_requests import (
    reversal_request,
    reversal_request_approve,
    reversal_request_reject,
)

SEE = "purchases.view"
COSTS = "purchases.manage_landed_costs"
POLICIES = "purchases.manage_receiving_policies"


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


class PolicyListView(ApiView):
    permissions = {"get": SEE}

    @extend_schema(operation_id="receiving_policies_list", responses=stream_of(ReceivingPolicyOut))
    def get(self, request: Request) -> Response:
        """How exactly deliveries must fit their orders; without a supplier: of all others."""
        return self.stream(receiving_policies(), ReceivingPolicyOut)


class DefaultPolicyView(ApiView):
    permissions = {"put": POLICIES, "delete": POLICIES}

    @extend_schema(
        operation_id="receiving_policies_set_default",
        request=ReceivingPolicyIn,
        responses=ReceivingPolicyOut,
        examples=[
            OpenApiExample(
                "Two percent more or less",
                value={"over_percent": "2", "under_percent": "2", "min_shelf_days": 90},
                request_only=True,
            )
        ],
    )
    def put(self, request: Request) -> Response:
        """Set the policy of all suppliers that have none of their own."""
        policy = receiving_policy_set(
            actor=self.actor, now=self.now, supplier_id=None, **self.parse(ReceivingPolicyIn)
        )
        return Response(ReceivingPolicyOut(policy).data)

    @extend_schema(operation_id="receiving_policies_remove_default", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Let the settings hold again."""
        receiving_policy_remove(actor=self.actor, now=self.now, supplier_id=None)
        return Response(status=HTTP_204_NO_CONTENT)


class SupplierPolicyView(ApiView):
    permissions = {"put": POLICIES, "delete": POLICIES}

    @extend_schema(
        operation_id="receiving_policies_set_of_supplier",
        request=ReceivingPolicyIn,
        responses=ReceivingPolicyOut,
        examples=[
            OpenApiExample(
                "Everything is looked at", value={"inspect_all": True}, request_only=True
            )
        ],
    )
    def put(self, request: Request, supplier_id: int) -> Response:
        """Set a supplier's own policy."""
        policy = receiving_policy_set(
            actor=self.actor, now=self.now, supplier_id=supplier_id, **self.parse(ReceivingPolicyIn)
        )
        return Response(ReceivingPolicyOut(policy).data)

    @extend_schema(operation_id="receiving_policies_remove_of_supplier", responses={204: None})
    def delete(self, request: Request, supplier_id: int) -> Response:
        """Let the policy of all others hold for this supplier again."""
        receiving_policy_remove(actor=self.actor, now=self.now, supplier_id=supplier_id)
        return Response(status=HTTP_204_NO_CONTENT)


class ShelfLifeListView(ApiView):
    permissions = {"get": SEE}

    @extend_schema(operation_id="shelf_life_minimums_list", responses=stream_of(ShelfLifeOut))
    def get(self, request: Request) -> Response:
        """Products that must be good for a time of their own on arrival."""
        return self.stream(shelf_life_rules(), ShelfLifeOut)


class ShelfLifeView(ApiView):
    permissions = {"put": POLICIES}

    @extend_schema(
        operation_id="shelf_life_minimums_set",
        request=ShelfLifeIn,
        responses={204: None},
        examples=[OpenApiExample("A year", value={"min_days": 365}, request_only=True)],
    )
    def put(self, request: Request, product_id: int) -> Response:
        """For how many days a product must still be good on arrival, whoever delivers it."""
        shelf_life_minimum_set(
            actor=self.actor, now=self.now, product_id=product_id, **self.parse(ShelfLifeIn)
        )
        return Response(status=HTTP_204_NO_CONTENT)
