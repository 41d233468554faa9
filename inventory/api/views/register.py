"""Endpoints of the controlled-drug register and of second signatures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import page_of, stream_of
from files.public import ExportableView, export_schema
from inventory.api.serializers.operations import RepackIn, StockReasonIn
from inventory.api.serializers.register import (
    EntriesFilter,
    PeriodFilter,
    RegisterEntryOut,
    RegisterFilter,
    RegisterOut,
    RegisterPeriodOut,
    SignatureFilter,
    SignatureNoteIn,
    SignatureOut,
)
from inventory.api.serializers.stock import AdjustmentIn, IssueIn, ReceiptIn
from inventory.api.views.catalogue import example
from inventory.models import MovementKind, MovementReason
from inventory.register_table import register_table
from inventory.selectors import register as selectors
from inventory.services.register import signatures

VIEW = "inventory.view_register"
SIGN = "inventory.sign_controlled"


class RegisterListView(ApiView):
    permissions = {"get": VIEW}

    @extend_schema(
        operation_id="inventory_registers_list",
        parameters=[RegisterFilter],
        responses=page_of(RegisterOut),
    )
    def get(self, request: Request) -> Response:
        """Products that have a register, each with its balance."""
        return self.page(selectors.registers_list(**self.query(RegisterFilter)), RegisterOut)


class RegisterEntryListView(ApiView):
    permissions = {"get": VIEW}

    @extend_schema(
        operation_id="inventory_register_entries_list",
        parameters=[EntriesFilter],
        responses=stream_of(RegisterEntryOut),
    )
    def get(self, request: Request, product_id: int) -> Response:
        """The rows of one product's register, newest first."""
        entries = selectors.register_entries(product_id, **self.query(EntriesFilter))
        return self.stream(entries, RegisterEntryOut, ordering="-sequence")


class RegisterPeriodView(ExportableView):
    permissions = {"get": VIEW}

    @export_schema(
        operation_id="inventory_register_period",
        parameters=[PeriodFilter],
        response=RegisterPeriodOut,
    )
    def get(self, request: Request, product_id: int) -> HttpResponseBase:
        """One product's register over a period, to be printed: `format=pdf`, `csv` or `xlsx`."""
        period = selectors.register_period(product_id, **self.query(PeriodFilter))
        return self.report(
            body=lambda: RegisterPeriodOut(period).data,
            table=lambda: register_table(period, now=self.now),
        )


class SignatureView(ApiView):
    """Base of the views of second signatures: a request as the answer."""

    def answer(self, request_id: UUID, **kwargs: Any) -> Response:
        return Response(SignatureOut(selectors.signature_request(request_id)).data, **kwargs)

    def ask(self, kind: MovementKind, serializer: Any) -> Response:
        request_id = signatures.signature_ask(
            actor=self.actor, now=self.now, kind=kind, **self.parse(serializer)
        )
        return self.answer(request_id, status=HTTP_201_CREATED)


class ControlledReceiptView(SignatureView):
    permissions = {"post": "inventory.receive"}

    @extend_schema(
        operation_id="inventory_controlled_receive",
        request=ReceiptIn,
        responses={201: SignatureOut},
    )
    def post(self, request: Request) -> Response:
        """Ask for a second signature under a receipt by hand of controlled products."""
        return self.ask(MovementKind.RECEIPT, ReceiptIn)


class ControlledIssueView(SignatureView):
    permissions = {"post": "inventory.issue"}

    @extend_schema(
        operation_id="inventory_controlled_issue", request=IssueIn, responses={201: SignatureOut}
    )
    def post(self, request: Request) -> Response:
        """Ask for a second signature under an issue by hand of controlled products."""
        return self.ask(MovementKind.ISSUE, IssueIn)


