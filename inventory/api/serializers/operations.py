"""Shapes of transfers, repacking, write-offs, reservations and limits of places."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyOut, QuantityIn
from inventory.api.serializers.stock import IssueIn, IssueLineIn, lines_of, numbered
from inventory.models import (
    MovementKind,
    MovementReason,
    ReservationStatus,
    TransferStatus,
    WriteOffStatus,
)
from inventory.postings import reasons_for
from inventory.records import IssueLine, Override, RepackLine, TransferItem, WriteOffItem


class StockReasonIn(InputSerializer):
    """Why something is done; kept with it and in the audit log."""

    reason = serializers.CharField(max_length=500)


class _LinesIn(InputSerializer):
    record: Any = None

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[Any]:
        return numbered(lines, self.record)


class ChosenIssueLineIn(IssueLineIn):
    batch_id = IdIn(
        required=False, allow_null=True, help_text="left out: the batch whose turn it is"
    )


class ChosenIssueIn(IssueIn):
    record = IssueLine
    lines = lines_of(ChosenIssueLineIn)
    override_reason = serializers.CharField(max_length=500, help_text="why not the usual batch")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["override"] = Override(reason=attrs.pop("override_reason"))
        return attrs


class TransferLineIn(InputSerializer):
    batch_id = IdIn(required=False, help_text="this batch, whatever its state; or")
    product_id = IdIn(required=False, help_text="of this product, first expiring first")
    quantity = QuantityIn(help_text="base units")


class TransferIn(_LinesIn):
    record = TransferItem
    origin_id = IdIn()
    destination_id = IdIn()
    in_transit = serializers.BooleanField(
        required=False, help_text="they leave now and are received later"
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    lines = lines_of(TransferLineIn)


class ArrivalLineIn(InputSerializer):
    line = serializers.IntegerField(min_value=0, help_text="of the transfer")
    quantity = QuantityIn(help_text="base units")


class ArrivalIn(InputSerializer):
    lines = lines_of(
        ArrivalLineIn, required=False, help_text="left out: everything still on its way"
    )

    def validate_lines(self, lines: list[dict[str, int]]) -> dict[int, int]:
        received = {line["line"]: line["quantity"] for line in lines}
        if len(received) < len(lines):
            raise serializers.ValidationError(_("Number every line once."), code="duplicate_line")
        return received

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"received": attrs.get("lines")}


class TransferFilter(InputSerializer):
    status = serializers.ChoiceField(choices=TransferStatus.choices, required=False)
    location_id = IdIn(required=False)


class TransferOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=TransferStatus.choices)
    origin_id = serializers.IntegerField()
    origin_name = serializers.CharField(source="origin.name")
    destination_id = serializers.IntegerField()
    destination_name = serializers.CharField(source="destination.name")
    note = serializers.CharField()
    dispatched_at = serializers.DateTimeField()
    dispatched_by_id = serializers.IntegerField(allow_null=True)
    dispatched_by_name = serializers.CharField(source="dispatched_by", allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class TransferLineOut(serializers.Serializer):
    line = serializers.IntegerField()
    product_id = serializers.IntegerField(source="batch.product_id")
    product_name = serializers.CharField(source="batch.product")
    batch_id = serializers.IntegerField()
    batch_number = serializers.CharField(source="batch.number")
    expiry_date = serializers.DateField(source="batch.expiry_date", allow_null=True)
    quantity = serializers.IntegerField(help_text="sent, base units")
    received = serializers.IntegerField()


class TransferDetailOut(TransferOut):
    lines = TransferLineOut(source="goods", many=True)


class RepackLineIn(InputSerializer):
    batch_id = IdIn(help_text="the goods as they are")
    quantity = QuantityIn(help_text="base units that are used up")
    to_product_id = IdIn(help_text="what they become; the same product when relabelled")
    to_quantity = QuantityIn(help_text="base units that they become")
    to_batch_number = serializers.CharField(max_length=60, allow_blank=True)
    to_expiry_date = serializers.DateField(
        allow_null=True, help_text="not later than the goods' own"
    )
    location_id = IdIn(required=False, allow_null=True)


class RepackIn(_LinesIn):
    record = RepackLine
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    lines = lines_of(RepackLineIn)


class WriteOffLineIn(InputSerializer):
    batch_id = IdIn()
    quantity = QuantityIn(help_text="base units")
    location_id = IdIn(required=False, allow_null=True)


class WriteOffIn(_LinesIn):
    record = WriteOffItem
    reason = serializers.ChoiceField(choices=reasons_for(MovementKind.WRITE_OFF))
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    lines = lines_of(WriteOffLineIn)


class ExpiredWriteOffIn(InputSerializer):
    location_id = IdIn(required=False, allow_null=True, help_text="left out: every place")
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class DecisionIn(InputSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class RejectionIn(InputSerializer):
    note = serializers.CharField(max_length=500, help_text="why")


class WriteOffFilter(InputSerializer):
    status = serializers.ChoiceField(choices=WriteOffStatus.choices, required=False)
    reason = serializers.ChoiceField(choices=reasons_for(MovementKind.WRITE_OFF), required=False)


class WriteOffOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=WriteOffStatus.choices)
    reason = serializers.ChoiceField(choices=MovementReason.choices)
    note = serializers.CharField()
    requested_at = serializers.DateTimeField()
    requested_by_id = serializers.IntegerField()
    requested_by_name = serializers.CharField(source="requested_by")
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by_id = serializers.IntegerField(allow_null=True)
    decided_by_name = serializers.CharField(source="decided_by", allow_null=True)
    decision_note = serializers.CharField()
    value = MoneyOut(allow_null=True, help_text="at cost; null until it is approved")


class WriteOffLineOut(serializers.Serializer):
    line = serializers.IntegerField()
    product_id = serializers.IntegerField(source="batch.product_id")
    product_name = serializers.CharField(source="batch.product")
    batch_id = serializers.IntegerField()
    batch_number = serializers.CharField(source="batch.number")
    expiry_date = serializers.DateField(source="batch.expiry_date", allow_null=True)
    location_id = serializers.IntegerField()
    location_code = serializers.CharField(source="location.code")
    quantity = serializers.IntegerField(help_text="base units")


class WriteOffDetailOut(WriteOffOut):
    lines = WriteOffLineOut(source="goods", many=True)


class ReservationFilter(InputSerializer):
    product_id = IdIn(required=False)
    source_type = serializers.CharField(required=False, max_length=80)
    source_id = serializers.CharField(required=False, max_length=80)
    open_only = serializers.BooleanField(required=False, default=True)


class ReservationOut(serializers.Serializer):
    id = serializers.IntegerField()
    product_id = serializers.IntegerField()
    product_name = serializers.CharField(source="product")
    source_type = serializers.CharField()
    source_id = serializers.CharField()
    line = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="promised, base units")
    consumed = serializers.IntegerField(help_text="handed out of it")
    outstanding = serializers.IntegerField(help_text="held now")
    status = serializers.ChoiceField(choices=ReservationStatus.choices)
    expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class LimitIn(InputSerializer):
    min_stock = QuantityIn(min_value=0)
    max_stock = QuantityIn(min_value=0)


class LimitFilter(InputSerializer):
    below_minimum = serializers.BooleanField(required=False)
    above_maximum = serializers.BooleanField(required=False)


class LimitOut(serializers.Serializer):
    product_id = serializers.IntegerField()
    product_name = serializers.CharField(source="product")
    min_stock = serializers.IntegerField()
    max_stock = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="there now, base units")
    needed = serializers.IntegerField(help_text="up to the maximum; negative: too much is there")
