"""Needs and the policies they are worked out with, over the wire."""

from __future__ import annotations

from decimal import Decimal

from rest_framework import serializers

from core.api import InputSerializer
from purchases.api.serializers.common import ProductOf, ProductRow
from purchases.models.needs import LONGEST_TIME, AbcClass
from purchases.needs import Basis

_CLASSES = [(each, each) for each in AbcClass.values]
_LEVEL_HELP = "The chance of meeting all demand between two deliveries, 0.5 to below 1."


class NeedPolicyIn(InputSerializer):
    service_level = serializers.DecimalField(
        max_digits=5,
        decimal_places=4,
        min_value=Decimal("0.5"),
        max_value=Decimal("0.9999"),
        required=False,
        help_text=_LEVEL_HELP,
    )
    lead_days = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_TIME,
        required=False,
        help_text="Days from an order to the shelf, where the supplier's are not known.",
    )
    lead_deviation = serializers.DecimalField(
        max_digits=4,
        decimal_places=1,
        min_value=Decimal(0),
        max_value=Decimal(LONGEST_TIME),
        required=False,
        help_text="Standard deviation of the lead time, days.",
    )
    review_days = serializers.IntegerField(
        min_value=1,
        max_value=LONGEST_TIME,
        required=False,
        help_text="Days from one occasion to order to the next.",
    )


class NeedPolicyOut(serializers.Serializer):
    abc_class = serializers.ChoiceField(_CLASSES)
    service_level = serializers.DecimalField(max_digits=5, decimal_places=4, help_text=_LEVEL_HELP)
    lead_days = serializers.IntegerField()
    lead_deviation = serializers.DecimalField(max_digits=4, decimal_places=1)
    review_days = serializers.IntegerField()


_BASES = [(basis.value, basis.value) for basis in Basis]


class NeedFilter(InputSerializer):
    abc_class = serializers.ChoiceField(_CLASSES, required=False)
    basis = serializers.ChoiceField(_BASES, required=False)
    only_needed = serializers.BooleanField(required=False, default=False)
    only_urgent = serializers.BooleanField(
        required=False,
        default=False,
        help_text="What has come down to its reorder point: it cannot wait for the next order.",
    )
    review_due = serializers.BooleanField(
        required=False,
        default=True,
        help_text="Whether this is an occasion to order what is above its reorder point, too.",
    )


class DemandOut(serializers.Serializer):
    """What was asked for; days without stock are not days without demand."""

    per_day = serializers.DecimalField(max_digits=None, decimal_places=4)
    deviation = serializers.DecimalField(
        max_digits=None, decimal_places=4, help_text="Standard deviation of one day, units."
    )
    observed_days = serializers.IntegerField()
    stock_out_days = serializers.IntegerField()
    sold = serializers.IntegerField(help_text="On the observed days, less what came back.")


class PositionOut(serializers.Serializer):
    on_hand = serializers.IntegerField()
    held_back = serializers.IntegerField(help_text="Expired, quarantined, recalled, closed off.")
    expiring = serializers.IntegerField(help_text="Will expire before it can be sold.")
    reserved = serializers.IntegerField()
    incoming = serializers.IntegerField()
    usable = serializers.IntegerField(
        help_text="on_hand - held_back - expiring - reserved + incoming"
    )


class LimitsOut(serializers.Serializer):
    min_stock = serializers.IntegerField()
    reorder_point = serializers.IntegerField(allow_null=True)
    max_stock = serializers.IntegerField()


class NeedFiguresOut(ProductRow):
    """How much of a product is needed, and every figure that says so. Base units and days."""

    product = ProductOf()
    basis = serializers.ChoiceField(_BASES)
    abc_class = serializers.ChoiceField(_CLASSES)
    service_level = serializers.DecimalField(max_digits=5, decimal_places=4)
    lead_days = serializers.IntegerField()
    lead_deviation = serializers.DecimalField(
        source="terms.lead_deviation", max_digits=4, decimal_places=1
    )
    review_days = serializers.IntegerField()
    demand = DemandOut()
    limits = LimitsOut()
    position = PositionOut()
    safety_stock = serializers.DecimalField(max_digits=None, decimal_places=2)
    reorder_point = serializers.IntegerField()
    order_up_to = serializers.IntegerField()
    cover_days = serializers.DecimalField(
        max_digits=None,
        decimal_places=1,
        allow_null=True,
        help_text="Days the usable units last; null without demand.",
    )
    urgent = serializers.BooleanField()
    needed = serializers.IntegerField(help_text="Units to order.")