class ControlledAdjustmentView(SignatureView):
    permissions = {"post": "inventory.adjust"}

    @extend_schema(
        operation_id="inventory_controlled_adjust",
        request=AdjustmentIn,
        responses={201: SignatureOut},
        examples=example(
            "A broken ampoule",
            reason="damage",
            note="Dropped, two witnesses",
            lines=[{"batch_id": 31, "quantity": -1}],
        ),
    )
    def post(self, request: Request) -> Response:
        """Ask for a second signature under an adjustment of controlled products.

        Nothing moves before somebody else signs; what could not be posted is refused at once.
        """
        return self.ask(MovementKind.ADJUSTMENT, AdjustmentIn)


class ControlledRepackView(SignatureView):
    permissions = {"post": "inventory.repack"}

    @extend_schema(
        operation_id="inventory_controlled_repack", request=RepackIn, responses={201: SignatureOut}
    )
    def post(self, request: Request) -> Response:
        """Ask for a second signature under the repacking of controlled products."""
        request_id = signatures.signature_ask(
            actor=self.actor,
            now=self.now,
            kind=MovementKind.REPACK,
            reason=MovementReason.REPACKING,
            **self.parse(RepackIn),
        )
        return self.answer(request_id, status=HTTP_201_CREATED)


class ControlledReversalView(SignatureView):
    permissions = {"post": "inventory.reverse_document"}

    @extend_schema(
        operation_id="inventory_controlled_reverse",
        request=StockReasonIn,
        responses={201: SignatureOut},
    )
    def post(self, request: Request, document_id: UUID) -> Response:
        """Ask for a second signature under the undoing of a document over controlled products."""
        request_id = signatures.signature_ask_reversal(
            actor=self.actor, now=self.now, document_id=document_id, **self.parse(StockReasonIn)
        )
        return self.answer(request_id, status=HTTP_201_CREATED)


class SignatureListView(SignatureView):
    permissions = {"get": SIGN}

    @extend_schema(
        operation_id="inventory_signatures_list",
        parameters=[SignatureFilter],
        responses=stream_of(SignatureOut),
    )
    def get(self, request: Request) -> Response:
        """What waits for a second signature, and what became of the rest; newest first."""
        requests = selectors.signature_requests(**self.query(SignatureFilter))
        return self.stream(requests, SignatureOut, ordering=("-requested_at", "-id"))


class SignatureDetailView(SignatureView):
    permissions = {"get": SIGN}

    @extend_schema(operation_id="inventory_signatures_read", responses=SignatureOut)
    def get(self, request: Request, request_id: UUID) -> Response:
        """One request for a second signature."""
        return self.answer(request_id)


class SignatureSignView(SignatureView):
    permissions = {"post": SIGN}

    @extend_schema(operation_id="inventory_signatures_sign", request=None, responses=SignatureOut)
    def post(self, request: Request, request_id: UUID) -> Response:
        """Sign, as another person than who asked (422 `signer_is_requester`), and post it."""
        signatures.signature_give(actor=self.actor, now=self.now, request_id=request_id)
        return self.answer(request_id)


class SignatureRefuseView(SignatureView):
    permissions = {"post": SIGN}

    @extend_schema(
        operation_id="inventory_signatures_refuse", request=SignatureNoteIn, responses=SignatureOut
    )
    def post(self, request: Request, request_id: UUID) -> Response:
        """Do not sign, saying why."""
        signatures.signature_refuse(
            actor=self.actor, now=self.now, request_id=request_id, **self.parse(SignatureNoteIn)
        )
        return self.answer(request_id)


class SignatureWithdrawView(SignatureView):
    permissions = {"post": "inventory.view"}

    @extend_schema(
        operation_id="inventory_signatures_withdraw", request=None, responses=SignatureOut
    )
    def post(self, request: Request, request_id: UUID) -> Response:
        """Take one's own request back (403 `not_the_requester` for others)."""
        signatures.signature_withdraw(actor=self.actor, now=self.now, request_id=request_id)
        return self.answer(request_id)
