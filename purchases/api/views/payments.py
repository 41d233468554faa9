"""Endpoints of payments to suppliers, settlements and credit notes."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.common import ReasonIn
from purchases.api.serializers.invoices import InvoiceDetailOut
from purchases.api.serializers.payments import (
    AllocateIn,
    CreditNoteDetailOut,
    CreditNoteFilter,
    CreditNoteIn,
    CreditNoteOut,
    PaymentDetailOut,
    PaymentFilter,
    PaymentIn,
    PaymentOut,
    SettlementUndoIn,
    SharesIn,
)
from purchases.selectors.invoices import invoice_by_id
from purchases.selectors.payments import payment_by_id, payments
from purchases.selectors.returns import credit_note_by_id, credit_notes
from purchases.services.invoices.credit_notes import (
    credit_note_allocate,
    credit_note_enter,
    credit_note_reverse,
)
from purchases.services.payments.payments import payment_allocate, payment_make, payment_reverse
from purchases.services.payments.settlements import settlement_undo

_NAMED = {"invoices": [{"invoice_id": 12, "amount": "500.00"}]}


class PaymentListView(ApiView):
    permissions = {"get": "purchases.view_accounts", "post": "capital.pay"}

    @extend_schema(
        operation_id="supplier_payments_list",
        parameters=[PaymentFilter],
        responses=stream_of(PaymentOut),
    )
    def get(self, request: Request) -> Response:
        """Payments to suppliers, newest first, wherever they were recorded."""
        return self.stream(payments(**self.query(PaymentFilter)), PaymentOut)

    @extend_schema(
        operation_id="supplier_payments_create",
        request=PaymentIn,
        responses={201: PaymentDetailOut},
        examples=[
            OpenApiExample(
                "The oldest invoices first",
                value={"supplier_id": 3, "amount": "1500.00", "account": "bank"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Pay a supplier and settle invoices with it; what is left over stays free.

        422 `payment_exceeds_payable`, `insufficient_funds`, `operation_limit_exceeded`,
        `settlement_refused`.
        """
        payment = payment_make(actor=self.actor, now=self.now, **self.parse(PaymentIn))
        return Response(PaymentDetailOut(payment_by_id(payment.pk)).data, status=HTTP_201_CREATED)


class PaymentView(ApiView):
    permissions = {"get": "purchases.view_accounts"}

    @extend_schema(operation_id="supplier_payments_read", responses=PaymentDetailOut)
    def get(self, request: Request, payment_id: int) -> Response:
        """One payment with the invoices it settles."""
        return Response(PaymentDetailOut(payment_by_id(payment_id)).data)


class PaymentAllocateView(ApiView):
    permissions = {"post": "purchases.allocate_payments"}

    @extend_schema(
        operation_id="supplier_payments_allocate",
        request=AllocateIn,
        responses=PaymentDetailOut,
        examples=[OpenApiExample("One invoice", value=_NAMED, request_only=True)],
    )
    def post(self, request: Request, payment_id: int) -> Response:
        """Settle invoices with what is free of a payment: those named, or the oldest first.

        409 `nothing_to_settle` where all of it is allocated, or no invoice is open.
        """
        payment_allocate(
            actor=self.actor, now=self.now, payment_id=payment_id, **self.parse(AllocateIn)
        )
        return Response(PaymentDetailOut(payment_by_id(payment_id)).data)


class PaymentReverseView(ApiView):
    permissions = {"post": "capital.reverse"}

    @extend_schema(
        operation_id="supplier_payments_reverse",
        request=ReasonIn,
        responses=PaymentDetailOut,
        examples=[OpenApiExample("Returned", value={"reason": "Cheque came back"})],
    )
    def post(self, request: Request, payment_id: int) -> Response:
        """Take a payment back: the money is where it came from, its invoices are open again."""
        payment_reverse(
            actor=self.actor, now=self.now, payment_id=payment_id, **self.parse(ReasonIn)
        )
        return Response(PaymentDetailOut(payment_by_id(payment_id)).data)


class SettlementUndoView(ApiView):
    permissions = {"post": "purchases.allocate_payments"}

    @extend_schema(
        operation_id="supplier_settlements_undo",
        request=SettlementUndoIn,
        responses=InvoiceDetailOut,
    )
    def post(self, request: Request, settlement_id: int) -> Response:
        """Take back what settled an invoice, with the discount it earned; the answer is the
        invoice."""
        invoice = settlement_undo(
            actor=self.actor,
            now=self.now,
            settlement_id=settlement_id,
            **self.parse(SettlementUndoIn),
        )
        return Response(
            InvoiceDetailOut(invoice_by_id(invoice.pk), context=self.serializer_context()).data
        )


class CreditNoteListView(ApiView):
    permissions = {"get": "purchases.view_accounts", "post": "purchases.post_invoices"}

    @extend_schema(
        operation_id="supplier_credit_notes_list",
        parameters=[CreditNoteFilter],
        responses=stream_of(CreditNoteOut),
    )
    def get(self, request: Request) -> Response:
        """Credit notes of suppliers, newest first."""
        return self.stream(credit_notes(**self.query(CreditNoteFilter)), CreditNoteOut)

    @extend_schema(
        operation_id="supplier_credit_notes_create",
        request=CreditNoteIn,
        responses={201: CreditNoteDetailOut},
        examples=[
            OpenApiExample(
                "For goods returned",
                value={
                    "supplier_id": 3,
                    "supplier_number": "C-117",
                    "note_date": "2026-04-02",
                    "amount": "480.00",
                    "return_id": 9,
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Enter and post a credit note. 409 `credit_note_number_taken` the second time."""
        note = credit_note_enter(actor=self.actor, now=self.now, **self.parse(CreditNoteIn))
        return Response(
            CreditNoteDetailOut(credit_note_by_id(note.pk)).data, status=HTTP_201_CREATED
        )


class CreditNoteView(ApiView):
    permissions = {"get": "purchases.view_accounts"}

    @extend_schema(operation_id="supplier_credit_notes_read", responses=CreditNoteDetailOut)
    def get(self, request: Request, note_id: int) -> Response:
        """One credit note with the invoices it settles."""
        return Response(CreditNoteDetailOut(credit_note_by_id(note_id)).data)


class CreditNoteAllocateView(ApiView):
    permissions = {"post": "purchases.allocate_payments"}

    @extend_schema(
        operation_id="supplier_credit_notes_allocate",
        request=SharesIn,
        responses=CreditNoteDetailOut,
        examples=[OpenApiExample("One invoice", value=_NAMED, request_only=True)],
    )
    def post(self, request: Request, note_id: int) -> Response:
        """Settle invoices with what is free of a credit note; 409 `nothing_to_settle` if none."""
        credit_note_allocate(
            actor=self.actor, now=self.now, note_id=note_id, **self.parse(SharesIn)
        )
        return Response(CreditNoteDetailOut(credit_note_by_id(note_id)).data)


class CreditNoteReverseView(ApiView):
    permissions = {"post": "purchases.post_invoices"}

    @extend_schema(
        operation_id="supplier_credit_notes_reverse",
        request=ReasonIn,
        responses=CreditNoteDetailOut,
        examples=[OpenApiExample("Wrong", value={"reason": "Another supplier's"})],
    )
    def post(self, request: Request, note_id: int) -> Response:
        """Take a credit note back. 409 `credit_note_allocated` while it settles invoices."""
        credit_note_reverse(actor=self.actor, now=self.now, note_id=note_id, **self.parse(ReasonIn))
        return Response(CreditNoteDetailOut(credit_note_by_id(note_id)).data)
