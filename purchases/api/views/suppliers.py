"""Endpoints of suppliers."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import page_of
from purchases.api.serializers.suppliers import (
    SupplierChangeIn,
    SupplierFilter,
    SupplierIn,
    SupplierOut,
)
from purchases.selectors.suppliers import supplier_by_id, suppliers
from purchases.services.suppliers import supplier_create, supplier_update


class SupplierListView(ApiView):
    permissions = {"get": "purchases.view", "post": "purchases.manage_suppliers"}

    @extend_schema(
        operation_id="suppliers_list",
        parameters=[SupplierFilter],
        responses=page_of(SupplierOut),
    )
    def get(self, request: Request) -> Response:
        """Suppliers by name."""
        return self.page(suppliers(**self.query(SupplierFilter)), SupplierOut)

    @extend_schema(
        operation_id="suppliers_create",
        request=SupplierIn,
        responses={201: SupplierOut},
        examples=[
            OpenApiExample(
                "A Syrian warehouse",
                value={
                    "name": "مستودع الشام",
                    "phone": "+963 11 1234567",
                    "deal_direction": "free_first",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Add a supplier. 409 `supplier_name_taken` for another spelling of a known name."""
        supplier = supplier_create(actor=self.actor, now=self.now, **self.parse(SupplierIn))
        return Response(SupplierOut(supplier).data, status=HTTP_201_CREATED)


class SupplierView(ApiView):
    permissions = {"get": "purchases.view", "patch": "purchases.manage_suppliers"}

    @extend_schema(operation_id="suppliers_read", responses=SupplierOut)
    def get(self, request: Request, supplier_id: int) -> Response:
        """One supplier."""
        return Response(SupplierOut(supplier_by_id(supplier_id)).data)

    @extend_schema(
        operation_id="suppliers_update",
        request=SupplierChangeIn,
        responses=SupplierOut,
        examples=[
            OpenApiExample("Receive at once", value={"immediate_receipt": True}, request_only=True)
        ],
    )
    def patch(self, request: Request, supplier_id: int) -> Response:
        """Change what is given; deactivating takes a supplier's offers out of comparison."""
        supplier = supplier_update(
            actor=self.actor,
            now=self.now,
            supplier_id=supplier_id,
            **self.parse(SupplierChangeIn),
        )
        return Response(SupplierOut(supplier).data)
