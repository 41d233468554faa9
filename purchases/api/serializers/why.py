"""Why a line is proposed, over the wire."""

from __future__ import annotations

from rest_framework import serializers

from purchases.api.serializers.offers import TierOut


class NeedOut(serializers.Serializer):
    needed = serializers.IntegerField()
    available = serializers.IntegerField()
    incoming = serializers.IntegerField()
    min_stock = serializers.IntegerField()
    max_stock = serializers.IntegerField()


class PurchaseOut(serializers.Serializer):
    packs = serializers.IntegerField()
    free_packs = serializers.IntegerField()
    units_per_pack = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="Base units arriving.")
    beyond_need = serializers.IntegerField()


class PriceOut(serializers.Serializer):
    pack_price = serializers.CharField()
    discount_percent = serializers.CharField()
    amount = serializers.CharField()
    true_pack_cost = serializers.CharField()
    true_unit_cost = serializers.CharField()
    currency = serializers.CharField()


class DealEffectOut(serializers.Serializer):
    printed = serializers.CharField()
    reading = serializers.CharField()
    tier = TierOut(allow_null=True)
    worth = serializers.CharField(help_text="Money the free goods would have cost.")


class MixMateOut(serializers.Serializer):
    product_id = serializers.IntegerField()
    name_ar = serializers.CharField()
    name_en = serializers.CharField()
    packs = serializers.IntegerField(help_text="Bought.")


class MixOut(serializers.Serializer):
    """The deal is reached together with other strengths."""

    packs = serializers.IntegerField(help_text="Bought of all strengths, this one included.")
    free_packs = serializers.IntegerField(help_text="What the deal gives for them.")
    mates = MixMateOut(many=True)


class NextBestOut(serializers.Serializer):
    supplier_id = serializers.IntegerField()
    supplier_name = serializers.CharField()
    offer_line_id = serializers.IntegerField()
    true_unit_cost = serializers.CharField()
    saving = serializers.CharField(help_text="Money saved against it; negative if dearer.")


class ExcludedLineOut(serializers.Serializer):
    offer_line_id = serializers.IntegerField()
    offer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
    supplier_name = serializers.CharField()
    reason = serializers.CharField()


class ChoiceLimitsOut(serializers.Serializer):
    """What kept the quantity down."""

    cover_days = serializers.IntegerField(
        allow_null=True, help_text="Most days to buy for; null where demand is not known."
    )
    shelf_days = serializers.IntegerField(
        allow_null=True, help_text="Shortest time to expiry of the last year's deliveries."
    )
    only_need = serializers.BooleanField(help_text="Controlled: never more than the need.")
    lasts_days = serializers.IntegerField(
        allow_null=True, help_text="Days that stock and purchase will last."
    )


class TimingOut(serializers.Serializer):
    """The best price for it is about to lapse: demand after that counts at the usual price."""

    last_day = serializers.DateField(help_text="Until when the offer with the best price holds.")
    usual_share = serializers.CharField(
        help_text="What a unit usually costs at its cheapest, a share of what it costs so today."
    )


class PlainBestOut(serializers.Serializer):
    """Buying just the need at the lowest printed price (discount taken off, no free goods)."""

    supplier_id = serializers.IntegerField()
    supplier_name = serializers.CharField()
    offer_line_id = serializers.IntegerField()
    pack_price = serializers.CharField()
    packs = serializers.IntegerField()
    true_unit_cost = serializers.CharField()
    saving = serializers.CharField(help_text="Money saved against it; negative if dearer.")


class RivalOut(serializers.Serializer):
    """The best way to buy it elsewhere."""

    supplier_id = serializers.IntegerField()
    supplier_name = serializers.CharField()
    offer_line_id = serializers.IntegerField()
    packs = serializers.IntegerField()
    pack_price = serializers.CharField()
    flips_at = serializers.CharField(
        allow_null=True, help_text="Price of a pack at which it would be as good."
    )


class SweetSpotOut(serializers.Serializer):
    """The next larger quantity at which a unit becomes cheaper."""

    packs = serializers.IntegerField()
    extra_packs = serializers.IntegerField()
    free_packs = serializers.IntegerField()
    amount = serializers.CharField()
    true_unit_cost = serializers.CharField()
    lasts_days = serializers.IntegerField(allow_null=True)


class ChangesOut(serializers.Serializer):
    """What would change the choice, everything else as it is."""

    saving = serializers.CharField(help_text="Money saved against buying none of it now.")
    rival = RivalOut(allow_null=True)
    highest_price = serializers.CharField(
        allow_null=True, help_text="Price of a pack up to which the choice holds."
    )
    sweet_spot = SweetSpotOut(allow_null=True)
    first_to_go = serializers.BooleanField(
        help_text="With less money this product would be left out first."
    )


class WhyOut(serializers.Serializer):
    """The figures a line rests on."""

    need = NeedOut()
    purchase = PurchaseOut()
    price = PriceOut()
    deal = DealEffectOut()
    mix = MixOut(
        required=False, allow_null=True, help_text="Null: the line earns its free goods alone."
    )
    next_best = NextBestOut(allow_null=True)
    suppliers_compared = serializers.IntegerField()
    excluded = ExcludedLineOut(many=True)
    register_required = serializers.BooleanField()
    need_figures = serializers.DictField(
        required=False,
        help_text="Demand, stock position, service level and times behind the need, as `/needs/`"
        " shows them, where the product comes from this supplier.",
    )
    limits = ChoiceLimitsOut(required=False)
    timing = TimingOut(required=False, allow_null=True)
    plain_best = PlainBestOut(required=False, allow_null=True)
    changes = ChangesOut(required=False)
    packs_proposed = serializers.IntegerField(
        required=False, help_text="What was proposed before a person changed it."
    )


class ExplanationOut(serializers.Serializer):
    ar = serializers.CharField()
    en = serializers.CharField()
