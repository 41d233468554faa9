"""The till and what it sold."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from sales import selectors, services
from sales.api.serializers import CheckoutIn, SaleCostsOut, SaleFilter, SaleOut, SaleRowOut


class CheckoutView(ApiView):
    permissions = {"post": "sales.checkout"}

    @extend_schema(
        operation_id="pos_checkout",
        request=CheckoutIn,
        responses={201: SaleOut},
        examples=[
            OpenApiExample(
                "A box and two strips",
                value={
                    "lines": [
                        {"product_id": 12, "packaging_id": 3, "quantity": 1},
                        {"product_id": 40, "quantity": 2},
                    ],
                    "payment": {"method": "cash", "tendered": "50000"},
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Sell a basket for cash at the server's prices; first expiring batches leave first.

        A controlled product is sold with its `prescription` only. 409 `insufficient_stock` and
        422 `sale_lines_refused` name the lines; 422 `insufficient_tender` gives the total. Send
        an `Idempotency-Key`: a repeated request answers with the same sale.
        """
        sale_id = services.sale_checkout(actor=self.actor, now=self.now, **self.parse(CheckoutIn))
        return Response(SaleOut(selectors.sale_get(sale_id)).data, status=HTTP_201_CREATED)


class SaleListView(ApiView):
    permissions = {"get": "sales.view"}

    @extend_schema(
        operation_id="sales_list", parameters=[SaleFilter], responses=stream_of(SaleRowOut)
    )
    def get(self, request: Request) -> Response:
        """Sales, newest first."""
        return self.stream(selectors.sales(**self.query(SaleFilter)), SaleRowOut)


class SaleView(ApiView):
    permissions = {"get": "sales.view"}

    @extend_schema(operation_id="sales_read", responses=SaleOut)
    def get(self, request: Request, sale_id: int) -> Response:
        """One sale with its lines."""
        return Response(SaleOut(selectors.sale_get(sale_id)).data)


class SaleCostsView(ApiView):
    permissions = {"get": "sales.view_costs"}

    @extend_schema(operation_id="sales_costs_read", responses=SaleCostsOut)
    def get(self, request: Request, sale_id: int) -> Response:
        """What the goods of one sale had cost, and the batches they came from."""
        return Response(SaleCostsOut(selectors.sale_get_costed(sale_id)).data)
