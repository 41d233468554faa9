"""Endpoints of suppliers, their terms, divisions and contacts."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from core.pagination import page_of
from purchases.api.serializers.suppliers import (
    ContactIn,
    ContactOut,
    DivisionChangeIn,
    DivisionIn,
    DivisionOut,
    SupplierChangeIn,
    SupplierDetailOut,
    SupplierFilter,
    SupplierIn,
    SupplierOut,
    TermsIn,
)
from purchases.selectors.suppliers import (
    contacts,
    division_by_id,
    divisions,
    supplier_by_id,
    suppliers,
)
from purchases.services.suppliers.contacts import contact_create, contact_delete, contact_update
from purchases.services.suppliers.divisions import division_create, division_update
from purchases.services.suppliers.suppliers import (
    supplier_create,
    supplier_terms_change,
    supplier_update,
)

MANAGE = "purchases.manage_suppliers"


class _SupplierAnswer(ApiView):
    """Views that answer with one supplier as it is now."""

    def supplier(self, supplier_id: int, *, status: int = 200) -> Response:
        context = {**self.serializer_context(), "now": self.now}
        shown = SupplierDetailOut(supplier_by_id(supplier_id), context=context)
        return Response(shown.data, status=status)


class SupplierListView(_SupplierAnswer):
    permissions = {"get": "purchases.view", "post": MANAGE}

    @extend_schema(
        operation_id="suppliers_list",
        parameters=[SupplierFilter],
        responses=page_of(SupplierOut),
    )
    def get(self, request: Request) -> Response:
        """Suppliers by name, with their terms and the people to talk to."""
        return self.page(suppliers(**self.query(SupplierFilter)), SupplierOut)

    @extend_schema(
        operation_id="suppliers_create",
        request=SupplierIn,
        responses={201: SupplierDetailOut},
        examples=[
            OpenApiExample(
                "A Syrian warehouse",
                value={
                    "name": "مستودع الشام",
                    "deal_direction": "free_first",
                    "order_email": "orders@sham.example",
                    "contacts": [
                        {"name": "أبو سامر", "role": "sales", "whatsapp": "+963 944 123456"}
                    ],
                    "terms": {
                        "lead_days": 1,
                        "delivery_weekdays": [1, 3, 6],
                        "cut_off": "14:00",
                        "minimum_order_amount": "500000",
                        "payment_days": 30,
                    },
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Add a supplier. 409 `supplier_name_taken` for another spelling of a known name."""
        supplier = supplier_create(actor=self.actor, now=self.now, **self.parse(SupplierIn))
        return self.supplier(supplier.pk, status=HTTP_201_CREATED)


class SupplierView(_SupplierAnswer):
    permissions = {"get": "purchases.view", "patch": MANAGE}

    @extend_schema(operation_id="suppliers_read", responses=SupplierDetailOut)
    def get(self, request: Request, supplier_id: int) -> Response:
        """One supplier: terms, contacts, divisions, and when an order of now would come."""
        return self.supplier(supplier_id)

    @extend_schema(
        operation_id="suppliers_update",
        request=SupplierChangeIn,
        responses=SupplierDetailOut,
        examples=[
            OpenApiExample("Receive at once", value={"immediate_receipt": True}, request_only=True)
        ],
    )
    def patch(self, request: Request, supplier_id: int) -> Response:
        """Change what is given; deactivating takes a supplier's offers out of comparison."""
        supplier_update(
            actor=self.actor,
            now=self.now,
            supplier_id=supplier_id,
            **self.parse(SupplierChangeIn),
        )
        return self.supplier(supplier_id)


class SupplierTermsView(_SupplierAnswer):
    permissions = {"patch": MANAGE}

    @extend_schema(
        operation_id="suppliers_terms_change",
        request=TermsIn,
        responses=SupplierDetailOut,
        examples=[
            OpenApiExample(
                "Two percent off within ten days, otherwise due after thirty",
                value={
                    "payment_days": 30,
                    "early_payment_percent": "2.00",
                    "early_payment_days": 10,
                    "credit_limit": "20000000",
                },
                request_only=True,
            )
        ],
    )
    def patch(self, request: Request, supplier_id: int) -> Response:
        """Change the terms that are given. 422 `supplier_terms_refused` where they contradict."""
        supplier_terms_change(
            actor=self.actor, now=self.now, supplier_id=supplier_id, **self.parse(TermsIn)
        )
        return self.supplier(supplier_id)


