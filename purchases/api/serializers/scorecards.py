"""Scorecards of suppliers over the wire."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut
from purchases.api.serializers.common import SupplierRef

LONGEST_PERIOD_DAYS = 3660


class _Figure(serializers.DecimalField):
    """A percentage or an average with two places; null where there is nothing to compute from."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 20, "decimal_places": 2, "allow_null": True, **kwargs})


class ScorecardFilter(InputSerializer):
    date_from = serializers.DateField()
    date_to = serializers.DateField()
    supplier_id = IdIn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first: date = attrs["date_from"]
        last: date = attrs["date_to"]
        if not 0 <= (last - first).days <= LONGEST_PERIOD_DAYS:
            raise serializers.ValidationError(
                {"date_to": "Not before date_from, and at most ten years later."},
                code="invalid_period",
            )
        if first.year < 2000:
            raise serializers.ValidationError(
                {"date_from": "Not before the year 2000."}, code="invalid_period"
            )
        return attrs


class ScoreDeliveryOut(serializers.Serializer):
    fill_rate = _Figure(help_text="Percent of the units ordered.")
    line_fill_rate = _Figure(help_text="Percent of the lines that came whole.")
    lines = serializers.IntegerField(help_text="Of orders expected in the period.")
    lines_complete = serializers.IntegerField()
    ordered_units = serializers.IntegerField()
    delivered_units = serializers.IntegerField()


class ScoreDelayOut(serializers.Serializer):
    late_share = _Figure(help_text="Percent of the receipts.")
    average_late_days = _Figure()
    average_lead_days = _Figure()
    receipts = serializers.IntegerField()
    late = serializers.IntegerField()
    late_days = serializers.IntegerField()
    lead_days = serializers.IntegerField()


class ScoreGoodsOut(serializers.Serializer):
    short_dated_share = _Figure(help_text="Percent of the units whose expiry is known.")
    returned_share = _Figure()
    received_units = serializers.IntegerField()
    dated_units = serializers.IntegerField()
    short_dated_units = serializers.IntegerField()
    returned_units = serializers.IntegerField()
    returned_cost = MoneyOut()


class ScorePricesOut(serializers.Serializer):
    average_rank = _Figure(help_text="1 is the cheapest of those who offer the product today.")
    price_index = _Figure(help_text="100 is the best true cost today for everything bought.")
    products = serializers.IntegerField(help_text="Received, and offered by others too.")
    cost = MoneyOut(help_text="Of the units received, at this supplier's prices of today.")
    best = MoneyOut(help_text="Of the same units, at the best prices of today.")


class ScoreInvoicesOut(serializers.Serializer):
    difference_share = _Figure()
    posted = serializers.IntegerField()
    with_differences = serializers.IntegerField()
    disputed = MoneyOut()
    by_kind = serializers.DictField(child=serializers.IntegerField())


class ScorecardOut(serializers.Serializer):
    supplier = SupplierRef()
    delivery = ScoreDeliveryOut()
    delay = ScoreDelayOut()
    prices = ScorePricesOut()
    goods = ScoreGoodsOut()
    invoices = ScoreInvoicesOut()


class ScorecardsOut(serializers.Serializer):
    date_from = serializers.DateField()
    date_to = serializers.DateField()
    rows = ScorecardOut(many=True)
