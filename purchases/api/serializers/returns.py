"""Returns to suppliers over the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn
from purchases.allowed import RETURN
from purchases.api.serializers.common import (
    AllowedActions,
    PersonRef,
    ProductOf,
    ProductRow,
    SupplierRef,
)
from purchases.models import ReturnReason, ReturnState
from purchases.services.returns.lines import ReturnLineFacts

MOST_MONTHS = 240


class ReturnFilter(InputSerializer):
    state = serializers.ChoiceField(ReturnState.choices, required=False)
    supplier_id = IdIn(required=False)


class ReturnLineIn(InputSerializer):
    receipt_line_id = IdIn(
        required=False, allow_null=True, help_text="What the goods came by; else name the batch."
    )
    batch_id = IdIn(required=False, allow_null=True)
    location_id = IdIn(
        required=False,
        allow_null=True,
        help_text="Left out: out of quarantine where something is wrong with them, else from "
        "where they are handed out.",
    )
    quantity = QuantityIn(help_text="Base units.")
    reason = serializers.ChoiceField(ReturnReason.choices)
    expected_credit = MoneyIn(
        required=False,
        allow_null=True,
        help_text="Left out: by the return policy, of what was paid. Required without a receipt.",
    )
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)

    def to_internal_value(self, data: Any) -> ReturnLineFacts:
        return ReturnLineFacts(**super().to_internal_value(data))


class ReturnChangeIn(InputSerializer):
    lines = serializers.ListField(child=ReturnLineIn(), allow_empty=False, max_length=500)
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)


class ReturnIn(ReturnChangeIn):
    supplier_id = IdIn()


class DispatchIn(InputSerializer):
    reference = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        help_text="The driver's or carrier's paper.",
    )


class ReturnOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    supplier = SupplierRef()
    state = serializers.ChoiceField(ReturnState.choices)
    allowed_actions = AllowedActions(RETURN)
    expected_credit = MoneyOut()
    credited = MoneyOut(help_text="By credit notes, without tax.")
    requested_by = PersonRef()
    created_at = serializers.DateTimeField()
    dispatched_at = serializers.DateTimeField(allow_null=True)


class ReturnLineOut(ProductRow):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    product = ProductOf()
    batch_id = serializers.IntegerField()
    batch_number = serializers.CharField(source="batch.number")
    expiry_date = serializers.DateField(source="batch.expiry_date", allow_null=True)
    receipt_line_id = serializers.IntegerField(allow_null=True)
    receipt_number = serializers.CharField(
        source="receipt_line.receipt.number", allow_null=True, default=None
    )
    location_id = serializers.IntegerField(allow_null=True)
    quantity = serializers.IntegerField()
    reason = serializers.ChoiceField(ReturnReason.choices)
    note = serializers.CharField()
    expected_credit = MoneyOut()
    last_day = serializers.DateField(allow_null=True)
    outside_window = serializers.BooleanField(help_text="The supplier need not take it back.")
    cost = MoneyOut(allow_null=True, help_text="What the goods cost; once dispatched.")


class ReturnNoteOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    supplier_number = serializers.CharField()
    note_date = serializers.DateField()
    amount = MoneyOut()
    difference = MoneyOut()
    reversed_at = serializers.DateTimeField(allow_null=True)


class ReturnDetailOut(ReturnOut):
    note = serializers.CharField()
    approved_by = PersonRef(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    approval_reason = serializers.CharField()
    dispatched_by = PersonRef(allow_null=True)
    dispatch_reference = serializers.CharField()
    cancel_requested_by = PersonRef(
        allow_null=True,
        help_text="Who asked to take the dispatch of controlled products back; another signs.",
    )
    end_reason = serializers.CharField()
    lines = ReturnLineOut(many=True)
    notes = ReturnNoteOut(many=True)


class ReturnableFilter(InputSerializer):
    until = serializers.DateField(
        required=False, help_text="Only what can go back no longer after this day."
    )
    supplier_id = IdIn(required=False)
    batch_id = IdIn(required=False)
    reason = serializers.ChoiceField(ReturnReason.choices, required=False)


class WindowOut(serializers.Serializer):
    reason = serializers.ChoiceField(ReturnReason.choices)
    first_day = serializers.DateField(source="window.first_day", allow_null=True)
    last_day = serializers.DateField(source="window.last_day", allow_null=True)
    credit_percent = serializers.DecimalField(
        source="window.credit_percent", max_digits=5, decimal_places=2
    )


class BilledByOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    supplier_number = serializers.CharField()
    invoice_date = serializers.DateField()


class ReturnableOut(ProductRow):
    product = ProductOf()
    batch_id = serializers.IntegerField(source="batch.batch_id")
    batch_number = serializers.CharField(source="batch.number")
    expiry_date = serializers.DateField(source="batch.expiry_date", allow_null=True)
    status = serializers.CharField(source="batch.status")
    supplier = SupplierRef(source="receipt_line.receipt.order.supplier")
    receipt_line_id = serializers.IntegerField(source="receipt_line.pk")
    receipt_id = serializers.IntegerField(source="receipt_line.receipt_id")
    receipt_number = serializers.CharField(source="receipt_line.receipt.number")
    received_at = serializers.DateTimeField(source="receipt_line.receipt.received_at")
    invoices = BilledByOut(many=True, help_text="Posted invoices that bill it.")
    quantity = serializers.IntegerField(help_text="Base units that are there.")
    paid = MoneyOut(help_text="For all that came with the receipt line.")
    value = MoneyOut(help_text="Paid for the units that are there.")
    windows = WindowOut(many=True)
    last_day = serializers.DateField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)


class PolicyFilter(InputSerializer):
    supplier_id = IdIn(required=False)


class ReturnPolicyChangeIn(InputSerializer):
    accepted = serializers.BooleanField(required=False, help_text="false: nothing is taken back.")
    days_after_receipt = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=3650
    )
    earliest_months_before_expiry = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=MOST_MONTHS
    )
    latest_months_before_expiry = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=MOST_MONTHS
    )
    latest_months_after_expiry = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=MOST_MONTHS
    )
    credit_percent = serializers.DecimalField(
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=Decimal(100),
        help_text="Of what was paid. Default 100.",
    )


class ReturnPolicyIn(ReturnPolicyChangeIn):
    supplier_id = IdIn(required=False, allow_null=True, help_text="null: the default of all.")
    reason = serializers.ChoiceField(
        ReturnReason.choices, required=False, allow_blank=True, help_text="Empty: of all reasons."
    )


class ReturnPolicyOut(serializers.Serializer):
    id = serializers.IntegerField()
    supplier = SupplierRef(allow_null=True)
    reason = serializers.CharField(
        help_text="A reason of returns (`damaged`, `expired`, …), or empty: of all reasons."
    )
    accepted = serializers.BooleanField()
    days_after_receipt = serializers.IntegerField(allow_null=True)
    earliest_months_before_expiry = serializers.IntegerField(allow_null=True)
    latest_months_before_expiry = serializers.IntegerField(allow_null=True)
    latest_months_after_expiry = serializers.IntegerField(allow_null=True)
    credit_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
