"""Price history and learnt names over the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MomentIn, MoneyOut, UnitCostOut
from purchases.api.serializers.common import PersonRef, ProductOf, ProductRow, SupplierRef
from purchases.jumps import DOWN, LAST_PRICE, OTHER_OFFERS, UP, line_pack_cost


class PriceJumpOut(serializers.Serializer):
    """A price far from another one, in money per pack."""

    against = serializers.ChoiceField(
        [(name, name) for name in (LAST_PRICE, OTHER_OFFERS)],
        help_text="last_price: this supplier's one before, discount off. other_offers: the middle"
        " of the other present offers, each by its true cost under its best deal.",
    )
    direction = serializers.ChoiceField([(name, name) for name in (UP, DOWN)])
    percent = serializers.CharField(help_text="How far, of the reference.")
    price = serializers.CharField()
    reference = serializers.CharField()
    offer_line_id = serializers.IntegerField(allow_null=True, help_text="Of the last price.")
    offers = serializers.IntegerField(help_text="How many the reference rests on.")


class PriceHistoryFilter(InputSerializer):
    supplier_id = IdIn(required=False)
    since = MomentIn(required=False)
    until = MomentIn(required=False)


class PackCostOut(serializers.Serializer):
    """What a pack truly costs."""

    net_price = UnitCostOut(source="net", help_text="One pack bought, discount off.")
    true_pack_cost = UnitCostOut(source="best", help_text="At the deal's best tier.")
    bought = serializers.IntegerField(help_text="Packs to buy for it.")
    free = serializers.IntegerField(help_text="Packs that come free with them.")


class PricePointOut(serializers.Serializer):
    """What a supplier asked for a product at one time."""

    offer_line_id = serializers.IntegerField(source="pk")
    offer_id = serializers.IntegerField()
    supplier = SupplierRef(source="offer.supplier")
    received_at = serializers.DateTimeField(source="offer.received_at")
    valid_until = serializers.DateField(source="offer.valid_until", allow_null=True)
    withdrawn_at = serializers.DateTimeField(source="offer.withdrawn_at", allow_null=True)
    name = serializers.CharField()
    list_price = MoneyOut(allow_null=True)
    public_price = MoneyOut(allow_null=True)
    discount_percent = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True)
    deal_text = serializers.CharField()
    cost = PackCostOut(allow_null=True, help_text="Null where the line names no price.")
    price_jumps = PriceJumpOut(many=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        instance.cost = line_pack_cost(instance)
        return super().to_representation(instance)


class LearntNameFilter(InputSerializer):
    supplier_id = IdIn(required=False)
    product_id = IdIn(required=False)
    search = serializers.CharField(required=False, max_length=200)


class LearntNameOut(ProductRow):
    """A name that stands for a product, as a person once decided."""

    id = serializers.IntegerField()
    supplier = SupplierRef(allow_null=True, help_text="Null: whoever the supplier is.")
    name = serializers.CharField(source="key", help_text="The folded name, `|`, the company.")
    product = ProductOf(allow_null=True)
    learnt_from_line_id = serializers.IntegerField(source="learnt_from_id", allow_null=True)
    learnt_by = PersonRef(allow_null=True)
    learnt_at = serializers.DateTimeField()
