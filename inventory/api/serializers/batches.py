"""Shapes of what happens to batches, and of recalls."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api import IdIn, MomentIn
from inventory.api.serializers.operations import StockReasonIn
from inventory.api.serializers.stock import BatchOut
from inventory.models import BatchEventKind, MovementReason


class BatchDetailOut(BatchOut):
    status_reason = serializers.CharField()
    status_at = serializers.DateTimeField(allow_null=True)
    status_by_id = serializers.IntegerField(allow_null=True)
    status_by_name = serializers.CharField(source="status_by", allow_null=True)


class BatchCorrectionIn(StockReasonIn):
    number = serializers.CharField(max_length=60, allow_blank=True)
    expiry_date = serializers.DateField(allow_null=True)


class CelsiusIn(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"max_digits": 5, "decimal_places": 2, "min_value": -100, "max_value": 100, **kwargs}
        )


class ExcursionIn(StockReasonIn):
    batch_ids = serializers.ListField(child=IdIn(), min_length=1, max_length=500)
    min_celsius = CelsiusIn(help_text="lowest measured")
    max_celsius = CelsiusIn(help_text="highest measured")
    minutes = serializers.IntegerField(min_value=1, max_value=1_000_000)
    action_taken = serializers.CharField(max_length=500)
    occurred_at = MomentIn(required=False, help_text="if not now")
    quarantine = serializers.BooleanField(required=False, help_text="hold the batches back")


class BatchEventOut(serializers.Serializer):
    id = serializers.IntegerField()
    batch_id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=BatchEventKind.choices)
    reason = serializers.CharField()
    recall_id = serializers.UUIDField(allow_null=True)
    number_before = serializers.CharField()
    number_after = serializers.CharField()
    expiry_before = serializers.DateField(allow_null=True)
    expiry_after = serializers.DateField(allow_null=True)
    min_celsius = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    max_celsius = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    minutes = serializers.IntegerField(allow_null=True)
    action_taken = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    actor_id = serializers.IntegerField(allow_null=True)
    actor_name = serializers.CharField(source="actor", allow_null=True)


class RecallIn(StockReasonIn):
    """Either batches, or a supplier by type and id, with a product to narrow it down."""

    reference = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="of the authority or maker"
    )
    batch_ids = serializers.ListField(child=IdIn(), required=False, max_length=500)
    party_type = serializers.CharField(required=False, max_length=80)
    party_id = serializers.CharField(required=False, max_length=80)
    product_id = IdIn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        by_party = bool(attrs.get("party_type")) and bool(attrs.get("party_id"))
        if bool(attrs.get("batch_ids")) == by_party:
            raise serializers.ValidationError(
                {"batch_ids": _("Give either batches or a supplier's type and id.")},
                code="batches_or_supplier",
            )
        return attrs


class RecallOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    reason = serializers.CharField()
    reference = serializers.CharField()
    party_type = serializers.CharField()
    party_id = serializers.CharField()
    announced_at = serializers.DateTimeField()
    announced_by_id = serializers.IntegerField(allow_null=True)
    announced_by_name = serializers.CharField(source="announced_by", allow_null=True)


class RecalledBatchOut(serializers.Serializer):
    id = serializers.IntegerField()
    product_id = serializers.IntegerField()
    product_name = serializers.CharField(source="product")
    number = serializers.CharField()
    expiry_date = serializers.DateField(allow_null=True)
    status = serializers.CharField()


class RecallTraceOut(serializers.Serializer):
    batch_id = serializers.IntegerField()
    source_type = serializers.CharField(help_text='e.g. "sales.sale"')
    source_id = serializers.CharField()
    name = serializers.CharField(help_text="number of the document, empty if unknown")
    reason = serializers.ChoiceField(choices=MovementReason.choices)
    quantity = serializers.IntegerField(help_text="base units")
    returned = serializers.IntegerField(help_text="of these, brought back since")
    occurred_at = serializers.DateTimeField()
    party_type = serializers.CharField()
    party_id = serializers.CharField()
    party_name = serializers.CharField()


class RecallLeftOut(serializers.Serializer):
    batch_id = serializers.IntegerField()
    location_id = serializers.IntegerField()
    location_code = serializers.CharField(source="location.code")
    quantity = serializers.IntegerField(help_text="base units")


class RecallReportOut(serializers.Serializer):
    recall = RecallOut()
    batches = RecalledBatchOut(many=True)
    came = RecallTraceOut(many=True, help_text="from whom the goods came")
    went = RecallTraceOut(many=True, help_text="who got them")
    left = RecallLeftOut(many=True, help_text="what is left, and where")
