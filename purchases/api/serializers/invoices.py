"""Supplier invoices over the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn
from core.money import format_money
from purchases.allowed import INVOICE
from purchases.api.serializers.common import (
    AllowedActions,
    PersonRef,
    ProductOf,
    ProductRow,
    ReasonIn,
    SupplierRef,
)
from purchases.models import (
    DifferenceKind,
    InvoiceDifference,
    InvoiceState,
    Resolution,
    SettlementKind,
)
from purchases.services.invoices.invoices import InvoiceFacts
from purchases.services.invoices.lines import InvoiceLineFacts

RESOLUTIONS = [choice for choice in Resolution.choices if choice[0]]
MONEY_DIFFERENCES = frozenset({DifferenceKind.PRICE, DifferenceKind.ARITHMETIC})


class InvoiceFilter(InputSerializer):
    state = serializers.ChoiceField(InvoiceState.choices, required=False)
    supplier_id = IdIn(required=False)
    supplier_number = serializers.CharField(max_length=60, required=False)
    due_until = serializers.DateField(required=False)
    unpaid = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Posted and not paid whole."
    )


class InvoiceLineIn(InputSerializer):
    product_id = IdIn(
        required=False, allow_null=True, help_text="Left out: that of the order or receipt line."
    )
    description = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="As printed."
    )
    order_line_id = IdIn(required=False, allow_null=True)
    receipt_line_id = IdIn(required=False, allow_null=True)
    quantity = QuantityIn(min_value=0, help_text="Base units billed.")
    free_quantity = QuantityIn(min_value=0, required=False, help_text="Base units given free.")
    pack_units = QuantityIn(required=False, help_text="Base units in a priced pack.")
    pack_price = MoneyIn(required=False, allow_null=True, max_value=Decimal(10**12))
    discount = MoneyIn(required=False, help_text="Money off the line.")
    amount = MoneyIn(
        required=False,
        allow_null=True,
        help_text="Without tax, discount taken off. Left out: computed from pack_price.",
    )
    tax = MoneyIn(required=False)

    def to_internal_value(self, data: Any) -> InvoiceLineFacts:
        return InvoiceLineFacts(**super().to_internal_value(data))


class InvoiceFactsIn(InputSerializer):
    supplier_number = serializers.CharField(max_length=60, help_text="The supplier's own number.")
    invoice_date = serializers.DateField()
    due_date = serializers.DateField(
        required=False, allow_null=True, help_text="Left out: by the supplier's terms."
    )
    receipt_ids = serializers.ListField(
        child=IdIn(), required=False, max_length=100, help_text="Goods receipts it bills."
    )
    lines = serializers.ListField(child=InvoiceLineIn(), allow_empty=False, max_length=1000)
    discount = MoneyIn(required=False, help_text="Money off the whole invoice.")
    charges = MoneyIn(required=False, help_text="Freight and the like, without tax.")
    charges_note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    charges_tax = MoneyIn(required=False)
    total = MoneyIn(help_text="As printed; a small difference from the sum is its rounding.")
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)

    def facts(self, values: dict[str, Any]) -> InvoiceFacts:
        return InvoiceFacts(
            **{
                **values,
                "lines": tuple(values["lines"]),
                "receipt_ids": tuple(values.get("receipt_ids", ())),
            }
        )

    def to_internal_value(self, data: Any) -> Any:
        return self.facts(super().to_internal_value(data))


class InvoiceIn(InvoiceFactsIn):
    supplier_id = IdIn()

    def to_internal_value(self, data: Any) -> Any:
        values = super(InvoiceFactsIn, self).to_internal_value(data)
        return {"supplier_id": values.pop("supplier_id"), "facts": self.facts(values)}


class InvoiceFileIn(InputSerializer):
    file = serializers.FileField(
        allow_empty_file=True,  # refused with its own error
        help_text="PDF or photo of the invoice; the type is decided by the content",
    )
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ResolutionIn(InputSerializer):
    difference_id = IdIn()
    resolution = serializers.ChoiceField(
        RESOLUTIONS,
        help_text="accept: pay as billed; dispute: pay as ordered, expect a credit note.",
    )


class ResolveIn(ReasonIn):
    resolutions = serializers.ListField(child=ResolutionIn(), max_length=2000)

    def validate_resolutions(self, rows: list[dict[str, Any]]) -> dict[int, str]:
        return {row["difference_id"]: row["resolution"] for row in rows}


class InvoiceOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    supplier = SupplierRef()
    supplier_number = serializers.CharField()
    invoice_date = serializers.DateField()
    due_date = serializers.DateField()
    state = serializers.ChoiceField(InvoiceState.choices)
    allowed_actions = AllowedActions(INVOICE)
    total = MoneyOut()
    payable = MoneyOut(help_text="What of the total is owed; 0 until it is approved.")
    disputed = MoneyOut(help_text="The rest, for which a credit note is expected.")
    settled = MoneyOut()
    open_amount = MoneyOut()
    is_paid = serializers.BooleanField()


class MatchOut(serializers.Serializer):
    receipt_line_id = serializers.IntegerField()
    receipt_id = serializers.IntegerField(source="receipt_line.receipt_id")
    receipt_number = serializers.CharField(source="receipt_line.receipt.number")
    batch_number = serializers.CharField(source="receipt_line.batch_number")
    quantity = serializers.IntegerField()
    received_amount = MoneyOut(help_text="What the receipt owes for them already.")
    ordered_amount = MoneyOut()
    owed_amount = MoneyOut(allow_null=True, help_text="What the posted invoice owes for them.")


class InvoiceLineOut(ProductRow):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    product = ProductOf(allow_null=True)
    description = serializers.CharField()
    order_line_id = serializers.IntegerField(allow_null=True)
    receipt_line_id = serializers.IntegerField(allow_null=True)
    quantity = serializers.IntegerField()
    free_quantity = serializers.IntegerField()
    pack_units = serializers.IntegerField()
    pack_price = MoneyOut(allow_null=True)
    discount = MoneyOut()
    amount = MoneyOut()
    tax = MoneyOut()
    matches = MatchOut(many=True)


class DifferenceOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(DifferenceKind.choices)
    line_position = serializers.IntegerField(source="line.position", allow_null=True, default=None)
    receipt_line_id = serializers.IntegerField(allow_null=True)
    expected = serializers.SerializerMethodField(help_text="Base units, or money for prices.")
    found = serializers.SerializerMethodField()
    amount = MoneyOut(help_text="Money by which the invoice asks for more than expected.")
    resolution = serializers.CharField(help_text="`accept`, `dispute`, or empty: undecided.")

    def get_expected(self, row: InvoiceDifference) -> str:
        return _figure(row.kind, row.expected)

    def get_found(self, row: InvoiceDifference) -> str:
        return _figure(row.kind, row.found)


def _figure(kind: str, value: Decimal) -> str:
    return format_money(value) if kind in MONEY_DIFFERENCES else str(int(value))


class SettlementOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(SettlementKind.choices)
    amount = MoneyOut(help_text="Below zero: it undoes another.")
    settled_on = serializers.DateField()
    payment_id = serializers.IntegerField(allow_null=True)
    credit_note_id = serializers.IntegerField(allow_null=True)
    reverses_id = serializers.IntegerField(allow_null=True)
    undone = serializers.SerializerMethodField()

    def get_undone(self, row: Any) -> bool:
        return hasattr(row, "reversed_by")


class InvoiceFileOut(serializers.Serializer):
    id = serializers.IntegerField()
    file_id = serializers.UUIDField()
    name = serializers.CharField(source="file.original_name")
    content_type = serializers.CharField(source="file.content_type")
    pages = serializers.IntegerField(source="file.pages", allow_null=True)
    note = serializers.CharField()
    attached_at = serializers.DateTimeField()
    attached_by = PersonRef()


class ReceiptNumber(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()


class InvoiceDetailOut(InvoiceOut):
    goods = MoneyOut(help_text="The sum of the lines.")
    discount = MoneyOut()
    charges = MoneyOut()
    charges_note = serializers.CharField()
    charges_tax = MoneyOut()
    tax = MoneyOut(help_text="Of lines and charges.")
    rounding = MoneyOut()
    dispute_settled = MoneyOut()
    note = serializers.CharField()
    entered_by = PersonRef()
    matched_at = serializers.DateTimeField(allow_null=True)
    approved_by = PersonRef(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    approval_reason = serializers.CharField()
    posted_by = PersonRef(allow_null=True)
    posted_at = serializers.DateTimeField(allow_null=True)
    entry_id = serializers.IntegerField(
        allow_null=True, help_text="Journal entry of what differs from the receipts."
    )
    end_reason = serializers.CharField()
    receipts = ReceiptNumber(many=True)
    lines = InvoiceLineOut(many=True)
    differences = DifferenceOut(many=True)
    settlements = SettlementOut(many=True)
    files = InvoiceFileOut(many=True)
