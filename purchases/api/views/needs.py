"""Endpoints of needs and of the policies they are worked out with."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from purchases.api.serializers.needs import NeedPolicyIn, NeedPolicyOut
from purchases.selectors.need_policies import need_policies
from purchases.services.need_policies import need_policy_update


class NeedPolicyListView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_need_policies_list", responses=NeedPolicyOut(many=True))
    def get(self, request: Request) -> Response:
        """Service level and times of every ABC class, A first."""
        return Response(NeedPolicyOut(need_policies(), many=True).data)


class NeedPolicyView(ApiView):
    permissions = {"patch": "purchases.manage_need_policies"}

    @extend_schema(
        operation_id="purchase_need_policies_update",
        request=NeedPolicyIn,
        responses=NeedPolicyOut,
        examples=[
            OpenApiExample(
                "Best sellers must not run out",
                value={"service_level": "0.9900", "review_days": 3},
                request_only=True,
            )
        ],
    )
    def patch(self, request: Request, abc_class: str) -> Response:
        """Set how well a class is to be stocked; what is not given stays."""
        policy = need_policy_update(
            actor=self.actor, now=self.now, abc_class=abc_class, **self.parse(NeedPolicyIn)
        )
        return Response(NeedPolicyOut(policy).data)
