"""Endpoints of offers, their lines and the comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.pagination import PagePagination, page_of, stream_of
from purchases.api.serializers.common import NothingIn, OptionalReasonIn
from purchases.api.serializers.comparison import ComparisonFilter, ComparisonOut
from purchases.api.serializers.offers import (
    AcceptIn,
    CorrectIn,
    CreateProductIn,
    OfferFilter,
    OfferLineFilter,
    OfferLineOut,
    OfferOut,
    OfferTermsIn,
)
from purchases.models import OfferLine
from purchases.selectors.comparison import compare, need_of_product, needs_of_short_products
from purchases.selectors.offers import offer_by_id, offer_line_by_id, offer_lines, offers
from purchases.services.offers.offers import offer_rematch, offer_set_terms, offer_withdraw
from purchases.services.offers.review import (
    offer_line_accept,
    offer_line_correct,
    offer_line_create_product,
    offer_line_ignore,
    offer_line_reopen,
)


class OfferListView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(
        operation_id="offers_list", parameters=[OfferFilter], responses=stream_of(OfferOut)
    )
    def get(self, request: Request) -> Response:
        """Offers, newest first, with their lines counted by status."""
        return self.stream(offers(**self.query(OfferFilter)), OfferOut)


class OfferView(ApiView):
    permissions = {"get": "purchases.view", "patch": "purchases.review_offers"}

    @extend_schema(operation_id="offers_read", responses=OfferOut)
    def get(self, request: Request, offer_id: int) -> Response:
        """One offer."""
        return Response(OfferOut(offer_by_id(offer_id)).data)

    @extend_schema(
        operation_id="offers_set_terms",
        request=OfferTermsIn,
        responses=OfferOut,
        examples=[
            OpenApiExample(
                "Until the end, and the least order",
                value={"valid_until": "2026-12-31", "minimum_order_amount": "500000"},
                request_only=True,
            )
        ],
    )
    def patch(self, request: Request, offer_id: int) -> Response:
        """Correct the last day, the minimum order and the delivery days of an offer.

        What is not given stays; null: the offer does not say.
        """
        offer_set_terms(
            actor=self.actor, now=self.now, offer_id=offer_id, **self.parse(OfferTermsIn)
        )
        return Response(OfferOut(offer_by_id(offer_id)).data)


class OfferLineListView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(
        operation_id="offers_lines_list",
        parameters=[OfferLineFilter],
        responses=page_of(OfferLineOut),
    )
    def get(self, request: Request, offer_id: int) -> Response:
        """An offer's lines in the order of the document."""
        return self.page(offer_lines(offer_id, **self.query(OfferLineFilter)), OfferLineOut)


class OfferRematchView(ApiView):
    permissions = {"post": "purchases.review_offers"}

    @extend_schema(operation_id="offers_rematch", request=NothingIn, responses=OfferOut)
    def post(self, request: Request, offer_id: int) -> Response:
        """Read deals and match again what no person has decided."""
        self.parse(NothingIn)
        offer_rematch(actor=self.actor, now=self.now, offer_id=offer_id)
        return Response(OfferOut(offer_by_id(offer_id)).data)


class OfferWithdrawView(ApiView):
    permissions = {"post": "purchases.review_offers"}

    @extend_schema(
        operation_id="offers_withdraw",
        request=OptionalReasonIn,
        responses=OfferOut,
        examples=[
            OpenApiExample("Wrong file", value={"reason": "Last year's list"}, request_only=True)
        ],
    )
    def post(self, request: Request, offer_id: int) -> Response:
        """Take an offer out of every comparison for good."""
        offer_withdraw(
            actor=self.actor, now=self.now, offer_id=offer_id, **self.parse(OptionalReasonIn)
        )
        return Response(OfferOut(offer_by_id(offer_id)).data)


class OfferLineView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="offer_lines_read", responses=OfferLineOut)
    def get(self, request: Request, line_id: int) -> Response:
        """One offer line."""
        return Response(OfferLineOut(offer_line_by_id(line_id)).data)


