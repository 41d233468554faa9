"""Offers, their lines and decisions about them over the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn
from core.money import smallest_amount
from purchases.api.serializers.common import (
    PersonRef,
    ProductOf,
    ProductRow,
    SupplierRef,
)
from purchases.api.serializers.prices import PriceJumpOut
from purchases.api.serializers.suppliers import WeekdaysIn
from purchases.models import LineDecision, LineStatus
from purchases.models.offers import LARGEST_PRICE
from purchases.printed_delivery import LONGEST_DELIVERY
from purchases.reasons import reason_text
from purchases.services.offers.review import NewProduct

_TERMS = [
    (name, name)
    for name in ("valid_until", "minimum_order_amount", "delivery_weekdays", "delivery_days")
]


class OfferFilter(InputSerializer):
    supplier_id = IdIn(required=False)
    withdrawn = serializers.BooleanField(required=False, allow_null=True, default=None)
    terms_disagree = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Whether its texts tell a term in two ways that nobody has settled.",
    )


class OfferTermsIn(InputSerializer):
    valid_until = serializers.DateField(
        required=False, allow_null=True, help_text="The last local day on which the offer counts."
    )
    minimum_order_amount = MoneyIn(
        required=False,
        allow_null=True,
        min_value=smallest_amount(),
        max_value=LARGEST_PRICE,
        help_text="The least an order under this offer may come to.",
    )
    delivery_weekdays = WeekdaysIn(required=False, allow_null=True)
    delivery_days = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=LONGEST_DELIVERY,
        help_text="Calendar days from order to delivery.",
    )


class DirectionVotesOut(serializers.Serializer):
    direction = serializers.CharField()
    smaller_first = serializers.IntegerField()
    larger_first = serializers.IntegerField()
    equal = serializers.IntegerField()
    confident = serializers.BooleanField()
    decided_by = serializers.CharField(help_text="supplier, vote or default")
    disagrees_with_supplier = serializers.BooleanField()


class OfferOut(serializers.Serializer):
    id = serializers.IntegerField()
    supplier = SupplierRef()
    source_type = serializers.CharField()
    source_id = serializers.CharField()
    file_id = serializers.UUIDField(allow_null=True)
    engine = serializers.CharField()
    pages = serializers.IntegerField()
    direction = serializers.CharField(help_text="How its deals were read.")
    direction_votes = DirectionVotesOut()
    received_at = serializers.DateTimeField()
    printed_terms = serializers.ListField(
        child=serializers.CharField(), help_text="The texts beside the table, as printed."
    )
    valid_until = serializers.DateField(allow_null=True)
    minimum_order_amount = MoneyOut(allow_null=True)
    delivery_weekdays = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="ISO weekdays: Monday is 1."
    )
    delivery_days = serializers.IntegerField(
        allow_null=True, help_text="Calendar days from order to delivery."
    )
    disagreeing_terms = serializers.ListField(
        child=serializers.ChoiceField(_TERMS),
        help_text="Told in two ways by the texts. Until a person says which holds, the larger "
        "minimum and the longer delivery do, and no day.",
    )
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    line_count = serializers.IntegerField()
    matched_count = serializers.IntegerField()
    needs_review_count = serializers.IntegerField()
    unmatched_count = serializers.IntegerField()
    ignored_count = serializers.IntegerField()


class OfferLineFilter(InputSerializer):
    status = serializers.ChoiceField(LineStatus.choices, required=False)
    flag = serializers.CharField(required=False, max_length=60)
    search = serializers.CharField(required=False, max_length=200)
    product_id = IdIn(required=False)
    price_jump = serializers.ChoiceField(
        [("any", "any"), ("up", "up"), ("down", "down")],
        required=False,
        help_text="Only lines whose price is marked as far from others.",
    )


class TierOut(serializers.Serializer):
    bought = serializers.IntegerField()
    free = serializers.IntegerField()


class DealWindowOut(serializers.Serializer):
    """Days as printed (`15/3`, `15/3/2026`), both included; null is open."""

    since = serializers.CharField(allow_null=True)
    until = serializers.CharField(allow_null=True)


class SpecialTierOut(TierOut):
    kind = serializers.CharField()
    window = DealWindowOut(allow_null=True, default=None)


class GiftOut(TierOut):
    product = serializers.CharField(help_text="Empty: of the same product.")


class DealOut(serializers.Serializer):
    """A bonus cell as it was understood, in packs bought and packs free."""

    raw = serializers.CharField()
    kind = serializers.CharField()
    tiers = TierOut(many=True)
    exceptions = TierOut(many=True)
    specials = SpecialTierOut(many=True)
    other_products = GiftOut(many=True)
    every = GiftOut(many=True)
    mixable = serializers.BooleanField()
    register_required = serializers.BooleanField()
    discount_percent = serializers.CharField(allow_null=True)
    discount_instead = serializers.BooleanField(
        default=False, help_text="The discount comes in place of the bonus, not on top."
    )
    window = DealWindowOut(allow_null=True, default=None)
    least_packs = serializers.IntegerField(
        allow_null=True, default=None, help_text="Fewer packs are not sold."
    )
    note = serializers.CharField()
    flags = serializers.ListField(child=serializers.CharField())


class ReasonOut(serializers.CharField):
    """A reason of the matcher, in the reader's language."""

    def to_representation(self, value: Any) -> str:
        return reason_text(value)


