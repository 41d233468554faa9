"""Endpoints that find products: while one types, by what may replace them, by a scan."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.pagination import page_of
from inventory.api.serializers.catalogue import ProductDetailOut, ProductOut
from inventory.api.serializers.lookup import MergeIn, ScannedTextIn, ScanOut, SuggestFilter
from inventory.api.views.catalogue import READ, example
from inventory.selectors.catalogue import product_detail
from inventory.selectors.scan_results import scan_resolve
from inventory.selectors.search import products_suggest
from inventory.selectors.substitutes import substitutes_of
from inventory.services.merging import products_merge


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


class ScanView(ApiView):
    permissions = {"post": READ}
    idempotent = False  # it only reads; a body, because separators do not survive in addresses

    @extend_schema(
        operation_id="inventory_scan",
        request=ScannedTextIn,
        responses=ScanOut,
        examples=example(
            "GS1 DataMatrix of a box", text="]d201062212345678941728063010L45\x1d21000123"
        ),
    )
    def post(self, request: Request) -> Response:
        """What a scanned text stands for: product, pack, quantity, batch, expiry, serial.

        Takes GTINs, GS1 element strings (DataMatrix, GS1-128, or typed with brackets), the
        pharmacy's own codes, article numbers and labels of its scales. `warnings` name what to
        look at: unknown_product, unreadable, unknown_packaging, separator_missing, expired,
        unknown_batch, expiry_differs, quarantined, recalled, not_sellable,
        weight_is_no_quantity, price_is_no_quantity.
        """
        return Response(ScanOut(scan_resolve(now=self.now, **self.parse(ScannedTextIn))).data)


class SubstituteListView(ApiView):
    permissions = {"get": READ}
    extra_problems = (422,)

    @extend_schema(operation_id="inventory_substitutes_list", responses=page_of(ProductOut))
    def get(self, request: Request, product_id: int) -> Response:
        """What may be handed out instead: same generics, strength and form, in stock first.

        422 `not_comparable` where these are not known of the product.
        """
        return self.page(substitutes_of(product_id, now=self.now), ProductOut)


class MergeView(ApiView):
    permissions = {"post": "inventory.merge"}

    @extend_schema(
        operation_id="inventory_products_merge",
        request=MergeIn,
        responses=ProductDetailOut,
        examples=example("The same box twice", merged_id=812, reason="Entered twice by the import"),
    )
    def post(self, request: Request, product_id: int) -> Response:
        """Make one product of two: everything of `merged_id` becomes this product's.

        409 `merge_refused` names what does not fit: another base unit, controlled class, generics
        or form, a product that has ended, a running stock count. It cannot be undone.
        """
        products_merge(actor=self.actor, now=self.now, kept_id=product_id, **self.parse(MergeIn))
        return Response(ProductDetailOut(product_detail(product_id, now=self.now)).data)
