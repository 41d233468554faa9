"""Shapes of products, packagings, barcodes and locations."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api import MAX_QUANTITY, IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn
from inventory.lifecycle import Lifecycle
from inventory.models import BarcodeKind


class StockLimitIn(serializers.IntegerField):
    """A stock limit in base units, from 0 on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": MAX_QUANTITY, "required": False, **kwargs})


class ProductFilter(InputSerializer):
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="beginnings of words, in Arabic or English, in any spelling; or a barcode",
    )
    barcode = serializers.CharField(required=False, allow_blank=True, max_length=80)
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices, required=False)
    low_stock = serializers.BooleanField(
        required=False, help_text="true: only products whose available stock is below the minimum"
    )


class ProductPatch(InputSerializer):
    name_ar = serializers.CharField(required=False, allow_blank=True, max_length=200)
    name_en = serializers.CharField(required=False, allow_blank=True, max_length=200)
    strength = serializers.CharField(required=False, allow_blank=True, max_length=80)
    form = serializers.CharField(required=False, allow_blank=True, max_length=80)
    manufacturer = serializers.CharField(required=False, allow_blank=True, max_length=150)
    public_price = MoneyIn(required=False, allow_null=True, help_text="per base unit")
    min_stock = StockLimitIn(help_text="base units")
    max_stock = StockLimitIn(help_text="base units, at least the minimum")


class ProductIn(ProductPatch):
    name_ar = serializers.CharField(
        allow_blank=True, max_length=200, help_text="may be empty where there is an English name"
    )
    purchase_units = QuantityIn(
        required=False, help_text="base units in the pack it is ordered in; 1 if left out"
    )


class PackagingOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    units = serializers.IntegerField(help_text="base units in the pack")
    price = MoneyOut(
        allow_null=True, help_text="of the pack; null if it is the base unit's times the units"
    )
    is_purchase_default = serializers.BooleanField()


class BarcodeOut(serializers.Serializer):
    id = serializers.IntegerField()
    value = serializers.CharField()
    kind = serializers.ChoiceField(choices=BarcodeKind.choices)
    packaging_id = serializers.IntegerField(allow_null=True)


class ProductOut(serializers.Serializer):
    id = serializers.IntegerField()
    name_ar = serializers.CharField()
    name_en = serializers.CharField()
    strength = serializers.CharField()
    form = serializers.CharField()
    manufacturer = serializers.CharField()
    public_price = MoneyOut(allow_null=True, help_text="per base unit; null while unknown")
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices)
    sellable = serializers.BooleanField()
    purchasable = serializers.BooleanField()
    min_stock = serializers.IntegerField()
    max_stock = serializers.IntegerField()
    on_hand = serializers.IntegerField(help_text="base units on the shelves, expired ones too")
    available = serializers.IntegerField(help_text="base units that may be sold today")
    incoming = serializers.IntegerField(
        source="incoming_quantity", help_text="base units ordered and not yet received"
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ProductDetailOut(ProductOut):
    packagings = PackagingOut(many=True)
    barcodes = BarcodeOut(many=True)


class LifecycleIn(InputSerializer):
    to = serializers.ChoiceField(choices=Lifecycle.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class PackagingPatch(InputSerializer):
    name = serializers.CharField(required=False, max_length=60)
    units = QuantityIn(required=False, help_text="base units in the pack")
    price = MoneyIn(required=False, allow_null=True)
    is_purchase_default = serializers.BooleanField(required=False)


class PackagingIn(PackagingPatch):
    name = serializers.CharField(max_length=60)
    units = QuantityIn(help_text="base units in the pack")


class BarcodeIn(InputSerializer):
    value = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(
        choices=BarcodeKind.choices,
        required=False,
        help_text="left out: 8, 12, 13 or 14 digits are a GTIN, whose check digit must fit",
    )
    packaging_id = IdIn(required=False, allow_null=True)


class LocationOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    is_active = serializers.BooleanField()


class LocationIn(InputSerializer):
    code = serializers.CharField(max_length=30)
    name = serializers.CharField(max_length=100)


class LocationPatch(InputSerializer):
    name = serializers.CharField(required=False, max_length=100)
    is_active = serializers.BooleanField(required=False)
    is_default = serializers.BooleanField(required=False)


class ShortageOut(serializers.Serializer):
    product_id = serializers.IntegerField(source="id")
    product_name = serializers.CharField(source="__str__")
    on_hand = serializers.IntegerField()
    available = serializers.IntegerField()
    incoming = serializers.IntegerField(source="incoming_quantity")
    min_stock = serializers.IntegerField()
    max_stock = serializers.IntegerField()
    needed = serializers.IntegerField(help_text="maximum - available - incoming, base units")
