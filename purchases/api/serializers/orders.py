"""Purchase orders over the wire."""

from __future__ import annotations

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut
from purchases.api.serializers.common import ProductOf, ProductRow, SupplierRef
from purchases.models import OrderState


class OrderFilter(InputSerializer):
    state = serializers.ChoiceField(OrderState.choices, required=False)
    supplier_id = IdIn(required=False)


class OrderLineOut(ProductRow):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    product = ProductOf()
    purchase_units = serializers.IntegerField()
    bought_quantity = serializers.IntegerField(help_text="Base units paid for.")
    free_quantity = serializers.IntegerField(help_text="Base units free.")
    received_quantity = serializers.IntegerField(help_text="Base units, free ones included.")
    outstanding_quantity = serializers.IntegerField()
    amount = MoneyOut()


class OrderOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    proposal_id = serializers.IntegerField()
    proposal_number = serializers.CharField(source="proposal.number")
    supplier = SupplierRef()
    state = serializers.ChoiceField(OrderState.choices)
    total = MoneyOut()
    receive_on_order = serializers.BooleanField()
    ordered_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="From then on nothing more is expected; null is never."
    )
    closed_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField()


class ReceiptRef(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    received_at = serializers.DateTimeField()
    total = MoneyOut()


class OrderDetailOut(OrderOut):
    lines = OrderLineOut(many=True)
    receipts = ReceiptRef(many=True)


class RescheduleIn(InputSerializer):
    expires_at = serializers.DateTimeField(allow_null=True, help_text="null: wait for ever")
