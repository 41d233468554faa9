"""Proposals over the wire."""

from __future__ import annotations

from typing import Any, cast

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut, QuantityIn, UnitCostOut
from inventory.public import products_by_id
from purchases.api.serializers.common import PersonRef, ProductOf, ProductRow, SupplierRef
from purchases.api.serializers.why import ExplanationOut, WhyOut
from purchases.models import ProposalState
from purchases.wording import explanation


class ProposalFilter(InputSerializer):
    state = serializers.ChoiceField(ProposalState.choices, required=False)
    supplier_id = IdIn(required=False)
    build_id = IdIn(required=False)
    requested_by_id = IdIn(required=False)


class LineChangeIn(InputSerializer):
    packs = QuantityIn(help_text="Packs to buy, free ones not counted.")


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
