"""Shapes of the sales API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn
from inventory.public import Prescription
from sales.models import PaymentMethod
from sales.pricing import BasketLine

MAX_LINES = 500


class PrescriptionIn(InputSerializer):
    """What the register of controlled products keeps of a prescription; no more is stored."""

    number = serializers.CharField(max_length=80)
    prescriber = serializers.CharField(max_length=150, help_text="name or licence number")
    patient_reference = serializers.CharField(
        max_length=80, help_text="identity or file number, as the law asks; not a diagnosis"
    )

    def validate(self, attrs: dict[str, Any]) -> Any:
        return Prescription(**attrs)


class CheckoutLineIn(InputSerializer):
    product_id = IdIn()
    packaging_id = IdIn(
        required=False, allow_null=True, help_text="the pack sold; base units if left out"
    )
    quantity = QuantityIn(help_text="packs of the packaging, or base units")
    prescription = PrescriptionIn(
        required=False, allow_null=True, help_text="of a controlled product"
    )


class CheckoutPaymentIn(InputSerializer):
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    tendered = MoneyIn(help_text="money handed over")


class CheckoutIn(InputSerializer):
    """A basket and the money for it. There is no price here: prices are the server's."""

    lines = serializers.ListField(child=CheckoutLineIn(), min_length=1, max_length=MAX_LINES)
    payment = CheckoutPaymentIn()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {
            "basket": [BasketLine(**line) for line in attrs["lines"]],
            "tendered": attrs["payment"]["tendered"],
        }


class SaleRowOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    sold_at = serializers.DateTimeField()
    business_date = serializers.DateField()
    cashier_id = serializers.IntegerField()
    cashier_name = serializers.CharField(source="cashier")
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices)
    total = MoneyOut()
    tendered = MoneyOut()
    change = MoneyOut()


class SaleLineOut(serializers.Serializer):
    line = serializers.IntegerField()
    product_id = serializers.IntegerField()
    product_name = serializers.CharField()
    packaging_name = serializers.CharField(help_text="empty: sold in base units")
    packaging_units = serializers.IntegerField()
    quantity = serializers.IntegerField()
    base_quantity = serializers.IntegerField()
    unit_price = MoneyOut()
    line_total = MoneyOut()


class SaleOut(SaleRowOut):
    lines = SaleLineOut(many=True)


class SaleFilter(InputSerializer):
    date_from = serializers.DateField(required=False)
    date_to = serializers.DateField(required=False)
    product_id = IdIn(required=False)
    cashier_id = IdIn(required=False)
    number = serializers.CharField(required=False, max_length=30)


class SaleAllocationOut(serializers.Serializer):
    batch_id = serializers.IntegerField()
    batch_number = serializers.CharField()
    expiry_date = serializers.DateField(allow_null=True)
    quantity = serializers.IntegerField(help_text="base units")
    cost = MoneyOut()


class SaleLineCostOut(serializers.Serializer):
    line = serializers.IntegerField()
    product_id = serializers.IntegerField()
    line_total = MoneyOut()
    cost = MoneyOut()
    allocations = SaleAllocationOut(many=True)


class SaleCostsOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    total = MoneyOut()
    cost = MoneyOut()
    lines = SaleLineCostOut(many=True)
