"""Endpoints of needs, of their policies, and of the quantities worth buying."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.pagination import PagePagination, page_of
from purchases.api.serializers.needs import NeedFiguresOut, NeedFilter, NeedPolicyIn, NeedPolicyOut
from purchases.api.serializers.quantities import QuantitiesFilter, QuantitiesOut
from purchases.selectors.need_policies import need_policies
from purchases.selectors.needs import need_of, needs_list
from purchases.selectors.quantities import line_quantities
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


class NeedListView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(
        operation_id="purchase_needs_list",
        parameters=[NeedFilter],
        responses=page_of(NeedFiguresOut),
    )
    def get(self, request: Request) -> Response:
        """What is needed of every product that may be ordered, shortest cover first."""
        pages = PagePagination()
        found = needs_list(now=self.now, **self.query(NeedFilter))
        page = pages.paginate_queryset(found, request, view=self)
        shown = NeedFiguresOut(page, many=True, context=self.serializer_context())
        return pages.get_paginated_response(shown.data)


class NeedView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_needs_read", responses=NeedFiguresOut)
    def get(self, request: Request, product_id: int) -> Response:
        """The figures of one product; 404 where it may not be ordered."""
        return Response(NeedFiguresOut(need_of(product_id=product_id, now=self.now)).data)


class OfferLineQuotesView(ApiView):
    permissions = {"get": "purchases.view"}
    extra_problems = (422,)

    @extend_schema(
        operation_id="offer_lines_quotes", parameters=[QuantitiesFilter], responses=QuantitiesOut
    )
    def get(self, request: Request, line_id: int) -> Response:
        """The cheapest ways to buy a quantity of a line, and where a unit gets cheaper."""
        found = line_quantities(line_id=line_id, now=self.now, **self.query(QuantitiesFilter))
        return Response(QuantitiesOut(found).data)
