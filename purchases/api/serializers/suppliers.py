"""Suppliers over the wire."""

from __future__ import annotations

from rest_framework import serializers

from core.api import InputSerializer
from purchases.models import DealDirection

_DIRECTION_HELP = (
    "Which number of a pair such as 1+6 is free; empty: each document decides by vote."
)


class SupplierFilter(InputSerializer):
    search = serializers.CharField(required=False, max_length=200, help_text="Part of the name.")
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)


class SupplierChangeIn(InputSerializer):
    name = serializers.CharField(max_length=200, required=False)
    code = serializers.CharField(max_length=30, required=False, allow_blank=True)
    contact_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    notes = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    deal_direction = serializers.ChoiceField(
        DealDirection.choices, required=False, allow_blank=True, help_text=_DIRECTION_HELP
    )
    immediate_receipt = serializers.BooleanField(
        required=False, help_text="Orders are received as soon as they are approved."
    )
    is_active = serializers.BooleanField(required=False)


class SupplierIn(SupplierChangeIn):
    name = serializers.CharField(max_length=200)


class SupplierOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    code = serializers.CharField()
    contact_name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    notes = serializers.CharField()
    deal_direction = serializers.CharField(help_text=_DIRECTION_HELP)
    immediate_receipt = serializers.BooleanField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
