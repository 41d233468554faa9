"""Proposals over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut, QuantityIn, UnitCostOut
from inventory.public import products_by_id
from purchases.allowed import PROPOSAL, proposal_actions, proposals_to_decide
from purchases.api.serializers.common import (
    AllowedActions,
    PersonRef,
    ProductOf,
    ProductRow,
    SupplierRef,
    rows_listed,
)
from purchases.api.serializers.limits import CreditOverrideIn, CreditOverrideOut, LimitFindingOut
from purchases.api.serializers.why import ExplanationOut, WhyOut
from purchases.models import ChangeKind, DecisionKind, ProposalState
from purchases.selectors.staleness import REASONS
from purchases.wording import explanation


class ProposalFilter(InputSerializer):
    state = serializers.ChoiceField(ProposalState.choices, required=False)
    supplier_id = IdIn(required=False)
    build_id = IdIn(required=False)
    requested_by_id = IdIn(required=False)


class WhyNotedIn(InputSerializer):
    reason = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, default="", help_text="Kept in history."
    )


class PacksIn(WhyNotedIn):
    packs = QuantityIn(help_text="Packs to buy, free ones not counted.")


class LineChangeIn(PacksIn):
    free_packs = QuantityIn(
        min_value=0,
        required=False,
        allow_null=True,
        default=None,
        help_text="Of a mix: how many of the free packs it earns to take in this line; the others"
        " share the rest.",
    )


class LineAddIn(PacksIn):
    offer_line_id = IdIn(help_text="A present offer line of the proposal's supplier.")


class LineSourceIn(InputSerializer):
    offer_line_id = IdIn(help_text="Another present offer line of the same product.")
    reason = serializers.CharField(max_length=1000)


class ApproveIn(CreditOverrideIn):
    version = QuantityIn(help_text="`version` of the proposal as you have read it.")


class RemarkIn(InputSerializer):
    line_id = IdIn()
    remark = serializers.CharField(max_length=500)


class ChangesRequestIn(InputSerializer):
    reason = serializers.CharField(max_length=1000)
    remarks = serializers.ListField(child=RemarkIn(), required=False, max_length=1000)

    def validate_remarks(self, remarks: list[dict[str, Any]]) -> dict[int, str]:
        return {remark["line_id"]: remark["remark"] for remark in remarks}


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
    mix = serializers.IntegerField(
        allow_null=True,
        help_text="Lines of the proposal with the same number earn their free goods together.",
    )
    why = WhyOut()
    explanation = serializers.SerializerMethodField()

    def get_explanation(self, line: Any) -> ExplanationOut:
        products = self.context.get("products") or products_by_id([line.product_id])
        supplier = self.context["supplier_names"][line.proposal_id]
        return explanation(  # type: ignore[return-value]
            line.why, product=products[line.product_id], supplier_name=supplier
        )


class RowsOfProposals(serializers.ListSerializer):
    """Proposals whose decisions are looked up together, once for the whole page."""

    def to_representation(self, data: Any) -> Any:
        rows = rows_listed(data)
        _learn_decidable(rows, cast(dict[str, Any], self.context))
        return super().to_representation(rows)


class ProposalActions(AllowedActions):
    """Deciding is offered only to whom the rules of approval let decide on this proposal."""

    def __init__(self) -> None:
        super().__init__(PROPOSAL)

    def to_representation(self, value: Any) -> list[str]:
        context = cast(dict[str, Any], self.context)
        if value.pk not in context.get("decidable", {}):
            _learn_decidable([value], context)
        may_decide = context["decidable"][value.pk]
        return proposal_actions(value, context["request"].user, may_decide=may_decide)


def _learn_decidable(rows: Sequence[Any], context: dict[str, Any]) -> None:
    """Keep for the whole answer whether its reader may decide on these proposals, by their ids."""
    found = proposals_to_decide(rows, context["request"].user, now=timezone.now())
    context.setdefault("decidable", {}).update({row.pk: row.pk in found for row in rows})


class ProposalOut(serializers.Serializer):
    class Meta:
        list_serializer_class = RowsOfProposals

    id = serializers.IntegerField()
    number = serializers.CharField()
    version = serializers.IntegerField(
        help_text="Grows with every change of the lines and every submission; name it to approve."
    )
    build_id = serializers.IntegerField()
    supplier = SupplierRef()
    state = serializers.ChoiceField(ProposalState.choices)
    allowed_actions = ProposalActions()
    total = MoneyOut()
    requested_by = PersonRef()
    submitted_by = PersonRef(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_by = PersonRef(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    ordered_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When it is given up if nobody has decided."
    )
    expired_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(
        help_text="Of the rejection, the request for changes or the cancellation."
    )
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


class RemarkOut(serializers.Serializer):
    line_id = serializers.IntegerField()
    product_id = serializers.IntegerField()
    remark = serializers.CharField()


class DecisionOut(serializers.Serializer):
    decision = serializers.ChoiceField(DecisionKind.choices)
    decided_by = PersonRef()
    decided_at = serializers.DateTimeField()
    on_behalf_of = PersonRef(
        allow_null=True, help_text="In whose stead, where it was decided by delegation."
    )
    reason = serializers.CharField()
    remarks = RemarkOut(many=True)


class ApprovalStepOut(serializers.Serializer):
    number = serializers.IntegerField()
    role_codes = serializers.ListField(
        child=serializers.CharField(), help_text="Who may take it; empty: whoever may approve."
    )
    policy = serializers.CharField(
        source="policy.name", default="", help_text="The rule that asks for it, or empty."
    )
    decision = serializers.SerializerMethodField()

    @extend_schema_field(DecisionOut(allow_null=True))
    def get_decision(self, step: Any) -> Any:
        decision = getattr(step, "decision", None)
        return None if decision is None else DecisionOut(decision).data


class SubmissionOut(serializers.Serializer):
    """What the proposal rested on when it was submitted, and who must decide."""

    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    total = MoneyOut()
    capital_available = MoneyOut()
    fingerprint = serializers.CharField()
    steps = ApprovalStepOut(many=True)


class ProposalDetailOut(ProposalOut):
    lines = ProposalLineOut(many=True)
    submissions = SubmissionOut(many=True, help_text="Newest first.")
    credit_overrides = CreditOverrideOut(
        many=True, help_text="Where the supplier's credit limit was exceeded, by whom and why."
    )

    def to_representation(self, instance: Any) -> Any:
        context = cast(dict[str, Any], self.context)
        context.setdefault("supplier_names", {})[instance.pk] = instance.supplier.name
        return super().to_representation(instance)


class ChangeOut(serializers.Serializer):
    """One change: what, by whom, why, and the figures before and after."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(help_text="The proposal's after it.")
    kind = serializers.ChoiceField(ChangeKind.choices)
    position = serializers.IntegerField(allow_null=True)
    product_id = serializers.IntegerField(allow_null=True)
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)
    reason = serializers.CharField()
    changed_by = PersonRef(allow_null=True, help_text="Null: the system.")
    changed_at = serializers.DateTimeField()


