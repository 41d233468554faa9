"""Payments, settlements and credit notes over the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MomentIn, MoneyIn, MoneyOut
from purchases.api.serializers.common import PersonRef, SupplierRef
from purchases.api.serializers.invoices import SettlementOut
from purchases.models import CreditReason
from purchases.services.invoices.credit_notes import CreditNoteFacts


class InvoiceShareIn(InputSerializer):
    invoice_id = IdIn()
    amount = MoneyIn()


class SharesIn(InputSerializer):
    """Which invoices: named, or the oldest due first."""

    invoices = serializers.ListField(
        child=InvoiceShareIn(),
        required=False,
        allow_null=True,
        max_length=500,
        help_text="Left out: the oldest due first.",
    )

    def validate_invoices(self, rows: list[dict[str, Any]] | None) -> dict[int, Decimal] | None:
        if rows is None:
            return None
        named = {row["invoice_id"]: row["amount"] for row in rows}
        if len(named) < len(rows):
            raise serializers.ValidationError("Name each invoice once.", code="duplicate")
        return named


class PaymentIn(SharesIn):
    supplier_id = IdIn()
    amount = MoneyIn()
    account = serializers.CharField(
        max_length=30, help_text="cash, bank, or the number of an account below them."
    )
    allocate = serializers.BooleanField(
        required=False, help_text="false: settle nothing yet. Default true."
    )
    take_discount = serializers.BooleanField(
        required=False,
        help_text="Settle invoices paid early with the discount of the terms. Default true.",
    )
    memo = serializers.CharField(max_length=500, required=False, allow_blank=True)
    occurred_at = MomentIn(
        required=False, allow_null=True, help_text="When it was paid; by default now."
    )


class AllocateIn(SharesIn):
    take_discount = serializers.BooleanField(
        required=False, help_text="By the day of the payment. Default false."
    )


class PaymentFilter(InputSerializer):
    supplier_id = IdIn(required=False)
    free = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="With money left to allocate."
    )


class SettlementUndoIn(InputSerializer):
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class PaymentOut(serializers.Serializer):
    id = serializers.IntegerField()
    supplier = SupplierRef()
    entry_id = serializers.IntegerField()
    entry_number = serializers.CharField(source="entry.number")
    amount = MoneyOut()
    allocated = MoneyOut()
    free = serializers.SerializerMethodField()
    paid_on = serializers.DateField()
    reversed_at = serializers.DateTimeField(allow_null=True)

    def get_free(self, row: Any) -> str:
        left = Decimal(0) if row.reversed_at else row.amount - row.allocated
        return MoneyOut().to_representation(left)


class InvoiceSettlementOut(SettlementOut):
    invoice_id = serializers.IntegerField()


class PaymentDetailOut(PaymentOut):
    settlements = InvoiceSettlementOut(many=True)


class CreditNoteFilter(InputSerializer):
    supplier_id = IdIn(required=False)
    reason = serializers.ChoiceField(CreditReason.choices, required=False)


class CreditNoteIn(InputSerializer):
    supplier_id = IdIn()
    supplier_number = serializers.CharField(max_length=60, help_text="The supplier's own number.")
    note_date = serializers.DateField()
    amount = MoneyIn(min_value=Decimal(0), help_text="All of it, tax included.")
    tax = MoneyIn(required=False)
    return_id = IdIn(required=False, allow_null=True, help_text="The goods it is for.")
    invoice_id = IdIn(required=False, allow_null=True, help_text="The disputed invoice it is for.")
    final = serializers.BooleanField(
        required=False,
        help_text="Of a return: nothing more is to come; what is short is a loss. Default true.",
    )
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        return {"supplier_id": values.pop("supplier_id"), "facts": CreditNoteFacts(**values)}


class CreditNoteOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    supplier = SupplierRef()
    supplier_number = serializers.CharField()
    note_date = serializers.DateField()
    reason = serializers.ChoiceField(CreditReason.choices)
    return_id = serializers.IntegerField(source="supplier_return_id", allow_null=True)
    invoice_id = serializers.IntegerField(allow_null=True)
    amount = MoneyOut()
    tax = MoneyOut()
    difference = MoneyOut(help_text="Given for goods above, or below, what was expected.")
    allocatable = MoneyOut(help_text="What of it can settle invoices.")
    allocated = MoneyOut()
    entry_id = serializers.IntegerField(allow_null=True)
    entered_by = PersonRef()
    entered_at = serializers.DateTimeField()
    reversed_at = serializers.DateTimeField(allow_null=True)


class CreditNoteDetailOut(CreditNoteOut):
    note = serializers.CharField()
    reversed_by = PersonRef(allow_null=True)
    reversal_reason = serializers.CharField()
    settlements = InvoiceSettlementOut(many=True)
