"""Comparisons over the wire."""

from __future__ import annotations

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut, QuantityIn
from purchases.api.serializers.common import ProductRef, SupplierRef
from purchases.api.serializers.prices import PriceJumpOut
from purchases.api.serializers.quantities import QuotedOut
from purchases.selectors.sources import Exclusion


class ComparisonFilter(InputSerializer):
    product_id = IdIn(required=False, help_text="One product; without it, everything short.")
    quantity = QuantityIn(
        required=False,
        help_text="Base units to compare for; only with product_id. By default what is needed.",
    )

    def validate(self, attrs: dict[str, int]) -> dict[str, int]:
        if "quantity" in attrs and "product_id" not in attrs:
            raise serializers.ValidationError(
                {"quantity": "Only together with product_id."}, code="needs_product_id"
            )
        return attrs


class QuoteOut(QuotedOut):
    """What the needed quantity costs at one supplier, free goods counted."""

    supplier = SupplierRef(source="source.line.offer.supplier")
    offer_id = serializers.IntegerField(source="source.line.offer_id")
    offer_line_id = serializers.IntegerField(source="source.line.pk")
    received_at = serializers.DateTimeField(source="source.line.offer.received_at")
    pack_price = MoneyOut(source="source.price.price")
    public_price = MoneyOut(source="source.line.public_price", allow_null=True)
    discount_percent = serializers.DecimalField(
        source="source.price.discount_percent", max_digits=7, decimal_places=4
    )
    deal_text = serializers.CharField(source="source.line.deal_text")
    register_required = serializers.BooleanField(source="source.line.register_required")
    price_jumps = PriceJumpOut(source="source.line.price_jumps", many=True)


class ExcludedSourceOut(serializers.Serializer):
    supplier = SupplierRef(source="line.offer.supplier")
    offer_id = serializers.IntegerField(source="line.offer_id")
    offer_line_id = serializers.IntegerField(source="line.pk")
    reason = serializers.ChoiceField([(e.value, e.value) for e in Exclusion], source="exclusion")


class ComparisonOut(serializers.Serializer):
    product = ProductRef()
    purchase_units = serializers.IntegerField(source="product.purchase_units")
    needed = serializers.IntegerField(help_text="Base units compared for.")
    quotes = QuoteOut(many=True, help_text="Cheapest first by true unit cost.")
    excluded = ExcludedSourceOut(many=True)