class _LineDecisionView(ApiView):
    """One decision about a line, and the service that carries it out."""

    permissions = {"post": "purchases.review_offers"}
    service: ClassVar[Callable[..., OfferLine]]

    def decide(self, line_id: int, **words: Any) -> Response:
        type(self).service(actor=self.actor, now=self.now, line_id=line_id, **words)
        return Response(OfferLineOut(offer_line_by_id(line_id)).data)


class OfferLineAcceptView(_LineDecisionView):
    service = staticmethod(offer_line_accept)

    @extend_schema(
        operation_id="offer_lines_accept",
        request=AcceptIn,
        responses=OfferLineOut,
        examples=[OpenApiExample("A suggestion", value={"product_id": 17}, request_only=True)],
    )
    def post(self, request: Request, line_id: int) -> Response:
        """Take a suggestion; it is remembered for this supplier."""
        return self.decide(line_id, **self.parse(AcceptIn))


class OfferLineCorrectView(_LineDecisionView):
    service = staticmethod(offer_line_correct)

    @extend_schema(
        operation_id="offer_lines_correct",
        request=CorrectIn,
        responses=OfferLineOut,
        examples=[
            OpenApiExample(
                "Another product, and the deal as printed",
                value={"product_id": 18, "deal_text": "1+6"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, line_id: int) -> Response:
        """Say which product the line is; it is remembered for this supplier."""
        return self.decide(line_id, **self.parse(CorrectIn))


class OfferLineCreateProductView(_LineDecisionView):
    permissions = {"post": "inventory.manage_catalogue"}
    service = staticmethod(offer_line_create_product)

    @extend_schema(
        operation_id="offer_lines_create_product",
        request=CreateProductIn,
        responses=OfferLineOut,
        examples=[
            OpenApiExample(
                "A product we did not have",
                value={
                    "name_ar": "سيتامول",
                    "name_en": "Cetamol",
                    "strength": "500 mg",
                    "form": "tablet",
                    "min_stock": 20,
                    "max_stock": 60,
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, line_id: int) -> Response:
        """Add a product to the catalogue and decide that the line is it."""
        return self.decide(line_id, product=self.parse(CreateProductIn))


class OfferLineIgnoreView(_LineDecisionView):
    service = staticmethod(offer_line_ignore)

    @extend_schema(
        operation_id="offer_lines_ignore",
        request=OptionalReasonIn,
        responses=OfferLineOut,
        examples=[
            OpenApiExample("No medicine", value={"reason": "Toothbrushes"}, request_only=True)
        ],
    )
    def post(self, request: Request, line_id: int) -> Response:
        """Leave the line out."""
        return self.decide(line_id, **self.parse(OptionalReasonIn))


class OfferLineReopenView(_LineDecisionView):
    service = staticmethod(offer_line_reopen)

    @extend_schema(operation_id="offer_lines_reopen", request=NothingIn, responses=OfferLineOut)
    def post(self, request: Request, line_id: int) -> Response:
        """Undo a decision and forget what it taught."""
        self.parse(NothingIn)
        return self.decide(line_id)


class ComparisonView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(
        operation_id="offers_comparison",
        parameters=[ComparisonFilter],
        responses=page_of(ComparisonOut),
    )
    def get(self, request: Request) -> Response:
        """What products cost at every supplier, cheapest first by true unit cost.

        With `product_id` that product; without it everything short, greatest need first. Lines
        that do not count (stale, expired or withdrawn offer, under review, no price) are listed
        with their reason.
        """
        wanted = self.query(ComparisonFilter)
        if "product_id" in wanted:
            needed = need_of_product(**wanted, now=self.now)
        else:
            needed = needs_of_short_products(now=self.now)
        pages = PagePagination()
        page = pages.paginate_queryset(needed, request, view=self)
        compared = compare(dict(page or []), now=self.now)
        return pages.get_paginated_response(ComparisonOut(compared, many=True).data)