class LineFiguresOut(serializers.Serializer):
    offer_line_id = serializers.IntegerField()
    packs = serializers.IntegerField()
    free_packs = serializers.IntegerField()
    purchase_units = serializers.IntegerField()
    pack_price = serializers.CharField()
    discount_percent = serializers.CharField()
    deal = serializers.CharField()
    amount = serializers.CharField()
    true_unit_cost = serializers.CharField()


class StaleLineOut(serializers.Serializer):
    line_id = serializers.IntegerField()
    position = serializers.IntegerField()
    product_id = serializers.IntegerField()
    product_name = serializers.CharField()
    reasons = serializers.ListField(child=serializers.ChoiceField([(r, r) for r in REASONS]))
    before = LineFiguresOut()
    now = LineFiguresOut(allow_null=True, help_text="Null: it cannot be bought there any more.")

    def to_representation(self, instance: Any) -> Any:
        return super().to_representation(instance.as_json())


class FreshnessOut(serializers.Serializer):
    fresh = serializers.BooleanField()
    version = serializers.IntegerField()
    total = MoneyOut()
    lines = StaleLineOut(many=True, help_text="Those that no longer hold.")
    capital_available = MoneyOut()
    capital_when_submitted = MoneyOut(allow_null=True)
    limits = LimitFindingOut(
        many=True, help_text="What of the supplier's terms it does not meet, or costs more."
    )
