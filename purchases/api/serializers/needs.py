"""Needs and the policies they are worked out with, over the wire."""

from __future__ import annotations

from decimal import Decimal

from rest_framework import serializers

from core.api import InputSerializer
from purchases.models.needs import LONGEST_TIME, AbcClass

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
    abc_class = serializers.ChoiceField(AbcClass.choices)
    service_level = serializers.DecimalField(max_digits=5, decimal_places=4, help_text=_LEVEL_HELP)
    lead_days = serializers.IntegerField()
    lead_deviation = serializers.DecimalField(max_digits=4, decimal_places=1)
    review_days = serializers.IntegerField()
