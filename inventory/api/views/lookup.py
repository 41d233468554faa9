"""Endpoints that find products: while one types, by what may replace them, by a scan."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.pagination import page_of
from inventory.api.serializers.catalogue import ProductOut
from inventory.api.serializers.lookup import SuggestFilter
from inventory.api.views.catalogue import READ
from inventory.selectors.search import products_suggest
from inventory.selectors.substitutes import substitutes_of


class SuggestView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_search",
        parameters=[SuggestFilter],
        responses=ProductOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The products most likely meant by what was typed so far, best first.

        Arabic or English in any spelling; by name, strength, form, manufacturer, generic, other
        name, or barcode.
        """
        found = products_suggest(now=self.now, **self.query(SuggestFilter))
        return Response(ProductOut(found, many=True).data)


class SubstituteListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(operation_id="inventory_substitutes_list", responses=page_of(ProductOut))
    def get(self, request: Request, product_id: int) -> Response:
        """What may be handed out instead: same generics, strength and form, in stock first.

        422 `not_comparable` where these are not known of the product.
        """
        return self.page(substitutes_of(product_id, now=self.now), ProductOut)
