"""Endpoints of price history and of learnt names."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.prices import (
    LearntNameFilter,
    LearntNameOut,
    PriceHistoryFilter,
    PricePointOut,
)
from purchases.selectors.learnt_names import learnt_names
from purchases.selectors.price_history import price_history
from purchases.services.offers.learning import learnt_name_forget


class PriceHistoryView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(
        operation_id="products_price_history",
        parameters=[PriceHistoryFilter],
        responses=stream_of(PricePointOut),
    )
    def get(self, request: Request, product_id: int) -> Response:
        """What a product has cost at its suppliers, newest first, true cost under deals too."""
        return self.stream(
            price_history(product_id, **self.query(PriceHistoryFilter)), PricePointOut
        )


class LearntNameListView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(
        operation_id="learnt_names_list",
        parameters=[LearntNameFilter],
        responses=stream_of(LearntNameOut),
    )
    def get(self, request: Request) -> Response:
        """What people taught about suppliers' names, newest first."""
        return self.stream(learnt_names(**self.query(LearntNameFilter)), LearntNameOut)


class LearntNameView(ApiView):
    permissions = {"delete": "purchases.review_offers"}

    @extend_schema(operation_id="learnt_names_forget", request=None, responses={204: None})
    def delete(self, request: Request, alias_id: int) -> Response:
        """Forget a learnt name; the lines it decided wait for review again."""
        learnt_name_forget(actor=self.actor, now=self.now, alias_id=alias_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
