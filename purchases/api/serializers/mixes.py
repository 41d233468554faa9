"""Strengths that may be mixed, over the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut, QuantityIn
from purchases.api.serializers.quantities import DealAskedIn, GoodsOut, QuotedOut

MOST_LINES = 100


class MixWishIn(InputSerializer):
    offer_line_id = IdIn()
    quantity = QuantityIn(help_text="Base units needed of this line.")


def _wishes(line: Callable[..., Any] = MixWishIn) -> Any:
    return line(many=True, min_length=1, max_length=MOST_LINES)


class MixIn(DealAskedIn):
    lines = _wishes()


class LineOfMixOut(serializers.Serializer):
    offer_line_id = serializers.IntegerField(source="line.pk")
    name = serializers.CharField(source="line.name")
    product_id = serializers.IntegerField(source="line.product_id", allow_null=True)
    list_price = MoneyOut(source="line.list_price", allow_null=True)
    purchase_units = serializers.IntegerField(help_text="Base units of a pack.")


class StrengthMixOut(serializers.Serializer):
    """The lines whose packs are counted together."""

    deal_text = serializers.CharField()
    on = serializers.DateField()
    lines = LineOfMixOut(many=True)


class MixedLineOut(QuotedOut):
    """What is bought of one strength, what of it comes free, and what it costs alone."""

    offer_line_id = serializers.IntegerField(source="line.pk")
    name = serializers.CharField(source="line.name")
    product_id = serializers.IntegerField(source="line.product_id", allow_null=True)
    needed = serializers.IntegerField(source="quantity", help_text="Base units needed.")
    amount_alone = MoneyOut(
        source="alone.amount", help_text="The least money for the need without the mix."
    )


class MixQuoteOut(serializers.Serializer):
    """The least money that brings what is needed of every strength, counted together."""

    deal_text = serializers.CharField()
    on = serializers.DateField()
    packs = serializers.IntegerField(source="mix.packs", help_text="Bought, all lines together.")
    free_packs = serializers.IntegerField(
        source="mix.free_packs", help_text="What the deal gives for them."
    )
    gifts = GoodsOut(source="mix.gifts", many=True, help_text="Free goods of other products.")
    amount = MoneyOut(source="mix.amount")
    amount_alone = MoneyOut(help_text="Every line bought as if it stood alone.")
    saving = MoneyOut(
        help_text="The difference; below zero only where alone some lines take a discount instead."
    )
    lines = MixedLineOut(many=True)
