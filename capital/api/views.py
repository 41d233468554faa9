"""Endpoints to read the ledger and commitments."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from capital import selectors
from capital.api.serializers.ledger import (
    CapitalSummaryOut,
    CommitmentFilter,
    CommitmentOut,
    EntryDetailOut,
    EntryFilter,
    EntryOut,
    PayableOut,
    TrialBalanceFilter,
    TrialBalanceOut,
)
from core.api import ApiView
from core.pagination import stream_of


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
        return Response(EntryDetailOut(selectors.entry_get(entry_id)).data)


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
