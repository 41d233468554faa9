"""Builds of proposals, and what they would be otherwise, over the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut
from purchases.api.serializers.common import ProductOf, ProductRow, SupplierRef
from purchases.api.serializers.proposals import ProposalDetailOut
from purchases.api.serializers.why import ExcludedLineOut
from purchases.basket import Unbought
from purchases.models import BuildMethod, BuildStatus
from purchases.unproposed import unproposed_text

_LEVEL: dict[str, Any] = {
    "max_digits": 5,
    "decimal_places": 4,
    "min_value": Decimal("0.5"),
    "max_value": Decimal("0.9999"),
    "required": False,
}


class ServiceLevelsIn(InputSerializer):
    """Chances of meeting all demand between two deliveries, by ABC class."""

    A = serializers.DecimalField(**_LEVEL)
    B = serializers.DecimalField(**_LEVEL)
    C = serializers.DecimalField(**_LEVEL)


class BuildIn(InputSerializer):
    product_ids = serializers.ListField(
        child=IdIn(),
        required=False,
        allow_empty=False,
        max_length=1000,
        help_text="Look at these products only; without it, at everything needed.",
    )
    budget = MoneyIn(
        required=False,
        help_text="Never exceeded. Without it: the money available, less what undecided proposals"
        " ask for.",
    )
    cover_days = serializers.IntegerField(
        required=False, min_value=1, max_value=365, help_text="Most days to buy for."
    )
    exclude_supplier_ids = serializers.ListField(
        child=IdIn(), required=False, max_length=1000, help_text="Buy nothing from these."
    )
    service_levels = ServiceLevelsIn(
        required=False, help_text="Instead of the policy's, by ABC class."
    )


class WhatIfIn(BuildIn):
    build_id = IdIn(
        required=False,
        help_text="Against this build, as if its undecided proposals were not there; what is not"
        " asked for otherwise stays as it was.",
    )


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
                *Unbought,
            )
        ]
    )
    reason_text = serializers.SerializerMethodField(help_text="In the language asked for.")
    proposal = serializers.CharField(help_text="The open proposal that has it already, or empty.")
    sources = ExcludedLineOut(many=True)

    def get_reason_text(self, excluded: dict[str, Any]) -> str:
        return unproposed_text(excluded["reason"])


class EdgeProductOut(serializers.Serializer):
    product_id = serializers.IntegerField()
    product_name = serializers.CharField()


class BudgetEdgesOut(serializers.Serializer):
    """What a little more or less money would change."""

    shadow = serializers.CharField(help_text="Money saved for one more of budget.")
    falls_out = EdgeProductOut(allow_null=True)
    comes_in = EdgeProductOut(allow_null=True)
    extra = serializers.CharField(
        allow_null=True, help_text="How much more budget the product that comes in needs."
    )


class BuildFiguresOut(serializers.Serializer):
    """The parts of the cost."""

    paid = serializers.CharField(help_text="Money now, fees of small orders included.")
    fees = serializers.CharField()
    later = serializers.CharField(help_text="Money still to be paid for the same demand.")
    shortage = serializers.CharField()
    holding = serializers.CharField()
    expiring = serializers.CharField()
    units_short = serializers.CharField(
        help_text="Base units expected to be missed until the next delivery."
    )
    budget = BudgetEdgesOut()


class BuildOut(serializers.Serializer):
    id = serializers.IntegerField()
    built_at = serializers.DateTimeField()
    method = serializers.ChoiceField(BuildMethod.choices)
    status = serializers.ChoiceField(BuildStatus.choices)
    reason = serializers.CharField(help_text="Why the greedy rule chose, or empty.")
    parameters = serializers.DictField(help_text="What was asked for.")
    budget = MoneyOut(allow_null=True)
    spent = MoneyOut(allow_null=True)
    cost = MoneyOut(allow_null=True, help_text="The sum of the figures' parts.")
    bound = MoneyOut(allow_null=True, help_text="No choice costs less; null where not proven.")
    gap = serializers.DecimalField(
        max_digits=9,
        decimal_places=6,
        allow_null=True,
        help_text="(cost - bound) / cost; null where not proven.",
    )
    seconds = serializers.DecimalField(max_digits=9, decimal_places=3, allow_null=True)
    figures = serializers.SerializerMethodField()
    excluded = ExcludedProductOut(many=True)
    proposals = ProposalDetailOut(many=True)

    @extend_schema_field(BuildFiguresOut(allow_null=True))
    def get_figures(self, build: Any) -> dict[str, Any] | None:
        return build.figures or None


class BasketPurchaseOut(serializers.Serializer):
    """One way to buy a product."""

    supplier = SupplierRef()
    offer_line_id = serializers.IntegerField()
    packs = serializers.IntegerField()
    free_packs = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="Base units arriving.")
    amount = MoneyOut()


class BasketChangeOut(ProductRow):
    product = ProductOf()
    kind = serializers.ChoiceField(
        [(kind, kind) for kind in ("added", "dropped", "supplier", "quantity")]
    )
    before = BasketPurchaseOut(allow_null=True)
    after = BasketPurchaseOut(allow_null=True)


class BasketOutcomeOut(serializers.Serializer):
    """What a basket comes to; both of a comparison told by the same values of a unit."""

    budget = MoneyOut()
    spent = MoneyOut(help_text="Fees of small orders included.")
    fees = MoneyOut()
    worth = MoneyOut(help_text="The goods, at what they cost where always bought the best way.")
    shortage = MoneyOut()
    holding = MoneyOut()
    expiring = MoneyOut()
    cost = MoneyOut(help_text="spent - worth + shortage + holding + expiring.")
    units_short = serializers.DecimalField(max_digits=None, decimal_places=2)
    products = serializers.IntegerField()
    suppliers = serializers.IntegerField()
    method = serializers.ChoiceField(BuildMethod.choices)
    status = serializers.ChoiceField(BuildStatus.choices)
    reason = serializers.CharField()
    gap = serializers.DecimalField(max_digits=9, decimal_places=6, allow_null=True)
    seconds = serializers.DecimalField(max_digits=9, decimal_places=3)
    excluded = ExcludedProductOut(many=True)


class BasketDifferenceOut(serializers.Serializer):
    """The outcome asked for, less the current one."""

    spent = MoneyOut()
    shortage = MoneyOut()
    holding = MoneyOut()
    expiring = MoneyOut()
    cost = MoneyOut()
    units_short = serializers.DecimalField(max_digits=None, decimal_places=2)


class WhatIfOut(serializers.Serializer):
    current = BasketOutcomeOut()
    asked = BasketOutcomeOut()
    difference = BasketDifferenceOut()
    changes = BasketChangeOut(many=True)
