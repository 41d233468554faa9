"""Goods receipts over the wire."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn, UnitCostOut
from purchases.allowed import RECEIPT
from purchases.api.serializers.common import (
    AllowedActions,
    PersonRef,
    ProductOf,
    ProductRow,
    SupplierRef,
)
from purchases.models import LandedCostKind
from purchases.services.receipts.deliveries import Batch, Checks, Delivery


class ReceiptFilter(InputSerializer):
    order_id = IdIn(required=False)
    supplier_id = IdIn(required=False)


class CelsiusIn(serializers.DecimalField):
    """Degrees Celsius, -99.99 to 99.99."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 4, "decimal_places": 2, **kwargs})


class ChecksIn(InputSerializer):
    """What was looked at on arrival; left out: was not looked at."""

    temperature_celsius = CelsiusIn(
        required=False, allow_null=True, help_text="Measured; required of the cold chain."
    )
    packaging_intact = serializers.BooleanField(required=False, allow_null=True)
    seals_intact = serializers.BooleanField(required=False, allow_null=True)
    leaflet_readable = serializers.BooleanField(
        required=False, allow_null=True, help_text="In a language patients here read."
    )


CHECKS = tuple(Checks.__dataclass_fields__)


class BatchIn(ChecksIn):
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
    product_id = IdIn(
        required=False, allow_null=True, help_text="What came in place of what was ordered."
    )
    counts_as = QuantityIn(
        required=False,
        allow_null=True,
        help_text="Units of the ordered product a substitute stands for; as many by default.",
    )
    substitution_reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    quarantine = serializers.BooleanField(
        required=False, help_text="It waits there for an inspection."
    )

    def to_internal_value(self, data: Any) -> Batch:
        values = super().to_internal_value(data)
        checks = {name: values.pop(name) for name in CHECKS if name in values}
        return Batch(**values, checks=Checks(**checks))


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
    close_rest = serializers.BooleanField(
        required=False, help_text="What did not arrive will not come."
    )
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="Why goods beyond a tolerance are taken in; by somebody who may.",
    )

    def to_internal_value(self, data: Any) -> Delivery:
        values = super().to_internal_value(data)
        return Delivery(**{**values, "batches": tuple(values["batches"])})


class ReceiveIn(InputSerializer):
    delivery_note = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="The supplier's own number."
    )
    lines = serializers.ListField(child=DeliveryIn(), allow_empty=False, max_length=1000)


class ReceiptLineOut(ProductRow):
    id = serializers.IntegerField()
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
    counted_quantity = serializers.IntegerField(help_text="Units of the order line it fulfils.")
    over_quantity = serializers.IntegerField(help_text="Units that came beyond the order.")
    temperature_celsius = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    replaced_product = ProductOf(
        source="replaced_product_id",
        allow_null=True,
        help_text="What was ordered, where something else came.",
    )
    substitution_reason = serializers.CharField()
    accepted_because = serializers.CharField()
    batch_id = serializers.IntegerField()
    flags = serializers.ListField(child=serializers.CharField())
    reversed = serializers.SerializerMethodField(help_text="It was taken back.")

    @staticmethod
    def products_shown(row: Any) -> list[int]:
        return [pk for pk in (row.product_id, row.replaced_product_id) if pk]

    def get_reversed(self, row: Any) -> bool:
        return hasattr(row, "reversal_line")


class ClosureOut(serializers.Serializer):
    order_line_id = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="Base units given up.")
    amount = MoneyOut(help_text="Money of the order that is free again.")


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


class ReversalOfReceiptOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    reason = serializers.CharField()
    total = MoneyOut(help_text="Money no longer owed.")
    reversed_at = serializers.DateTimeField()
    reversed_by = PersonRef()
    lines = serializers.SerializerMethodField(help_text="Numbers of the lines it took back.")

    def get_lines(self, reversal: Any) -> list[int]:
        return [row.receipt_line.line for row in reversal.lines.all()]


class CostOfReceiptOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=LandedCostKind.choices)
    amount = MoneyOut(help_text="What lines of this receipt bear of it.")
    posted_at = serializers.DateTimeField()
    reversed_at = serializers.DateTimeField(allow_null=True)


class ReceiptDetailOut(ReceiptOut):
    lines = ReceiptLineOut(many=True)
    closures = ClosureOut(many=True)
    reversals = ReversalOfReceiptOut(many=True)
    landed_costs = serializers.SerializerMethodField()
    allowed_actions = AllowedActions(RECEIPT)
    price_difference = serializers.SerializerMethodField()

    def get_price_difference(self, receipt: Any) -> str:
        return MoneyOut().to_representation(
            sum((line.price_difference for line in receipt.lines.all()), Decimal(0))
        )

    @extend_schema_field(CostOfReceiptOut(many=True))
    def get_landed_costs(self, receipt: Any) -> list[dict[str, Any]]:
        """Each cost once, however many lines bear it; oldest first."""
        borne: defaultdict[int, Decimal] = defaultdict(Decimal)
        costs = {}
        for share in (row for line in receipt.lines.all() for row in line.landed_costs.all()):
            borne[share.cost_id] += share.amount
            costs[share.cost_id] = share.cost
        rows = [
            {
                "id": cost.pk,
                "number": cost.number,
                "kind": cost.kind,
                "amount": borne[cost.pk],
                "posted_at": cost.posted_at,
                "reversed_at": cost.reversed_at,
            }
            for _pk, cost in sorted(costs.items())
        ]
        return [dict(row) for row in CostOfReceiptOut(rows, many=True).data]
