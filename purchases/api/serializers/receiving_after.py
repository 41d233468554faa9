"""Inspections, reversals and landed costs over the wire, and the rules of receiving."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn
from purchases.api.serializers.common import PersonRef, ProductOf, ProductRow, SupplierRef
from purchases.api.serializers.receipts import CHECKS, ChecksIn
from purchases.models import (
    InspectionState,
    LandedCostKind,
    PaidFrom,
    Spread,
)
from purchases.services.receipts.deliveries import Checks
from purchases.services.receipts.inspections import Decision
from purchases.services.receipts.landed_costs import Bearer, Bill

MOST_LINES = 1000


class LineNumbersIn(serializers.ListField):
    """Numbers of lines of a receipt; left out or null: all."""

    child = QuantityIn()

    def __init__(self, **kwargs: Any) -> None:
        choice = {"required": False, "allow_null": True, "allow_empty": False}
        super().__init__(**{**choice, "max_length": MOST_LINES, **kwargs})


# --- Inspections ---


class InspectionFilter(InputSerializer):
    state = serializers.ChoiceField(choices=InspectionState.choices, required=False)
    supplier_id = IdIn(required=False)
    receipt_id = IdIn(required=False)


class SupplierFilter(InputSerializer):
    supplier_id = IdIn(required=False)


class InspectionDecisionIn(ChecksIn):
    inspection_id = IdIn()
    accepted_quantity = QuantityIn(
        min_value=0, help_text="Base units that may be sold; the rest is rejected."
    )
    location_id = IdIn(
        required=False, allow_null=True, help_text="Where accepted goods go; as meant on arrival."
    )
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Needed to reject."
    )

    def to_internal_value(self, data: Any) -> Decision:
        values = super().to_internal_value(data)
        checks = {name: values.pop(name) for name in CHECKS if name in values}
        return Decision(**values, checks=Checks(**checks))


class InspectionDecisionsIn(InputSerializer):
    decisions = serializers.ListField(
        child=InspectionDecisionIn(), allow_empty=False, max_length=MOST_LINES
    )


class InspectionOut(ProductRow):
    id = serializers.IntegerField()
    receipt_id = serializers.IntegerField(source="receipt_line.receipt_id")
    receipt_number = serializers.CharField(source="receipt_line.receipt.number")
    receipt_line_id = serializers.IntegerField(help_text="What a return of rejected goods names.")
    receipt_line = serializers.IntegerField(
        source="receipt_line.line", help_text="Its number in the receipt."
    )
    supplier = SupplierRef(source="receipt_line.receipt.order.supplier")
    product = ProductOf(source="receipt_line.product_id")
    batch_id = serializers.IntegerField(source="receipt_line.batch_id")
    batch_number = serializers.CharField(source="receipt_line.batch_number")
    expiry_date = serializers.DateField(source="receipt_line.expiry_date", allow_null=True)
    state = serializers.ChoiceField(choices=InspectionState.choices)
    because = serializers.ListField(child=serializers.CharField())
    quantity = serializers.IntegerField(help_text="Base units that waited.")
    accepted_quantity = serializers.IntegerField()
    rejected_quantity = serializers.IntegerField()
    quarantine_id = serializers.IntegerField(help_text="The place they wait at.")
    location_id = serializers.IntegerField(allow_null=True)
    temperature_celsius = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    packaging_intact = serializers.BooleanField(allow_null=True)
    seals_intact = serializers.BooleanField(allow_null=True)
    leaflet_readable = serializers.BooleanField(allow_null=True)
    note = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = PersonRef(allow_null=True)

    @staticmethod
    def products_shown(row: Any) -> list[int]:
        return [row.receipt_line.product_id]


class InspectionsOut(serializers.Serializer):
    inspections = InspectionOut(many=True)


class RejectedOut(InspectionOut):
    in_quarantine = serializers.IntegerField(help_text="Base units of the batch still there.")


# --- Reversals ---


class ReceiptReverseIn(InputSerializer):
    reason = serializers.CharField(max_length=500)
    lines = LineNumbersIn(
        help_text="Numbers of the receipt's lines; left out: all of it that still stands."
    )


class ReceiptReversalLineOut(serializers.Serializer):
    line = serializers.IntegerField(source="receipt_line.line")
    movement_id = serializers.IntegerField()


class ReceiptReversalOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    receipt_id = serializers.IntegerField()
    receipt_number = serializers.CharField(source="receipt.number")
    reason = serializers.CharField()
    total = MoneyOut(help_text="Money no longer owed.")
    reversed_at = serializers.DateTimeField()
    reversed_by = PersonRef()
    lines = ReceiptReversalLineOut(many=True)


class ReversalRequestFilter(InputSerializer):
    waiting_only = serializers.BooleanField(required=False)


class ReversalRequestOut(serializers.Serializer):
    id = serializers.IntegerField()
    receipt_id = serializers.IntegerField()
    receipt_number = serializers.CharField(source="receipt.number")
    lines = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="Null: all of it."
    )
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=["waiting", "approved", "rejected"])
    requested_at = serializers.DateTimeField()
    requested_by = PersonRef()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = PersonRef(allow_null=True)
    reversal_id = serializers.IntegerField(allow_null=True)
    rejection_reason = serializers.CharField()


# --- Free goods ---


class FreeGoodsOwedOut(ProductRow):
    order_line_id = serializers.IntegerField(source="pk")
    order_id = serializers.IntegerField()
    order_number = serializers.CharField(source="order.number")
    supplier = SupplierRef(source="order.supplier")
    product = ProductOf()
    bought_quantity = serializers.IntegerField()
    free_quantity = serializers.IntegerField(help_text="What the deal gives for all of it.")
    received_quantity = serializers.IntegerField()
    settled = serializers.IntegerField()
    owed = serializers.IntegerField(help_text="Base units.")


class FreeGoodsSettleIn(InputSerializer):
    quantity = QuantityIn(help_text="Base units owed no longer.")
    reason = serializers.CharField(max_length=500, help_text="Credited, delivered, waived.")


class FreeGoodsSettlementOut(serializers.Serializer):
    id = serializers.IntegerField()
    order_line_id = serializers.IntegerField()
    quantity = serializers.IntegerField()
    reason = serializers.CharField()
    settled_at = serializers.DateTimeField()


# --- Landed costs ---


class LandedCostFilter(InputSerializer):
    receipt_id = IdIn(required=False)
    supplier_id = IdIn(required=False)


class BearerIn(InputSerializer):
    receipt_id = IdIn()
    lines = LineNumbersIn(help_text="Numbers of the receipt's lines; left out: all.")

    def to_internal_value(self, data: Any) -> Bearer:
        values = super().to_internal_value(data)
        lines = values.get("lines")
        return Bearer(
            receipt_id=values["receipt_id"], lines=None if lines is None else frozenset(lines)
        )


class LandedCostIn(InputSerializer):
    kind = serializers.ChoiceField(choices=LandedCostKind.choices)
    spread = serializers.ChoiceField(choices=Spread.choices)
    amount = MoneyIn(help_text="Above 0.")
    supplier_id = IdIn(required=False, allow_null=True, help_text="To whom it is owed; or")
    paid_from = serializers.ChoiceField(choices=PaidFrom.choices, required=False)
    document_number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    bearers = serializers.ListField(child=BearerIn(), allow_empty=False, max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        bearers = attrs.pop("bearers")
        return {"bill": Bill(**attrs), "bearers": bearers}


class LandedCostLineOut(ProductRow):
    receipt_id = serializers.IntegerField(source="receipt_line.receipt_id")
    line = serializers.IntegerField(source="receipt_line.line")
    product = ProductOf(source="receipt_line.product_id")
    amount = MoneyOut()
    on_hand_quantity = serializers.IntegerField(help_text="Base units that were still there.")
    on_hand_amount = MoneyOut(help_text="By which the batch is worth more.")
    gone_amount = MoneyOut(help_text="Of goods that had left: cost of sales.")

    @staticmethod
    def products_shown(row: Any) -> list[int]:
        return [row.receipt_line.product_id]


class LandedCostOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=LandedCostKind.choices)
    spread = serializers.ChoiceField(choices=Spread.choices)
    amount = MoneyOut()
    supplier = SupplierRef(allow_null=True)
    paid_from = serializers.CharField()
    document_number = serializers.CharField()
    note = serializers.CharField()
    posted_at = serializers.DateTimeField()
    posted_by = PersonRef()
    reversed_at = serializers.DateTimeField(allow_null=True)
    reversal_reason = serializers.CharField()


class LandedCostDetailOut(LandedCostOut):
    lines = LandedCostLineOut(many=True)


class LandedCostReverseIn(InputSerializer):
    reason = serializers.CharField(max_length=500)


# --- Policies ---


class PercentIn(serializers.DecimalField):
    """0 to 100, two places."""

    def __init__(self, **kwargs: Any) -> None:
        limits = {"min_value": Decimal(0), "max_value": Decimal(100)}
        super().__init__(**{"max_digits": 5, "decimal_places": 2, **limits, **kwargs})


class DaysIn(serializers.IntegerField):
    """0 to 3,650."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 3650, **kwargs})


