"""Rules of approval, limits and delegations over the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MomentIn, MoneyIn, MoneyOut
from purchases.api.serializers.common import PersonRef, SupplierRef
from purchases.models import ControlledRule

ROLE_CODE = r"^[a-z][a-z0-9_]{1,49}\Z"


def _roles(**kwargs: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.RegexField(ROLE_CODE), max_length=20, required=False, **kwargs
    )


class ApprovalPolicyFields(InputSerializer):
    min_amount = MoneyIn(
        required=False, allow_null=True, help_text="From this total of a proposal on."
    )
    max_amount = MoneyIn(required=False, allow_null=True, help_text="Below this total.")
    category_id = IdIn(required=False, allow_null=True, help_text="Or one below it.")
    controlled_class = serializers.ChoiceField(
        ControlledRule.choices, required=False, allow_blank=True
    )
    supplier_id = IdIn(required=False, allow_null=True)
    approvers = serializers.ChoiceField([(1, "1"), (2, "2")], required=False)
    first_roles = _roles(help_text="Codes of roles; empty: whoever may approve.")
    second_roles = _roles(help_text="The same of the second approver.")


class ApprovalPolicyIn(ApprovalPolicyFields):
    name = serializers.CharField(max_length=120)


class ApprovalPolicyChangeIn(ApprovalPolicyFields):
    name = serializers.CharField(max_length=120, required=False)
    is_active = serializers.BooleanField(required=False)


class ApprovalPolicyFilter(InputSerializer):
    is_active = serializers.BooleanField(required=False)


class ApprovalPolicyOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    is_active = serializers.BooleanField()
    min_amount = MoneyOut(allow_null=True)
    max_amount = MoneyOut(allow_null=True)
    category_id = serializers.IntegerField(allow_null=True)
    controlled_class = serializers.CharField(
        help_text="`any`, `psychotropic`, `narcotic`, `precursor`, or empty: not asked."
    )
    supplier = SupplierRef(allow_null=True)
    approvers = serializers.IntegerField()
    first_roles = serializers.ListField(child=serializers.CharField())
    second_roles = serializers.ListField(child=serializers.CharField())


class ApprovalLimitIn(InputSerializer):
    role_code = serializers.RegexField(ROLE_CODE)
    amount = MoneyIn(help_text="The most, of one proposal's total.")


class ApprovalLimitOut(serializers.Serializer):
    id = serializers.IntegerField()
    role_code = serializers.CharField()
    amount = MoneyOut()


class DelegationIn(InputSerializer):
    delegate_id = IdIn(help_text="A user who may approve proposals.")
    starts_at = MomentIn()
    ends_at = MomentIn()
    amount = MoneyIn(
        required=False, allow_null=True, help_text="The most; null: what you may approve yourself."
    )
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class DelegationFilter(InputSerializer):
    in_force = serializers.BooleanField(required=False, default=False)


class DelegationOut(serializers.Serializer):
    id = serializers.IntegerField()
    delegator = PersonRef()
    delegate = PersonRef()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    amount = MoneyOut(allow_null=True)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_by = PersonRef(allow_null=True)