class CandidateOut(serializers.Serializer):
    product = ProductOf(source="product_id", allow_null=True)
    score = serializers.CharField(help_text="How sure, 0 to 1.")
    reasons = serializers.ListField(child=ReasonOut())


class ProvenanceOut(serializers.Serializer):
    """Where the line stood in the document, and who read it."""

    page = serializers.IntegerField(allow_null=True)
    row = serializers.IntegerField(allow_null=True)
    box = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="left, top, right, bottom"
    )
    raw_text = serializers.CharField()
    confidence = serializers.DecimalField(max_digits=5, decimal_places=4, allow_null=True)
    engine = serializers.CharField(source="offer.engine")


class OfferLineOut(ProductRow):
    id = serializers.IntegerField()
    offer_id = serializers.IntegerField()
    position = serializers.IntegerField()
    name = serializers.CharField()
    company = serializers.CharField()
    list_price = MoneyOut(allow_null=True)
    public_price = MoneyOut(allow_null=True)
    discount_percent = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True)
    deal_text = serializers.CharField()
    deal = DealOut()
    register_required = serializers.BooleanField()
    flags = serializers.ListField(child=serializers.CharField())
    status = serializers.ChoiceField(LineStatus.choices)
    product = ProductOf(allow_null=True)
    candidates = CandidateOut(many=True)
    decision = serializers.ChoiceField([(d.value, d.label) for d in LineDecision])
    decided_by = PersonRef(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    learnt_name_id = serializers.IntegerField(
        source="alias_id", allow_null=True, help_text="The learnt name the match rests on."
    )
    price_jumps = PriceJumpOut(many=True)
    provenance = ProvenanceOut(source="*")

    @staticmethod
    def products_shown(row: Any) -> list[int]:
        suggested = [candidate["product_id"] for candidate in row.candidates]
        return [*suggested, row.product_id] if row.product_id else suggested


_DEAL_TEXT_HELP = "The deal as it should have been read, in the document's own direction."


class AcceptIn(InputSerializer):
    product_id = IdIn(required=False, help_text="One of the suggestions; the first if not given.")
    deal_text = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, help_text=_DEAL_TEXT_HELP
    )


class CorrectIn(InputSerializer):
    product_id = IdIn()
    deal_text = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, help_text=_DEAL_TEXT_HELP
    )


class CreateProductIn(InputSerializer):
    name_ar = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    strength = serializers.CharField(max_length=60, required=False, allow_blank=True)
    form = serializers.CharField(max_length=60, required=False, allow_blank=True)
    manufacturer = serializers.CharField(max_length=150, required=False, allow_blank=True)
    min_stock = QuantityIn(min_value=0, required=False)
    max_stock = QuantityIn(min_value=0, required=False)
    purchase_units = QuantityIn(required=False, help_text="Base units in a pack as ordered.")

    def to_internal_value(self, data: Any) -> NewProduct:
        return NewProduct(**super().to_internal_value(data))
