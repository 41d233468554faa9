from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_integration.models import JobState
from ai_integration.transitions import allowed_actions
from core.api import IdIn, InputSerializer

# What people may do to a job; the other actions are the engines'.
PEOPLES_ACTIONS = ("cancel", "retry")


class OfferUploadSerializer(InputSerializer):
    file = serializers.FileField(
        allow_empty_file=True,  # refused with its own error
        help_text="PDF, JPEG, PNG, WebP, CSV, XLS or XLSX; the type is decided by the content.",
    )
    supplier_id = IdIn(required=False, help_text="The warehouse the offer is from.")
    warehouse_name = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Instead of supplier_id: the warehouse's name in any spelling.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("supplier_id" in attrs) == ("warehouse_name" in attrs):
            raise serializers.ValidationError(
                {"supplier_id": [_("Send either supplier_id or warehouse_name.")]},
                code="one_of_two",
            )
        return attrs


class JobQuerySerializer(InputSerializer):
    state = serializers.ChoiceField(choices=JobState.choices, required=False)
    supplier_id = IdIn(required=False)


class ExtractionJobSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=JobState.choices)
    supplier_id = serializers.IntegerField()
    warehouse_name = serializers.CharField(source="supplier.name")
    file_id = serializers.UUIDField()
    file_name = serializers.CharField(source="file.original_name")
    engine = serializers.CharField(help_text="Empty until an engine took the job.")
    pages_total = serializers.IntegerField(allow_null=True)
    pages_done = serializers.IntegerField()
    rows_found = serializers.IntegerField()
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField()
    offer_id = serializers.IntegerField(allow_null=True, help_text="The offer, once ready.")
    failure_code = serializers.CharField(help_text="Stable English word, empty unless failed.")
    failure_detail = serializers.CharField()
    allowed_actions = serializers.SerializerMethodField()
    uploaded_by_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    def get_allowed_actions(self, job: Any) -> list[str]:
        """What a person may do now: cancel, retry."""
        return [action for action in allowed_actions(job.state) if action in PEOPLES_ACTIONS]


@extend_schema_field({})
class AnyJSON(serializers.Field):
    """Any JSON value as it was parsed, NaN included; its shape is judged further in."""

    def to_internal_value(self, data: Any) -> Any:
        return data


class EngineCallbackSerializer(serializers.Serializer):
    """Unknown members are let through: the engine is not ours to correct."""

    job_id = serializers.UUIDField()
    payload = AnyJSON()


class EngineReceiptSerializer(serializers.Serializer):
    status = serializers.CharField()
    job_id = serializers.UUIDField()
