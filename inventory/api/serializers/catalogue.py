"""Shapes of products, packagings, barcodes and locations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import MAX_QUANTITY, IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn
from inventory.classes import (
    BaseUnit,
    ControlledClass,
    PerUnit,
    PrescriptionClass,
    Route,
    StrengthUnit,
)
from inventory.lifecycle import Lifecycle
from inventory.models import BarcodeKind, LocationKind
from inventory.records import Strength


class StockLimitIn(serializers.IntegerField):
    """A stock limit in base units, from 0 on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": MAX_QUANTITY, "required": False, **kwargs})


@extend_schema_field({"type": "string", "format": "decimal", "example": "2.5"})
class PlainDecimal(serializers.Field):
    """A decimal as a JSON string without trailing zeros; null stays null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True, **kwargs})

    def to_representation(self, value: Decimal) -> str:
        return f"{value.normalize():f}"


class ProductFilter(InputSerializer):
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="beginnings of words, in Arabic or English, in any spelling; or a barcode",
    )
    barcode = serializers.CharField(required=False, allow_blank=True, max_length=80)
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices, required=False)
    category_id = IdIn(required=False, help_text="the category and all below it")
    atc_code = serializers.CharField(
        required=False, allow_blank=True, max_length=7, help_text="it and all below it: N02"
    )
    prescription_class = serializers.ChoiceField(choices=PrescriptionClass.choices, required=False)
    controlled_class = serializers.ChoiceField(choices=ControlledClass.choices, required=False)
    cold_chain = serializers.BooleanField(required=False)
    low_stock = serializers.BooleanField(
        required=False, help_text="true: only products whose available stock is below the minimum"
    )


class IngredientIn(InputSerializer):
    name_ar = serializers.CharField(required=False, allow_blank=True, max_length=150)
    name_en = serializers.CharField(required=False, allow_blank=True, max_length=150)
    strength = serializers.DecimalField(
        max_digits=18, decimal_places=6, required=False, allow_null=True
    )
    unit = serializers.ChoiceField(
        choices=StrengthUnit.choices, required=False, allow_blank=True, help_text="of the strength"
    )
    per_value = serializers.DecimalField(
        max_digits=12,
        decimal_places=4,
        required=False,
        allow_null=True,
        help_text="the 5 of 250 mg / 5 mL; null: the strength is that of one base unit",
    )
    per_unit = serializers.ChoiceField(choices=PerUnit.choices, required=False, allow_blank=True)

    def to_internal_value(self, data: Any) -> Strength:
        return Strength(**super().to_internal_value(data))


class ProductPatch(InputSerializer):
    name_ar = serializers.CharField(required=False, allow_blank=True, max_length=200)
    name_en = serializers.CharField(required=False, allow_blank=True, max_length=200)
    strength = serializers.CharField(required=False, allow_blank=True, max_length=80)
    form = serializers.CharField(required=False, allow_blank=True, max_length=80)
    route = serializers.ChoiceField(choices=Route.choices, required=False, allow_blank=True)
    manufacturer = serializers.CharField(required=False, allow_blank=True, max_length=150)
    ingredients = IngredientIn(
        many=True, required=False, help_text="generics with their strengths; replaces all of them"
    )
    atc_code = serializers.CharField(
        required=False, allow_blank=True, max_length=7, help_text="WHO, to any level: N02BE01, N02"
    )
    category_id = IdIn(required=False, allow_null=True)
    prescription_class = serializers.ChoiceField(
        choices=PrescriptionClass.choices, required=False, allow_blank=True
    )
    controlled_class = serializers.ChoiceField(choices=ControlledClass.choices, required=False)
    cold_chain = serializers.BooleanField(required=False, help_text="kept at 2 to 8 °C")
    tax_category_id = IdIn(required=False, allow_null=True)
    base_unit = serializers.ChoiceField(
        choices=BaseUnit.choices, required=False, help_text="the smallest unit it is sold in"
    )
    public_price = MoneyIn(required=False, allow_null=True, help_text="per base unit")
    min_stock = StockLimitIn(help_text="base units; below it stock is low")
    reorder_point = StockLimitIn(
        allow_null=True,
        help_text="base units; from here down it is to be ordered; null: at the minimum",
    )
    max_stock = StockLimitIn(help_text="base units an order fills up to, at least the minimum")
    shelf_location = serializers.CharField(required=False, allow_blank=True, max_length=60)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=2000)


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
    inner_id = serializers.IntegerField(
        allow_null=True, help_text="the pack it is made of: a box of strips; null: of base units"
    )
    inner_count = serializers.IntegerField(allow_null=True, help_text="how many of them")
    price = MoneyOut(
        allow_null=True, help_text="of the pack; null if it is the base unit's times the units"
    )
    is_purchase_default = serializers.BooleanField()


class BarcodeOut(serializers.Serializer):
    id = serializers.IntegerField()
    value = serializers.CharField()
    kind = serializers.ChoiceField(choices=BarcodeKind.choices)
    packaging_id = serializers.IntegerField(allow_null=True)


class IngredientOut(serializers.Serializer):
    ingredient_id = serializers.IntegerField()
    name_ar = serializers.CharField(source="ingredient.name_ar")
    name_en = serializers.CharField(source="ingredient.name_en")
    strength = PlainDecimal(allow_null=True)
    unit = serializers.ChoiceField(choices=StrengthUnit.choices, allow_blank=True)
    per_value = PlainDecimal(allow_null=True)
    per_unit = serializers.ChoiceField(choices=PerUnit.choices, allow_blank=True)
    text = serializers.CharField(source="__str__")


class ProductOut(serializers.Serializer):
    id = serializers.IntegerField()
    name_ar = serializers.CharField()
    name_en = serializers.CharField()
    strength = serializers.CharField()
    form = serializers.CharField()
    route = serializers.ChoiceField(choices=Route.choices, allow_blank=True)
    manufacturer = serializers.CharField()
    atc_code = serializers.CharField()
    category_id = serializers.IntegerField(allow_null=True)
    prescription_class = serializers.ChoiceField(
        choices=PrescriptionClass.choices, allow_blank=True, help_text="empty: not yet classed"
    )
    controlled_class = serializers.ChoiceField(choices=ControlledClass.choices)
    cold_chain = serializers.BooleanField()
    tax_category_id = serializers.IntegerField(allow_null=True)
    base_unit = serializers.ChoiceField(choices=BaseUnit.choices)
    public_price = MoneyOut(allow_null=True, help_text="per base unit; null while unknown")
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices)
    sellable = serializers.BooleanField()
    purchasable = serializers.BooleanField()
    min_stock = serializers.IntegerField()
    reorder_point = serializers.IntegerField(allow_null=True)
    max_stock = serializers.IntegerField()
    shelf_location = serializers.CharField()
    on_hand = serializers.IntegerField(help_text="base units on the shelves, expired ones too")
    reserved = serializers.IntegerField(help_text="base units promised to orders")
    available = serializers.IntegerField(help_text="base units that may be sold today")
    incoming = serializers.IntegerField(
        source="incoming_quantity", help_text="base units ordered and not yet received"
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ProductDetailOut(ProductOut):
    notes = serializers.CharField()
    merged_into_id = serializers.IntegerField(
        allow_null=True, help_text="the product this one turned out to be"
    )
    ingredients = IngredientOut(many=True)
    packagings = PackagingOut(many=True)
    barcodes = BarcodeOut(many=True)


class LifecycleIn(InputSerializer):
    to = serializers.ChoiceField(choices=Lifecycle.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class PackagingPatch(InputSerializer):
    name = serializers.CharField(required=False, max_length=60)
    units = QuantityIn(
        required=False, help_text="base units in the pack; or inner_id and inner_count instead"
    )
    inner_id = IdIn(
        required=False, allow_null=True, help_text="made of this pack; its size follows that one's"
    )
    inner_count = QuantityIn(required=False, allow_null=True, help_text="how many of them")
    price = MoneyIn(required=False, allow_null=True)
    is_purchase_default = serializers.BooleanField(required=False)


class PackagingIn(PackagingPatch):
    name = serializers.CharField(max_length=60)


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
    kind = serializers.ChoiceField(choices=LocationKind.choices)
    is_default = serializers.BooleanField()
    is_active = serializers.BooleanField()


class LocationIn(InputSerializer):
    code = serializers.CharField(max_length=30)
    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(choices=LocationKind.choices, required=False)


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
    order_at = serializers.IntegerField(help_text="the reorder point, or the minimum without one")
    max_stock = serializers.IntegerField()
    needed = serializers.IntegerField(help_text="maximum - available - incoming, base units")
