"""What is owed to suppliers, over the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut
from purchases.api.serializers.common import SupplierRef
from purchases.selectors.ageing import DEFAULT_BOUNDS


class AccountFilter(InputSerializer):
    as_of = serializers.DateField(required=False, help_text="End of this day; by default today.")


class StatementFilter(AccountFilter):
    date_from = serializers.DateField(required=False, help_text="By default the beginning.")


class DueAgeingFilter(AccountFilter):
    supplier_id = IdIn(required=False)
    buckets = serializers.CharField(
        required=False,
        max_length=60,
        help_text="Last day overdue of each bucket, rising, comma-separated. Default 30,60,90.",
    )

    def validate_buckets(self, text: str) -> tuple[int, ...]:
        parts = [part.strip() for part in text.split(",")]
        days = [int(part) for part in parts if part.isdecimal() and len(part) < 6]
        if len(days) < len(parts) or days != sorted(set(days)) or days[0] < 1 or len(days) > 8:
            raise serializers.ValidationError(
                "Give up to eight rising numbers of days.", code="invalid_buckets"
            )
        return tuple(days)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        bounds = attrs.pop("buckets", DEFAULT_BOUNDS)
        return {**attrs, "bounds": bounds}


class ExposureOut(serializers.Serializer):
    owed = MoneyOut()
    on_order = MoneyOut(help_text="Approved or ordered, not received.")
    total = MoneyOut()
    limit = MoneyOut(allow_null=True, help_text="null: no limit.")
    room = MoneyOut(allow_null=True, help_text="What may still be ordered.")


class SupplierAccountOut(serializers.Serializer):
    supplier = SupplierRef()
    as_of = serializers.DateField()
    balance = MoneyOut(help_text="What is owed, by the ledger.")
    open_invoices = MoneyOut()
    not_invoiced = MoneyOut(help_text="Received, not billed by a posted invoice.")
    free_payments = MoneyOut(help_text="Paid and not allocated.")
    free_credits = MoneyOut()
    expected_credits = MoneyOut(help_text="Of goods returned and not credited yet.")
    other = MoneyOut(help_text="What the documents above do not explain.")
    disputed = MoneyOut(help_text="Billed and not owed; no part of the balance.")
    exposure = ExposureOut(help_text="Now, against the credit limit.")


class SupplierStatementLineOut(serializers.Serializer):
    day = serializers.DateField()
    kind = serializers.CharField()
    document = serializers.CharField()
    source_type = serializers.CharField()
    source_id = serializers.CharField()
    entry_number = serializers.CharField()
    memo = serializers.CharField()
    billed = MoneyOut(allow_null=True, help_text="The invoice's or credit note's own amount.")
    amount = MoneyOut(help_text="Above zero: the debt grows.")
    balance = MoneyOut()


class SupplierStatementOut(serializers.Serializer):
    supplier = SupplierRef()
    date_from = serializers.DateField(allow_null=True)
    as_of = serializers.DateField()
    opening = MoneyOut()
    increases = MoneyOut()
    decreases = MoneyOut()
    closing = MoneyOut()
    lines = SupplierStatementLineOut(many=True)


class DueItemOut(serializers.Serializer):
    invoice_id = serializers.IntegerField(source="invoice.pk")
    number = serializers.CharField(source="invoice.number")
    supplier_number = serializers.CharField(source="invoice.supplier_number")
    due_date = serializers.DateField(source="invoice.due_date")
    overdue_days = serializers.IntegerField(help_text="Below zero: not due yet.")
    open_amount = MoneyOut()


class DueRowOut(serializers.Serializer):
    supplier = SupplierRef()
    not_due = MoneyOut()
    buckets = serializers.ListField(child=MoneyOut())
    overdue = MoneyOut()
    not_invoiced = MoneyOut()
    unapplied = MoneyOut(help_text="Paid or credited, settling no invoice yet.")
    balance = MoneyOut(help_text="By the ledger.")
    items = DueItemOut(many=True)


class DueAgeingOut(serializers.Serializer):
    as_of = serializers.DateField()
    bounds = serializers.ListField(child=serializers.IntegerField())
    bucket_totals = serializers.ListField(child=MoneyOut())
    rows = DueRowOut(many=True)
