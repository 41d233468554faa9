"""Shapes of finding products."""

from __future__ import annotations

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut
from inventory.api.serializers.catalogue import PackagingOut, ProductOut
from inventory.selectors.scans import MOST_CHARACTERS
from inventory.selectors.search import MOST_HITS


class SuggestFilter(InputSerializer):
    text = serializers.CharField(max_length=200, help_text="what was typed so far")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_HITS, help_text="20 if left out"
    )
    sellable = serializers.BooleanField(required=False, help_text="true: only what may be sold")


class ScannedTextIn(InputSerializer):
    text = serializers.CharField(
        max_length=MOST_CHARACTERS,
        trim_whitespace=False,
        help_text="exactly what the scanner sent, separators included",
    )


class ScanWarningOut(serializers.Serializer):
    code = serializers.CharField()
    detail = serializers.CharField()


class ScanOut(serializers.Serializer):
    text = serializers.CharField()
    gtin = serializers.CharField(help_text="14 digits, empty if the code has none")
    product = ProductOut(allow_null=True)
    packaging = PackagingOut(allow_null=True)
    quantity = serializers.IntegerField(
        allow_null=True, help_text="base units of one scan; null: to be entered"
    )
    batch_number = serializers.CharField()
    batch_id = serializers.IntegerField(
        source="batch.pk",
        default=None,
        allow_null=True,
        help_text="of the batch in stock, if known",
    )
    expiry_date = serializers.DateField(allow_null=True)
    production_date = serializers.DateField(allow_null=True)
    serial = serializers.CharField()
    amount = MoneyOut(allow_null=True, help_text="price printed by the pharmacy's own scales")
    warnings = ScanWarningOut(many=True)


class MergeIn(InputSerializer):
    merged_id = IdIn(help_text="the product that ends")
    reason = serializers.CharField(max_length=500)
