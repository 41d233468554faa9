"""Shapes of stock, movements and what staff do to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from core.api import (
    MAX_QUANTITY,
    IdIn,
    InputSerializer,
    MomentIn,
    MoneyIn,
    MoneyOut,
    QuantityIn,
    UnitCostOut,
)
from inventory.models import AlertKind, BatchStatus, MovementKind, MovementReason
from inventory.postings import reasons_for
from inventory.records import AdjustmentLine, IssueLine, ReceiptLine
from inventory.selectors.stock import EXPIRY_CHOICES

MAX_LINES = 500


def numbered(lines: list[dict[str, Any]], record: Any) -> list[Any]:
    """The lines of a request as records, numbered from 0 like the errors that name them."""
    return [record(line=position, **line) for position, line in enumerate(lines)]


def lines_of(line: Callable[..., Any], **options: Any) -> Any:
    """A field of 1 to 500 lines."""
    return line(many=True, min_length=1, max_length=MAX_LINES, **options)


class UnitCostIn(MoneyIn):
    """Money per base unit, six places."""

    def to_internal_value(self, data: Any) -> Any:
        return serializers.DecimalField.to_internal_value(self, data)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 22, "decimal_places": 6, **kwargs})


class _DocumentIn(InputSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    occurred_at = MomentIn(required=False, help_text="if not now")
    lines: Any  # each subclass has its own

    record: Any = None

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[Any]:
        return numbered(lines, self.record)


class ReceiptLineIn(InputSerializer):
    product_id = IdIn()
    batch_number = serializers.CharField(max_length=60, allow_blank=True)
    expiry_date = serializers.DateField(
        allow_null=True, help_text="null when it is not known: such goods are flagged and used last"
    )
    quantity = QuantityIn(help_text="base units")
    total_cost = MoneyIn(help_text="what the whole line is worth at cost")
    location_id = IdIn(required=False, allow_null=True)


class ReceiptIn(_DocumentIn):
    record = ReceiptLine
    reason = serializers.ChoiceField(choices=reasons_for(MovementKind.RECEIPT))
    lines = lines_of(ReceiptLineIn)


class IssueLineIn(InputSerializer):
    product_id = IdIn()
    quantity = QuantityIn(help_text="base units")
    location_id = IdIn(required=False, allow_null=True)


class IssueIn(_DocumentIn):
    record = IssueLine
    reason = serializers.ChoiceField(choices=reasons_for(MovementKind.ISSUE))
    lines = lines_of(IssueLineIn)


class AdjustmentLineIn(InputSerializer):
    batch_id = IdIn()
    quantity = serializers.IntegerField(
        min_value=-MAX_QUANTITY, max_value=MAX_QUANTITY, help_text="base units, signed, not 0"
    )
    unit_cost = UnitCostIn(
        required=False,
        allow_null=True,
        help_text="of an increase; left out: what the batch costs already",
    )
    location_id = IdIn(required=False, allow_null=True)


class AdjustmentIn(_DocumentIn):
    record = AdjustmentLine
    reason = serializers.ChoiceField(choices=reasons_for(MovementKind.ADJUSTMENT))
    lines = lines_of(AdjustmentLineIn)


class BatchFilter(InputSerializer):
    product_id = IdIn(required=False)
    status = serializers.ChoiceField(choices=BatchStatus.choices, required=False)
    expiry = serializers.ChoiceField(choices=EXPIRY_CHOICES, required=False)
    expires_before = serializers.DateField(required=False)
    in_stock = serializers.BooleanField(required=False)


class BatchOut(serializers.Serializer):
    id = serializers.IntegerField()
    product_id = serializers.IntegerField()
    product_name = serializers.CharField(source="product")
    number = serializers.CharField()
    expiry_date = serializers.DateField(allow_null=True)
    expiry_unknown = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=BatchStatus.choices)
    received_at = serializers.DateTimeField(help_text="when it first came")
    on_hand = serializers.IntegerField()

    def get_expiry_unknown(self, batch: Any) -> bool:
        return batch.expiry_date is None


class StockFilter(InputSerializer):
    product_id = IdIn(required=False)
    location_id = IdIn(required=False)
    include_empty = serializers.BooleanField(required=False)


class StockLevelOut(serializers.Serializer):
    id = serializers.IntegerField()
    product_id = serializers.IntegerField(source="batch.product_id")
    product_name = serializers.CharField(source="batch.product")
    batch_id = serializers.IntegerField()
    batch_number = serializers.CharField(source="batch.number")
    expiry_date = serializers.DateField(source="batch.expiry_date", allow_null=True)
    location_id = serializers.IntegerField()
    location_code = serializers.CharField(source="location.code")
    quantity = serializers.IntegerField()
    value = MoneyOut(help_text="at cost")


class MovementFilter(InputSerializer):
    product_id = IdIn(required=False)
    batch_id = IdIn(required=False)
    location_id = IdIn(required=False)
    kind = serializers.ChoiceField(choices=MovementKind.choices, required=False)
    reason = serializers.ChoiceField(choices=MovementReason.choices, required=False)
    source_type = serializers.CharField(required=False, max_length=80)
    source_id = serializers.CharField(required=False, max_length=80)
    occurred_from = serializers.DateField(required=False)
    occurred_to = serializers.DateField(required=False, help_text="inclusive")


class MovementOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=MovementKind.choices)
    reason = serializers.ChoiceField(choices=MovementReason.choices)
    product_id = serializers.IntegerField(source="batch.product_id")
    product_name = serializers.CharField(source="batch.product")
    batch_id = serializers.IntegerField()
    batch_number = serializers.CharField(source="batch.number")
    expiry_date = serializers.DateField(source="batch.expiry_date", allow_null=True)
    location_id = serializers.IntegerField()
    location_code = serializers.CharField(source="location.code")
    quantity = serializers.IntegerField(help_text="base units, negative when they went")
    value = MoneyOut(help_text="at cost, signed as the quantity")
    unit_cost = UnitCostOut()
    source_type = serializers.CharField()
    source_id = serializers.CharField()
    line = serializers.IntegerField()
    part = serializers.IntegerField(help_text="counts the batches within one line")
    occurred_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    actor_id = serializers.IntegerField(allow_null=True)
    actor_name = serializers.CharField(source="actor", allow_null=True)
    party_type = serializers.CharField(help_text="from or to whom, if it is known")
    party_id = serializers.CharField()
    reverses_id = serializers.IntegerField(allow_null=True)
    returns_id = serializers.IntegerField(allow_null=True)


class StockDocumentOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=MovementKind.choices)
    reason = serializers.ChoiceField(choices=MovementReason.choices)
    note = serializers.CharField()
    line_count = serializers.IntegerField(source="lines")
    value = MoneyOut(help_text="what it added to the stock's value; negative if it took away")
    reverses_id = serializers.UUIDField(allow_null=True)
    file_name = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    actor_id = serializers.IntegerField(allow_null=True)
    actor_name = serializers.CharField(source="actor", allow_null=True)


class StockDocumentDetailOut(StockDocumentOut):
    movements = MovementOut(many=True, help_text="at most the first 500 of an opening balance")


class IncomingFilter(InputSerializer):
    product_id = IdIn(required=False)
    open_only = serializers.BooleanField(required=False, default=True)


class IncomingOut(serializers.Serializer):
    id = serializers.IntegerField()
    product_id = serializers.IntegerField()
    product_name = serializers.CharField(source="product")
    source_type = serializers.CharField()
    source_id = serializers.CharField()
    line = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="ordered, base units")
    received = serializers.IntegerField()
    outstanding = serializers.IntegerField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class AlertFilter(InputSerializer):
    kind = serializers.ChoiceField(choices=AlertKind.choices, required=False)
    product_id = IdIn(required=False)
    open_only = serializers.BooleanField(required=False, default=True)


class AlertOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=AlertKind.choices)
    product_id = serializers.IntegerField()
    product_name = serializers.CharField(source="product")
    batch_id = serializers.IntegerField(allow_null=True, help_text="of an expiry")
    batch_number = serializers.CharField(source="batch.number", allow_null=True, default=None)
    expiry_date = serializers.DateField(
        source="batch.expiry_date", allow_null=True, default=None, help_text="of the batch, today's"
    )
    available = serializers.IntegerField(
        help_text="base units concerned, when the alert was opened"
    )
    threshold = serializers.IntegerField(
        allow_null=True,
        help_text="the limit that was crossed: base units; of an expiry and dead stock days;"
        " null for a negative margin",
    )
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class OpeningIn(InputSerializer):
    file = serializers.FileField(allow_empty_file=True, help_text="CSV or XLSX")


class OpeningRemarkOut(serializers.Serializer):
    field = serializers.CharField(help_text="rows.<row>.<column>")
    code = serializers.CharField()
    detail = serializers.CharField()


class OpeningOut(serializers.Serializer):
    document_id = serializers.UUIDField()
    number = serializers.CharField()
    rows = serializers.IntegerField()
    products_created = serializers.IntegerField()
    products_matched = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="base units")
    value = MoneyOut(help_text="at cost")
    low_stock = serializers.IntegerField(help_text="products of the file below their minimum")
    warning_count = serializers.IntegerField(source="warnings.count")
    warnings = OpeningRemarkOut(source="warnings.listed", many=True)