class SupplierContactListView(ApiView):
    permissions = {"get": "purchases.view", "post": MANAGE}

    @extend_schema(operation_id="supplier_contacts_list", responses=page_of(ContactOut))
    def get(self, request: Request, supplier_id: int) -> Response:
        """The people of a supplier and of its divisions."""
        return self.page(contacts(supplier_id), ContactOut)

    @extend_schema(
        operation_id="supplier_contacts_create",
        request=ContactIn,
        responses={201: ContactOut},
        examples=[
            OpenApiExample(
                "Accounts",
                value={"name": "Rima", "role": "accounts", "email": "rima@sham.example"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, supplier_id: int) -> Response:
        """Add a contact; the first one is the primary one."""
        contact = contact_create(
            actor=self.actor, now=self.now, supplier_id=supplier_id, **self.parse(ContactIn)
        )
        return Response(ContactOut(contact).data, status=HTTP_201_CREATED)


class SupplierContactView(ApiView):
    permissions = {"patch": MANAGE, "delete": MANAGE}

    @extend_schema(
        operation_id="supplier_contacts_update",
        request=ContactIn,
        responses=ContactOut,
        examples=[OpenApiExample("Primary", value={"is_primary": True}, request_only=True)],
    )
    def patch(self, request: Request, contact_id: int) -> Response:
        """Change what is given."""
        contact = contact_update(
            actor=self.actor, now=self.now, contact_id=contact_id, **self.parse(ContactIn)
        )
        return Response(ContactOut(contact).data)

    @extend_schema(operation_id="supplier_contacts_delete", responses={204: None})
    def delete(self, request: Request, contact_id: int) -> Response:
        """Forget a contact; the audit keeps that there was one."""
        contact_delete(actor=self.actor, now=self.now, contact_id=contact_id)
        return Response(status=HTTP_204_NO_CONTENT)


class SupplierDivisionListView(ApiView):
    permissions = {"get": "purchases.view", "post": MANAGE}

    @extend_schema(operation_id="supplier_divisions_list", responses=page_of(DivisionOut))
    def get(self, request: Request, supplier_id: int) -> Response:
        """The sales divisions of a supplier, with what each carries."""
        return self.page(divisions(supplier_id), DivisionOut)

    @extend_schema(
        operation_id="supplier_divisions_create",
        request=DivisionIn,
        responses={201: DivisionOut},
        examples=[
            OpenApiExample(
                "Imported companies, delivered on Sundays only",
                value={
                    "name": "Imports",
                    "companies": ["Novartis", "Sanofi"],
                    "order_email": "imports@sham.example",
                    "delivery_weekdays": [7],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, supplier_id: int) -> Response:
        """Add a sales division."""
        division = division_create(
            actor=self.actor, now=self.now, supplier_id=supplier_id, **self.parse(DivisionIn)
        )
        return Response(DivisionOut(division_by_id(division.pk)).data, status=HTTP_201_CREATED)


class SupplierDivisionView(ApiView):
    permissions = {"get": "purchases.view", "patch": MANAGE}

    @extend_schema(operation_id="supplier_divisions_read", responses=DivisionOut)
    def get(self, request: Request, division_id: int) -> Response:
        """One division."""
        return Response(DivisionOut(division_by_id(division_id)).data)

    @extend_schema(
        operation_id="supplier_divisions_update",
        request=DivisionChangeIn,
        responses=DivisionOut,
        examples=[OpenApiExample("Closed", value={"is_active": False}, request_only=True)],
    )
    def patch(self, request: Request, division_id: int) -> Response:
        """Change what is given; companies and products are replaced as a whole."""
        division_update(
            actor=self.actor,
            now=self.now,
            division_id=division_id,
            **self.parse(DivisionChangeIn),
        )
        return Response(DivisionOut(division_by_id(division_id)).data)
