"""Proposals over the wire."""

from __future__ import annotations

from typing import Any, cast

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut, QuantityIn, UnitCostOut
from inventory.public import products_by_id
from purchases.api.serializers.common import PersonRef, ProductOf, ProductRow, SupplierRef
from purchases.api.serializers.offers import TierOut
from purchases.models import ProposalState
from purchases.wording import explanation


class ProposalFilter(InputSerializer):
    state = serializers.ChoiceField(ProposalState.choices, required=False)
    supplier_id = IdIn(required=False)
    build_id = IdIn(required=False)
    requested_by_id = IdIn(required=False)


class BuildIn(InputSerializer):
    product_ids = serializers.ListField(
        child=IdIn(),
        required=False,
        allow_empty=False,
        max_length=1000,
        help_text="Look at these products only; without it, at everything short.",
    )


class LineChangeIn(InputSerializer):
    packs = QuantityIn(help_text="Packs to buy, free ones not counted.")


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


class WhyOut(serializers.Serializer):
    """The figures a line rests on."""

    need = NeedOut()
    purchase = PurchaseOut()
    price = PriceOut()
    deal = DealEffectOut()
    next_best = NextBestOut(allow_null=True)
    suppliers_compared = serializers.IntegerField()
    excluded = ExcludedLineOut(many=True)
    register_required = serializers.BooleanField()
    packs_proposed = serializers.IntegerField(
        required=False, help_text="What was proposed before a person changed it."
    )


class ExplanationOut(serializers.Serializer):
    ar = serializers.CharField()
    en = serializers.CharField()


class ProposalLineOut(ProductRow):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    product = ProductOf()
    offer_line_id = serializers.IntegerField()
    packs = serializers.IntegerField()
    free_packs = serializers.IntegerField()
    purchase_units = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="Base units arriving, free ones included.")
    pack_price = MoneyOut()
    discount_percent = serializers.DecimalField(max_digits=7, decimal_places=4)
    amount = MoneyOut()
    true_unit_cost = UnitCostOut()
    why = WhyOut()
    explanation = serializers.SerializerMethodField()

    def get_explanation(self, line: Any) -> ExplanationOut:
        products = self.context.get("products") or products_by_id([line.product_id])
        supplier = self.context["supplier_names"][line.proposal_id]
        return explanation(  # type: ignore[return-value]
            line.why, product=products[line.product_id], supplier_name=supplier
        )


class ProposalOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    build_id = serializers.IntegerField()
    supplier = SupplierRef()
    state = serializers.ChoiceField(ProposalState.choices)
    total = MoneyOut()
    requested_by = PersonRef()
    submitted_by = PersonRef(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_by = PersonRef(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    ordered_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    apply_failures = serializers.IntegerField(
        help_text="How often a worker failed to order the approved proposal; 0 once it is done."
    )
    apply_error = serializers.CharField(help_text="Code of the last such failure, or empty.")
    stuck_at = serializers.DateTimeField(
        allow_null=True, help_text="When people were told that no worker gets it done."
    )
    order_id = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_order_id(self, proposal: Any) -> int | None:
        order = getattr(proposal, "order", None)
        return None if order is None else order.pk


class ProposalDetailOut(ProposalOut):
    lines = ProposalLineOut(many=True)

    def to_representation(self, instance: Any) -> Any:
        context = cast(dict[str, Any], self.context)
        context.setdefault("supplier_names", {})[instance.pk] = instance.supplier.name
        return super().to_representation(instance)


class ExcludedProductOut(serializers.Serializer):
    """A product that is short and could not be proposed."""

    product_id = serializers.IntegerField()
    product_name = serializers.CharField()
    needed = serializers.IntegerField()
    reason = serializers.ChoiceField(
        [
            (reason, reason)
            for reason in (
                "not_short",
                "product_not_purchasable",
                "already_proposed",
                "no_usable_source",
                "not_offered",
            )
        ]
    )
    proposal = serializers.CharField(help_text="The open proposal that has it already, or empty.")
    sources = ExcludedLineOut(many=True)


class BuildOut(serializers.Serializer):
    id = serializers.IntegerField()
    built_at = serializers.DateTimeField()
    excluded = ExcludedProductOut(many=True)
    proposals = ProposalDetailOut(many=True)
