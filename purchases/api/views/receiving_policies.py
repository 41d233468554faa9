"""Endpoints of the rules of receiving: tolerances of suppliers, shelf life of products."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_204_NO_CONTENT

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.receiving_after import (
    ReceivingPolicyIn,
    ReceivingPolicyOut,
    ShelfLifeIn,
    ShelfLifeOut,
)
from purchases.selectors.receiving_policies import receiving_policies, shelf_life_rules
from purchases.services.receipts.policies import (
    receiving_policy_remove,
    receiving_policy_set,
    shelf_life_minimum_set,
)

SEE = "purchases.view"
POLICIES = "purchases.manage_receiving_policies"


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
