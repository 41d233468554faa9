"""Limits of suppliers, and where they were exceeded, over the wire."""

from __future__ import annotations

from rest_framework import serializers

from core.api import InputSerializer, MoneyOut
from purchases.api.serializers.common import PersonRef
from purchases.selectors.order_limits import LimitCode, Weight


class CreditOverrideIn(InputSerializer):
    credit_override_reason = serializers.CharField(
        max_length=1000,
        required=False,
        allow_blank=True,
        default="",
        help_text=(
            "Why the supplier's credit limit may be exceeded; for who holds"
            " `purchases.exceed_credit_limit`. Kept only where it is exceeded."
        ),
    )


class CreditOverrideOut(serializers.Serializer):
    """The credit limit was exceeded: how things stood, by whom, and why."""

    order_id = serializers.IntegerField(
        allow_null=True, help_text="Of the amendment that did; null: the approval itself."
    )
    credit_limit = MoneyOut()
    exposure = MoneyOut(help_text="Owed and on order before.")
    amount = MoneyOut(help_text="Ordered on top.")
    exceeded_by = MoneyOut()
    reason = serializers.CharField()
    overridden_by = PersonRef()
    overridden_at = serializers.DateTimeField()


class LimitFindingOut(serializers.Serializer):
    code = serializers.ChoiceField([(code.value, code.value) for code in LimitCode])
    weight = serializers.ChoiceField(
        [(weight.value, weight.value) for weight in Weight],
        help_text=(
            "`blocks`: it cannot be ordered so. `needs_override`: who may exceed credit limits"
            " says why. `costs`: it is only told."
        ),
    )
    limit = MoneyOut(help_text="What the terms say.")
    by = MoneyOut(help_text="What is missing or too much; of `small_order_fee` the fee.")
