"""Shapes of the controlled-drug register and of second signatures."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api import InputSerializer
from inventory.classes import ControlledClass
from inventory.models import MovementKind, MovementReason, RegisterKind, SignatureState

# Opening a register and carrying it over move nothing.
_IF_MOVED: dict[str, Any] = {"default": None, "allow_null": True}


class RegisterFilter(InputSerializer):
    controlled_class = serializers.ChoiceField(choices=ControlledClass.choices, required=False)


class RegisterOut(serializers.Serializer):
    product_id = serializers.IntegerField(source="pk")
    product_name = serializers.CharField(source="*")
    controlled_class = serializers.ChoiceField(choices=ControlledClass.choices)
    entries = serializers.IntegerField(help_text="rows so far, numbered 1 to this")
    balance = serializers.IntegerField(help_text="base units, on hand at all places")
    last_entry_at = serializers.DateTimeField()


class EntriesFilter(InputSerializer):
    date_from = serializers.DateField(required=False, help_text="day of entry")
    date_to = serializers.DateField(required=False, help_text="inclusive")


class PeriodFilter(InputSerializer):
    date_from = serializers.DateField(help_text="day of entry")
    date_to = serializers.DateField(help_text="inclusive")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["date_to"] < attrs["date_from"]:
            raise serializers.ValidationError(
                {"date_to": [serializers.ErrorDetail(_("Before the first day."), "before_from")]}
            )
        return attrs


class RegisterEntryOut(serializers.Serializer):
    sequence = serializers.IntegerField(help_text="1, 2, 3… without a gap")
    kind = serializers.ChoiceField(choices=RegisterKind.choices)
    movement_id = serializers.IntegerField(allow_null=True)
    movement_kind = serializers.CharField(source="movement.kind", **_IF_MOVED)
    movement_reason = serializers.CharField(source="movement.reason", **_IF_MOVED)
    source_type = serializers.CharField(source="movement.source_type", **_IF_MOVED)
    source_id = serializers.CharField(source="movement.source_id", **_IF_MOVED)
    batch_number = serializers.CharField(source="movement.batch.number", **_IF_MOVED)
    expiry_date = serializers.DateField(source="movement.batch.expiry_date", **_IF_MOVED)
    location_id = serializers.IntegerField(source="movement.location_id", **_IF_MOVED)
    quantity = serializers.IntegerField(help_text="base units, negative when they went")
    balance = serializers.IntegerField()
    occurred_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    prescription_number = serializers.CharField()
    prescriber = serializers.CharField()
    patient_reference = serializers.CharField()
    counterparty = serializers.CharField(help_text="supplier")
    actor_id = serializers.IntegerField(allow_null=True)
    actor_name = serializers.CharField(source="actor", allow_null=True)
    cosigner_id = serializers.IntegerField(allow_null=True)
    cosigner_name = serializers.CharField(source="cosigner", allow_null=True)


class RegisterPeriodOut(serializers.Serializer):
    product_id = serializers.IntegerField(source="product.pk")
    product_name = serializers.CharField(source="product")
    controlled_class = serializers.ChoiceField(
        choices=ControlledClass.choices, source="product.controlled_class"
    )
    date_from = serializers.DateField()
    date_to = serializers.DateField()
    opening = serializers.IntegerField(help_text="balance before the first day, base units")
    received = serializers.IntegerField()
    issued = serializers.IntegerField()
    closing = serializers.IntegerField(help_text="opening + received - issued")
    entries = RegisterEntryOut(many=True)


class SignatureFilter(InputSerializer):
    state = serializers.ChoiceField(choices=SignatureState.choices, required=False)


class SignatureNoteIn(InputSerializer):
    note = serializers.CharField(max_length=500)


class SignatureOut(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=SignatureState.choices)
    kind = serializers.ChoiceField(choices=MovementKind.choices)
    reason = serializers.ChoiceField(choices=MovementReason.choices)
    note = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    lines = serializers.ListField(child=serializers.DictField(), help_text="as they were asked for")
    undoes_id = serializers.UUIDField(allow_null=True, help_text="document to be undone")
    requested_at = serializers.DateTimeField()
    requested_by_id = serializers.IntegerField()
    requested_by_name = serializers.CharField(source="requested_by")
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by_id = serializers.IntegerField(allow_null=True)
    decided_by_name = serializers.CharField(source="decided_by", allow_null=True)
    decision_note = serializers.CharField()
    document_id = serializers.UUIDField(allow_null=True)
