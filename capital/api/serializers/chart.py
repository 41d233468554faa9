"""Shapes of the chart's changes, of expense categories, the policy and limits."""

from __future__ import annotations

from rest_framework import serializers

from capital.models import CreditTerms, OperationKind
from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut


class AccountIn(InputSerializer):
    parent_id = IdIn(help_text="the account it stands below; type and side are inherited")
    code = serializers.CharField(max_length=20, help_text="its number, e.g. `6010`")
    name_en = serializers.CharField(max_length=120)
    name_ar = serializers.CharField(max_length=120)


class AccountChangeIn(InputSerializer):
    parent_id = IdIn(required=False, help_text="within the same branch")
    code = serializers.CharField(required=False, max_length=20)
    name_en = serializers.CharField(required=False, max_length=120)
    name_ar = serializers.CharField(required=False, max_length=120)


class AccountFilter(InputSerializer):
    group = serializers.CharField(
        required=False, max_length=40, help_text="system code of a branch, e.g. `expenses`"
    )
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)


class CapitalReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=500)


class ExpenseCategoryOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="in the language of the request")
    name_en = serializers.CharField()
    name_ar = serializers.CharField()
    account_id = serializers.IntegerField()
    account_code = serializers.CharField(source="account.code")
    is_active = serializers.BooleanField()


class ExpenseCategoryIn(InputSerializer):
    name_en = serializers.CharField(max_length=120)
    name_ar = serializers.CharField(max_length=120)
    account = serializers.CharField(
        required=False, max_length=40, help_text="number of an account below `expenses`, or it"
    )


class ExpenseCategoryChangeIn(InputSerializer):
    name_en = serializers.CharField(required=False, max_length=120)
    name_ar = serializers.CharField(required=False, max_length=120)
    account = serializers.CharField(required=False, max_length=40)
    is_active = serializers.BooleanField(required=False)


class CategoryFilter(InputSerializer):
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)


class PolicyOut(serializers.Serializer):
    credit_terms = serializers.ChoiceField(choices=CreditTerms.choices)
    credit_limit = MoneyOut(help_text="what may be promised beyond the available capital")
    customer_credit_limit = MoneyOut(help_text="how far a customer may pay ahead")
    session_required = serializers.BooleanField()
    blind_close = serializers.BooleanField()
    difference_tolerance = MoneyOut(help_text="cash differences up to it need no reason")
    updated_at = serializers.DateTimeField(allow_null=True)
    updated_by_id = serializers.IntegerField(allow_null=True)


class PolicyIn(InputSerializer):
    credit_terms = serializers.ChoiceField(required=False, choices=CreditTerms.choices)
    credit_limit = MoneyIn(required=False, help_text="above zero for `limited`, else zero")
    customer_credit_limit = MoneyIn(required=False)
    session_required = serializers.BooleanField(required=False)
    blind_close = serializers.BooleanField(required=False)
    difference_tolerance = MoneyIn(required=False)


class OperationLimitOut(serializers.Serializer):
    id = serializers.IntegerField()
    role_id = serializers.IntegerField()
    role_code = serializers.CharField(source="role.code")
    operation = serializers.ChoiceField(choices=OperationKind.choices)
    per_operation = MoneyOut(allow_null=True)
    per_day = MoneyOut(allow_null=True)


class OperationLimitIn(InputSerializer):
    role_id = IdIn()
    operation = serializers.ChoiceField(choices=OperationKind.choices)
    per_operation = MoneyIn(required=False, allow_null=True)
    per_day = MoneyIn(required=False, allow_null=True)
