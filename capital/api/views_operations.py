"""Endpoints of what people do with the pharmacy's money, and of the documents that prove it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from capital import selectors
from capital.api.serializers.ledger import (
    CustomerReceiptIn,
    EntryAttachmentIn,
    EntryAttachmentOut,
    EntryDetailOut,
    ExpenseIn,
    MoneyTransferIn,
    OperationIn,
    ReversalIn,
    SupplierPaymentIn,
)
from capital.services import attachments, operations, spending
from core.api import ApiView

# Room for the other parts of a multipart body.
FORM_OVERHEAD_BYTES = 64 * 1024


def _example(title: str, /, **value: Any) -> list[OpenApiExample]:
    return [OpenApiExample(title, value=value, request_only=True)]


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
    permissions = {"post": "capital.withdraw"}

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


class ExpenseView(ApiView):
    permissions = {"post": "capital.spend"}

    @extend_schema(
        operation_id="capital_expenses_create",
        request=ExpenseIn,
        responses={201: EntryDetailOut},
        examples=_example(
            "Electricity", category_id=2, amount="55000", tax="5000", account="cash", memo="March"
        ),
    )
    def post(self, request: Request) -> Response:
        """Pay an expense: debit its category's account and the tax, credit cash or bank.

        409 `insufficient_capital` where the money is promised to orders, `insufficient_funds`
        where the account holds less; 422 `operation_limit_exceeded` names the limit.
        """
        entry_id = spending.expense_record(actor=self.actor, now=self.now, **self.parse(ExpenseIn))
        return _entry(entry_id, status=HTTP_201_CREATED)


class MoneyTransferView(ApiView):
    permissions = {"post": "capital.transfer"}

    @extend_schema(
        operation_id="capital_transfers_create",
        request=MoneyTransferIn,
        responses={201: EntryDetailOut},
        examples=_example("To the bank", amount="700000", account="cash", to_account="bank"),
    )
    def post(self, request: Request) -> Response:
        """Move money between cash drawers and bank accounts.

        409 `insufficient_funds` beyond what the account holds; 422 `operation_limit_exceeded`.
        """
        entry_id = spending.transfer_record(
            actor=self.actor, now=self.now, **self.parse(MoneyTransferIn)
        )
        return _entry(entry_id, status=HTTP_201_CREATED)


class CustomerReceiptView(ApiView):
    permissions = {"post": "capital.receive"}

    @extend_schema(
        operation_id="capital_customer_receipts_create",
        request=CustomerReceiptIn,
        responses={201: EntryDetailOut},
        examples=_example("Part of a debt", party_id="31", amount="20000", account="cash"),
    )
    def post(self, request: Request) -> Response:
        """A customer pays of what he owes: debit cash or bank, credit receivables.

        422 `receipt_exceeds_receivable` beyond the debt and what the policy lets him pay ahead.
        """
        entry_id = operations.customer_receipt_record(
            actor=self.actor, now=self.now, **self.parse(CustomerReceiptIn)
        )
        return _entry(entry_id, status=HTTP_201_CREATED)


class AttachmentListView(ApiView):
    permissions = {"post": "capital.attach"}
    parser_classes = (MultiPartParser, FormParser)

    @property
    def max_body_bytes(self) -> int:
        return settings.FILE_MAX_BYTES + FORM_OVERHEAD_BYTES

    def prepare(self, request: Request, **kwargs: Any) -> attachments.PreparedAttachment:
        return attachments.attachment_prepare(**self.parse(EntryAttachmentIn))

    @extend_schema(
        operation_id="capital_attachments_create",
        request={"multipart/form-data": EntryAttachmentIn},
        responses={201: EntryAttachmentOut},
    )
    def post(self, request: Request, entry_id: int) -> Response:
        """Attach a document to an entry, for good; 409 `duplicate_attachment` the second time."""
        attachment = attachments.attachment_add(
            actor=self.actor, now=self.now, entry_id=entry_id, prepared=self.prepared
        )
        return Response(EntryAttachmentOut(attachment).data, status=HTTP_201_CREATED)


def _entry(entry_id: int, **kwargs: Any) -> Response:
    return Response(EntryDetailOut(selectors.entry_get(entry_id)).data, **kwargs)
