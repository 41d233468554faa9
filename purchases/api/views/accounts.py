"""Endpoints of what is owed to suppliers: account, statement, payables by due date."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.models import local_date
from files.public import ExportableView, export_schema
from purchases.api.serializers.accounts import (
    AccountFilter,
    DueAgeingFilter,
    DueAgeingOut,
    StatementFilter,
    SupplierAccountOut,
    SupplierStatementOut,
)
from purchases.selectors.ageing import due_ageing
from purchases.selectors.statement import statement
from purchases.selectors.supplier_account import account_with_exposure
from purchases.tables.accounts import due_ageing_table, statement_table


class SupplierAccountView(ApiView):
    permissions = {"get": "purchases.view_accounts"}

    @extend_schema(
        operation_id="supplier_accounts_read",
        parameters=[AccountFilter],
        responses=SupplierAccountOut,
    )
    def get(self, request: Request, supplier_id: int) -> Response:
        """What is owed to a supplier and why: open invoices, goods not billed, free payments."""
        wanted = {"as_of": local_date(self.now), **self.query(AccountFilter)}
        return Response(SupplierAccountOut(account_with_exposure(supplier_id, **wanted)).data)


class SupplierStatementView(ExportableView):
    permissions = {"get": "purchases.view_accounts"}

    @export_schema(
        operation_id="supplier_accounts_statement",
        parameters=[StatementFilter],
        response=SupplierStatementOut,
    )
    def get(self, request: Request, supplier_id: int) -> HttpResponseBase:
        """Every receipt, invoice, payment and credit of a supplier, with the running balance."""
        wanted: dict[str, Any] = {"as_of": local_date(self.now), **self.query(StatementFilter)}
        report = statement(supplier_id, **wanted)
        return self.report(
            body=lambda: SupplierStatementOut(report).data,
            table=lambda: statement_table(report, now=self.now),
        )


class DueAgeingView(ExportableView):
    permissions = {"get": "purchases.view_accounts"}

    @export_schema(
        operation_id="supplier_accounts_ageing",
        parameters=[DueAgeingFilter],
        response=DueAgeingOut,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Open invoices by how long they are overdue, supplier by supplier."""
        wanted: dict[str, Any] = {"as_of": local_date(self.now), **self.query(DueAgeingFilter)}
        report = due_ageing(**wanted)
        return self.report(
            body=lambda: DueAgeingOut(report).data,
            table=lambda: due_ageing_table(report, now=self.now),
        )
