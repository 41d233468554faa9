"""What quantities of an offer line cost, over the wire."""

from __future__ import annotations

from rest_framework import serializers

from core.api import InputSerializer, MoneyOut, QuantityIn, UnitCostOut


class OnDayIn(InputSerializer):
    """For which day a deal is asked."""

    on = serializers.DateField(
        required=False, help_text="The day the deal must hold for; by default today."
    )


class DealAskedIn(OnDayIn):
    """Which deal is asked for."""

    with_exceptions = serializers.BooleanField(
        required=False,
        default=False,
        help_text="As if the supplier consents to the tiers that need it.",
    )


class QuantitiesFilter(DealAskedIn):
    quantity = QuantityIn(required=False, help_text="Base units needed; by default one pack.")
    cap = QuantityIn(
        required=False, help_text="Base units that may arrive; by default four times the need."
    )


class GoodsOut(serializers.Serializer):
    product = serializers.CharField(help_text="As printed in the deal.")
    units = serializers.IntegerField()


class QuotedOut(serializers.Serializer):
    """What has a `quote`: packs bought and free, what arrives and what it costs."""

    packs = serializers.IntegerField(source="quote.packs")
    free_packs = serializers.IntegerField(source="quote.free_packs")
    quantity = serializers.IntegerField(source="quote.quantity", help_text="Base units arriving.")
    amount = MoneyOut(source="quote.amount")
    true_pack_cost = UnitCostOut(source="quote.true_pack_cost")
    true_unit_cost = UnitCostOut(source="quote.true_unit_cost")


class QuantityQuoteOut(QuotedOut):
    """One purchase: packs bought, what comes free, what it costs."""

    gifts = GoodsOut(many=True, help_text="Free goods of other products.")
    discount_percent = serializers.DecimalField(
        source="price.discount_percent", max_digits=7, decimal_places=4
    )


class QuantitiesOut(serializers.Serializer):
    """The cheapest ways to buy a quantity of an offer line."""

    offer_line_id = serializers.IntegerField(source="line.pk")
    deal_text = serializers.CharField(source="line.deal_text")
    purchase_units = serializers.IntegerField(help_text="Base units of a pack.")
    quantity = serializers.IntegerField(help_text="Base units needed.")
    cap = serializers.IntegerField(help_text="Base units that may arrive.")
    on = serializers.DateField()
    least_money = QuantityQuoteOut(help_text="The least money that brings the quantity.")
    least_unit_cost = QuantityQuoteOut(
        help_text="The least true cost of a unit from the quantity up to the cap."
    )
    sweet_spots = QuantityQuoteOut(
        many=True, help_text="Where a unit gets cheaper than in any smaller purchase."
    )
