"""Shapes of accounting periods."""

from __future__ import annotations

from rest_framework import serializers

from capital.models import PeriodChangeKind, PeriodStatus
from core.api import InputSerializer


class PeriodChangeOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=PeriodChangeKind.choices)
    reason = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    actor_id = serializers.IntegerField(allow_null=True)
    actor_name = serializers.CharField(source="actor", allow_null=True)


class PeriodOut(serializers.Serializer):
    id = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    status = serializers.ChoiceField(choices=PeriodStatus.choices)
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by_id = serializers.IntegerField(allow_null=True)
    changes = PeriodChangeOut(many=True)


class PeriodIn(InputSerializer):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="included")
