"""Endpoints of the ledger, of commitments and of capital operations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from capital import selectors
from capital.api.serializers import (
    AccountOut,
    CapitalSummaryOut,
    CommitmentFilter,
    CommitmentOut,
    EntryDetailOut,
    EntryFilter,
    EntryOut,
    OperationIn,
    PayableOut,
    ReversalIn,
    SupplierPaymentIn,
    TrialBalanceFilter,
    TrialBalanceOut,
)
from capital.services import operations
from core.api import ApiView
from core.pagination import stream_of


def _example(name: str, **value: Any) -> list[OpenApiExample]:
    return [OpenApiExample(name, value=value, request_only=True)]


class CapitalSummaryView(ApiView):
    permissions = {"get": "capital.view"}

    @extend_schema(
        operation_id="capital_summary",
        responses=CapitalSummaryOut,
        examples=[
            OpenApiExample(
                "After a first order",
                value={
                    "currency": "SYP",
                    "cash": "1200000.00",
                    "bank": "800000.00",
                    "liquid": "2000000.00",
                    "stock_at_cost": "350000.00",
                    "payables": "350000.00",
                    "receivables": "0.00",
                    "committed": "450000.00",
                    "available": "1550000.00",
                    "available_after_payables": "1200000.00",
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Money in hand, stock at cost, debts, promises, and what may still be spent."""
        return Response(CapitalSummaryOut(selectors.capital_summary()).data)


class AccountListView(ApiView):
    permissions = {"get": "capital.view"}

    @extend_schema(operation_id="capital_accounts_list", responses=AccountOut(many=True))
    def get(self, request: Request) -> Response:
        """The chart of accounts with balances."""
        return Response(AccountOut(selectors.accounts_with_balances(), many=True).data)


class TrialBalanceView(ApiView):
    permissions = {"get": "capital.view"}

    @extend_schema(
        operation_id="capital_trial_balance",
        parameters=[TrialBalanceFilter],
        responses=TrialBalanceOut,
    )
    def get(self, request: Request) -> Response:
        """Every account's balance, now or at the end of a past day; both totals are equal."""
        balance = selectors.trial_balance(**self.query(TrialBalanceFilter))
        return Response(TrialBalanceOut(balance).data)


class PayableListView(ApiView):
    permissions = {"get": "capital.view"}

    @extend_schema(operation_id="capital_payables_list", responses=PayableOut(many=True))
    def get(self, request: Request) -> Response:
        """What is owed to each supplier, largest first."""
        return Response(PayableOut(selectors.payables(), many=True).data)


class EntryListView(ApiView):
    permissions = {"get": "capital.view"}

    @extend_schema(
        operation_id="capital_entries_list",
        parameters=[EntryFilter],
        responses=stream_of(EntryOut),
    )
    def get(self, request: Request) -> Response:
        """The journal, newest first."""
        filters = self.query(EntryFilter)
        return self.stream(
            selectors.entries(**filters), EntryOut, ordering=selectors.entries_order(**filters)
        )


class EntryView(ApiView):
    permissions = {"get": "capital.view"}

    @extend_schema(operation_id="capital_entries_read", responses=EntryDetailOut)
    def get(self, request: Request, entry_id: int) -> Response:
        """One journal entry with its lines."""
        return _entry(entry_id)


class EntryReversalView(ApiView):
    permissions = {"post": "capital.reverse"}

    @extend_schema(
        operation_id="capital_entries_reverse",
        request=ReversalIn,
        responses={201: EntryDetailOut},
        examples=_example("Typed twice", reason="The same payment was entered twice"),
    )
    def post(self, request: Request, entry_id: int) -> Response:
        """Post the mirror image of a contribution, withdrawal or payment.

        409 `entry_belongs_to_document` for entries of receipts, sales and adjustments, which move
        stock too: undo those where they were made.
        """
        reversal_id = operations.operation_reverse(
            actor=self.actor, now=self.now, entry_id=entry_id, **self.parse(ReversalIn)
        )
        return _entry(reversal_id, status=HTTP_201_CREATED)


class OwnerContributionView(ApiView):
    permissions = {"post": "capital.post"}

    @extend_schema(
        operation_id="capital_owner_contributions_create",
        request=OperationIn,
        responses={201: EntryDetailOut},
        examples=_example("First money", amount="2000000", account="cash", memo="Opening float"),
    )
    def post(self, request: Request) -> Response:
        """The owner puts money in: debit cash or bank, credit the owner's capital."""
        entry_id = operations.owner_contribution_record(
            actor=self.actor, now=self.now, **self.parse(OperationIn)
        )
        return _entry(entry_id, status=HTTP_201_CREATED)


class OwnerWithdrawalView(ApiView):
    permissions = {"post": "capital.post"}

    @extend_schema(
        operation_id="capital_owner_withdrawals_create",
        request=OperationIn,
        responses={201: EntryDetailOut},
        examples=_example("Drawings", amount="150000", account="bank", memo="March"),
    )
    def post(self, request: Request) -> Response:
        """The owner takes money out: debit drawings, credit cash or bank.

        409 `insufficient_capital` where the money is promised to orders, `insufficient_funds`
        where the account holds less.
        """
        entry_id = operations.owner_withdrawal_record(
            actor=self.actor, now=self.now, **self.parse(OperationIn)
        )
        return _entry(entry_id, status=HTTP_201_CREATED)


class SupplierPaymentView(ApiView):
    permissions = {"post": "capital.pay"}

    @extend_schema(
        operation_id="capital_supplier_payments_create",
        request=SupplierPaymentIn,
        responses={201: EntryDetailOut},
        examples=_example(
            "Part of an invoice", supplier_id=7, amount="120000", account="cash", memo="INV 553"
        ),
    )
    def post(self, request: Request) -> Response:
        """Pay a supplier part or all of what is owed: debit payables, credit cash or bank.

        422 `payment_exceeds_payable` beyond the debt, 409 `insufficient_funds` beyond the account.
        """
        entry_id = operations.supplier_payment_record(
            actor=self.actor, now=self.now, **self.parse(SupplierPaymentIn)
        )
        return _entry(entry_id, status=HTTP_201_CREATED)


class CommitmentListView(ApiView):
    permissions = {"get": "capital.view"}

    @extend_schema(
        operation_id="capital_commitments_list",
        parameters=[CommitmentFilter],
        responses=stream_of(CommitmentOut),
    )
    def get(self, request: Request) -> Response:
        """Money promised to documents, newest first."""
        return self.stream(selectors.commitments(**self.query(CommitmentFilter)), CommitmentOut)


def _entry(entry_id: int, **kwargs: Any) -> Response:
    return Response(EntryDetailOut(selectors.entry_get(entry_id)).data, **kwargs)
