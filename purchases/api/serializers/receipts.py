"""Goods receipts over the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn, UnitCostOut
from purchases.api.serializers.common import PersonRef, ProductOf, ProductRow, SupplierRef
from purchases.services.deliveries import Batch, Delivery


class ReceiptFilter(InputSerializer):
    order_id = IdIn(required=False)
    supplier_id = IdIn(required=False)


class BatchIn(InputSerializer):
    batch_number = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        help_text="Empty: unknown, flagged.",
    )
    expiry_date = serializers.DateField(
        required=False, allow_null=True, help_text="Left out: unknown, flagged."
    )
    quantity = QuantityIn(help_text="Base units, free ones included.")
    location_id = IdIn(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Batch:
        return Batch(**super().to_internal_value(data))


class DeliveryIn(InputSerializer):
    order_line_id = IdIn()
    invoice_price = MoneyIn(
        required=False,
        allow_null=True,
        help_text="Per pack as invoiced, discount taken off. By default the ordered price.",
    )
    invoice_amount = MoneyIn(
        required=False, allow_null=True, help_text="For all of this line that arrived."
    )
    batches = serializers.ListField(child=BatchIn(), allow_empty=False, max_length=100)

    def to_internal_value(self, data: Any) -> Delivery:
        values = super().to_internal_value(data)
        return Delivery(**{**values, "batches": tuple(values["batches"])})


class ReceiveIn(InputSerializer):
    delivery_note = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="The supplier's own number."
    )
    lines = serializers.ListField(child=DeliveryIn(), allow_empty=False, max_length=1000)


class ReceiptLineOut(ProductRow):
    line = serializers.IntegerField()
    order_line_id = serializers.IntegerField()
    product = ProductOf()
    batch_number = serializers.CharField()
    expiry_date = serializers.DateField(allow_null=True)
    quantity = serializers.IntegerField(help_text="Base units, free ones included.")
    amount = MoneyOut()
    ordered_amount = MoneyOut(help_text="What the order would have cost for this much.")
    price_difference = MoneyOut(help_text="amount - ordered_amount; above zero is dearer.")
    unit_cost = UnitCostOut()
    flags = serializers.ListField(child=serializers.CharField())


class ReceiptOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    order_id = serializers.IntegerField()
    order_number = serializers.CharField(source="order.number")
    supplier = SupplierRef(source="order.supplier")
    delivery_note = serializers.CharField()
    received_at = serializers.DateTimeField()
    received_by = PersonRef(allow_null=True)
    automatic = serializers.BooleanField()
    total = MoneyOut()


class ReceiptDetailOut(ReceiptOut):
    lines = ReceiptLineOut(many=True)
    price_difference = serializers.SerializerMethodField()

    def get_price_difference(self, receipt: Any) -> str:
        return MoneyOut().to_representation(
            sum((line.price_difference for line in receipt.lines.all()), Decimal(0))
        )