class ReceivingPolicyIn(InputSerializer):
    over_percent = PercentIn(required=False, help_text="Of the ordered quantity.")
    under_percent = PercentIn(required=False, help_text="That may be given up with the rest.")
    price_percent = PercentIn(required=False, help_text="Of the ordered price.")
    price_strict = serializers.BooleanField(
        required=False, help_text="Dearer than that needs permission and a reason."
    )
    short_dated_days = DaysIn(required=False, help_text="Good for fewer: flagged.")
    min_shelf_days = DaysIn(required=False, help_text="Good for fewer: needs permission.")
    inspect_all = serializers.BooleanField(
        required=False, help_text="Everything goes into quarantine first."
    )
    temperature_required = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"values": attrs}


class ReceivingPolicyOut(serializers.Serializer):
    supplier = SupplierRef(allow_null=True, help_text="None: of all that have none of their own.")
    over_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    under_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    price_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    price_strict = serializers.BooleanField()
    short_dated_days = serializers.IntegerField()
    min_shelf_days = serializers.IntegerField()
    inspect_all = serializers.BooleanField()
    temperature_required = serializers.BooleanField()


class ShelfLifeIn(InputSerializer):
    min_days = DaysIn(allow_null=True, help_text="Null: as any other product.")


class ShelfLifeOut(ProductRow):
    product = ProductOf()
    min_days = serializers.IntegerField()
