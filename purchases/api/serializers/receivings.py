"""Receivings over the wire: scans, lines, terms."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn
from purchases.allowed import RECEIVING
from purchases.api.serializers.common import (
    AllowedActions,
    PersonRef,
    ProductOf,
    ProductRow,
    SupplierRef,
)
from purchases.api.serializers.receipts import ChecksIn
from purchases.models import ReceivingState
from purchases.services.receiving.scanning import Scan

MOST_SCANS = 500


class ReceivingFilter(InputSerializer):
    state = serializers.ChoiceField(choices=ReceivingState.choices, required=False)
    order_id = IdIn(required=False)
    supplier_id = IdIn(required=False)


class ReceivingIn(InputSerializer):
    order_id = IdIn()
    delivery_note = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="The supplier's own number."
    )


class ReceivingScanIn(InputSerializer):
    code = serializers.CharField(
        required=False,
        max_length=300,
        trim_whitespace=False,
        help_text="As the scanner sent it: GS1 DataMatrix, GS1-128, EAN.",
    )
    product_id = IdIn(required=False, help_text="By hand, instead of a code.")
    quantity = QuantityIn(
        required=False, help_text="Packs of the code, or base units of the product; 1."
    )
    batch_number = serializers.CharField(
        required=False, max_length=60, allow_blank=True, help_text="If the code does not say."
    )
    expiry_date = serializers.DateField(required=False, allow_null=True)
    order_line_id = IdIn(
        required=False, allow_null=True, help_text="Which line it is for; of a substitute."
    )
    counts_as = QuantityIn(
        required=False, allow_null=True, help_text="Units of that line a substitute stands for."
    )
    substitution_reason = serializers.CharField(required=False, max_length=500, allow_blank=True)
    location_id = IdIn(required=False, allow_null=True)
    quarantine = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("code")) == ("product_id" in attrs):
            raise serializers.ValidationError(
                {"code": [serializers.ErrorDetail(_("Give a code or a product."), "one_of_two")]}
            )
        return attrs


class ReceivingScansIn(InputSerializer):
    scans = serializers.ListField(child=ReceivingScanIn(), allow_empty=False, max_length=MOST_SCANS)

    def validate_scans(self, scans: list[dict[str, Any]]) -> list[Scan]:
        return [Scan(**scan) for scan in scans]


class ReceivingLineEditIn(ChecksIn):
    quantity = QuantityIn(required=False, help_text="Base units.")
    counts_as = QuantityIn(required=False, allow_null=True, source="counted_quantity")
    batch_number = serializers.CharField(required=False, max_length=60, allow_blank=True)
    expiry_date = serializers.DateField(required=False, allow_null=True)
    location_id = IdIn(required=False, allow_null=True)
    quarantine = serializers.BooleanField(required=False)
    substitution_reason = serializers.CharField(required=False, max_length=500, allow_blank=True)
    note = serializers.CharField(required=False, max_length=500, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"changes": attrs}


class ReceivingTermsIn(InputSerializer):
    invoice_price = MoneyIn(required=False, allow_null=True, help_text="Per pack as invoiced.")
    invoice_amount = MoneyIn(required=False, allow_null=True, help_text="For all that arrived.")
    close_rest = serializers.BooleanField(
        required=False, help_text="What did not arrive will not come."
    )
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Why a tolerance is exceeded."
    )


class ReceivingLineOut(ProductRow):
    line = serializers.IntegerField()
    order_line_id = serializers.IntegerField()
    product = ProductOf()
    batch_number = serializers.CharField()
    expiry_date = serializers.DateField(allow_null=True)
    quantity = serializers.IntegerField(help_text="Base units.")
    counts_as = serializers.IntegerField(source="counted_quantity", allow_null=True)
    location_id = serializers.IntegerField(allow_null=True)
    quarantine = serializers.BooleanField()
    substitution_reason = serializers.CharField()
    temperature_celsius = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    packaging_intact = serializers.BooleanField(allow_null=True)
    seals_intact = serializers.BooleanField(allow_null=True)
    leaflet_readable = serializers.BooleanField(allow_null=True)
    note = serializers.CharField()


class ScanTakenOut(serializers.Serializer):
    scan_id = serializers.IntegerField(source="scan.pk")
    serial = serializers.CharField(source="scan.serial")
    added = serializers.IntegerField(source="scan.quantity", help_text="Base units.")
    line = serializers.IntegerField(source="line.line")
    order_line_id = serializers.IntegerField(source="line.order_line_id")
    product_id = serializers.IntegerField(source="line.product_id")
    batch_number = serializers.CharField(source="line.batch_number")
    expiry_date = serializers.DateField(source="line.expiry_date", allow_null=True)
    quantity = serializers.IntegerField(source="line.quantity", help_text="On the line by now.")
    warnings = serializers.ListField(child=serializers.CharField())


class ScansTakenOut(serializers.Serializer):
    scans = ScanTakenOut(many=True)


class ScanRowOut(serializers.Serializer):
    id = serializers.IntegerField()
    line = serializers.IntegerField(source="line.line", allow_null=True, default=None)
    product_id = serializers.IntegerField()
    code = serializers.CharField()
    serial = serializers.CharField()
    quantity = serializers.IntegerField()
    scanned_at = serializers.DateTimeField()
    scanned_by = PersonRef()
    undone_at = serializers.DateTimeField(allow_null=True)


class ReceivingTermsOut(serializers.Serializer):
    order_line_id = serializers.IntegerField()
    invoice_price = MoneyOut(allow_null=True)
    invoice_amount = MoneyOut(allow_null=True)
    close_rest = serializers.BooleanField()
    reason = serializers.CharField()


class ReceivingProgressOut(ProductRow):
    order_line_id = serializers.IntegerField(source="pk")
    product = ProductOf()
    ordered = serializers.IntegerField(source="ordered_quantity")
    outstanding = serializers.IntegerField(
        source="outstanding_quantity", help_text="Still to come before this delivery."
    )
    arrived = serializers.IntegerField(help_text="Taken in here so far, base units of the line.")


class ReceivingOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    order_id = serializers.IntegerField()
    order_number = serializers.CharField(source="order.number")
    supplier = SupplierRef(source="order.supplier")
    state = serializers.ChoiceField(choices=ReceivingState.choices)
    allowed_actions = AllowedActions(RECEIVING)
    delivery_note = serializers.CharField()
    started_at = serializers.DateTimeField()
    started_by = PersonRef()
    receipt_id = serializers.IntegerField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = PersonRef(allow_null=True)
    cancel_reason = serializers.CharField()


class ReceivingDetailOut(ReceivingOut):
    lines = ReceivingLineOut(many=True)
    terms = ReceivingTermsOut(many=True)
    progress = ReceivingProgressOut(many=True)
