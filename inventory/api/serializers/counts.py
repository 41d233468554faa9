"""Shapes of stock counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api import MAX_QUANTITY, IdIn, InputSerializer, MoneyOut, UnitCostOut
from inventory.api.serializers.stock import UnitCostIn, lines_of
from inventory.models import AbcClass, CountLineStatus, CountMode, CountScope, CountState
from inventory.services.counts.review import UNCOUNTED_CHOICES
from inventory.services.counts.scanning import Scan
from inventory.services.counts.tallying import Tally

MAX_PRODUCTS = 2000
MAX_TALLIES = 500


class FoundIn(serializers.IntegerField):
    """A number of base units or packs that were found; 0 is a finding too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": MAX_QUANTITY, **kwargs})


class CountIn(InputSerializer):
    mode = serializers.ChoiceField(choices=CountMode.choices)
    scope = serializers.ChoiceField(choices=CountScope.choices)
    location_id = IdIn(required=False, allow_null=True, help_text="limits any scope to a place")
    category_id = IdIn(required=False, allow_null=True, help_text="with all categories below it")
    abc_class = serializers.ChoiceField(choices=AbcClass.choices, required=False)
    product_ids = serializers.ListField(
        child=IdIn(), required=False, max_length=MAX_PRODUCTS, help_text="of scope products"
    )
    tolerance_units = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_QUANTITY, help_text="base units"
    )
    tolerance_percent = serializers.DecimalField(
        required=False, max_digits=5, decimal_places=2, min_value=Decimal(0),
        max_value=Decimal(100), help_text="of what is expected; the larger limit holds",
    )  # fmt: skip
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class CountFilter(InputSerializer):
    state = serializers.ChoiceField(choices=CountState.choices, required=False)
    location_id = IdIn(required=False)


class CountLineFilter(InputSerializer):
    status = serializers.ChoiceField(choices=CountLineStatus.choices, required=False)
    product_id = IdIn(required=False)
    location_id = IdIn(required=False)
    differing = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="403 count_results_hidden for whom the results of a blind count are hidden",
    )


class EntryFilter(InputSerializer):
    line = serializers.IntegerField(required=False, min_value=1, max_value=MAX_QUANTITY)


class TallyIn(InputSerializer):
    line = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)
    quantity = FoundIn(help_text="base units found")
    add = serializers.BooleanField(
        required=False, help_text="on top of what was found so far; else instead of it"
    )


class TalliesIn(InputSerializer):
    lines = lines_of(TallyIn)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"tallies": [Tally(**line) for line in attrs["lines"]]}


class ScanIn(InputSerializer):
    code = serializers.CharField(
        required=False, max_length=120, trim_whitespace=False, help_text="as the scanner sent it"
    )
    product_id = IdIn(required=False, help_text="instead of a code")
    quantity = FoundIn(required=False, help_text="packs of the code, base units of a product; 1")
    batch_number = serializers.CharField(required=False, max_length=60, allow_blank=True)
    expiry_date = serializers.DateField(required=False, allow_null=True)
    location_id = IdIn(required=False, allow_null=True)
    add = serializers.BooleanField(
        required=False, help_text="default true: each scan adds to the line"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("code")) == ("product_id" in attrs):
            raise serializers.ValidationError(
                {"code": [serializers.ErrorDetail(_("Give a code or a product."), "one_of_two")]}
            )
        return attrs


class ScansIn(InputSerializer):
    scans = lines_of(ScanIn)

    def validate_scans(self, scans: list[dict[str, Any]]) -> list[Scan]:
        return [Scan(**scan) for scan in scans]


class FinishIn(InputSerializer):
    uncounted = serializers.ChoiceField(
        choices=UNCOUNTED_CHOICES,
        default="refuse",
        help_text="of lines nobody counted: refuse, skip (stock stays) or zero (nothing there)",
    )


class CountReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=500)


class CountLinesIn(InputSerializer):
    lines = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY),
        min_length=1,
        max_length=MAX_TALLIES,
    )


class CountLinesReasonIn(CountLinesIn):
    reason = serializers.CharField(max_length=500)


class LineCostIn(InputSerializer):
    line = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)
    unit_cost = UnitCostIn(help_text="of a base unit")


class CostsIn(InputSerializer):
    lines = lines_of(LineCostIn)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"costs": {line["line"]: line["unit_cost"] for line in attrs["lines"]}}


class CountOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=CountState.choices)
    mode = serializers.ChoiceField(choices=CountMode.choices)
    scope = serializers.ChoiceField(choices=CountScope.choices)
    location_id = serializers.IntegerField(allow_null=True)
    location_name = serializers.CharField(source="location", allow_null=True)
    category_id = serializers.IntegerField(allow_null=True)
    category_name = serializers.CharField(source="category", allow_null=True)
    abc_class = serializers.CharField()
    tolerance_units = serializers.IntegerField()
    tolerance_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by_id = serializers.IntegerField()
    created_by_name = serializers.CharField(source="created_by")
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    posted_at = serializers.DateTimeField(allow_null=True)
    approved_by_id = serializers.IntegerField(allow_null=True)
    approved_by_name = serializers.CharField(source="approved_by", allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class CountDetailOut(serializers.Serializer):
    count = CountOut()
    lines = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="lines still to be counted")
    recounts = serializers.IntegerField(help_text="of these: to be counted a second time")
    skipped = serializers.IntegerField()
    results_visible = serializers.BooleanField(help_text="whether you may see what was expected")
    differences = serializers.IntegerField(allow_null=True, help_text="null: not for you to see")
    surplus = serializers.IntegerField(allow_null=True, help_text="base units")
    shortage = serializers.IntegerField(allow_null=True, help_text="base units")
    document_id = serializers.UUIDField(source="count.document_id", allow_null=True)
    value = serializers.SerializerMethodField(
        help_text="what the posted adjustment added to stock; null before, or not for you to see"
    )

    def get_value(self, detail: Any) -> str | None:
        document = detail.count.document
        if document is None or not detail.results_visible:
            return None
        return MoneyOut().to_representation(document.value)


class CountLineOut(serializers.Serializer):
    """Results are null on lines where they are hidden from you; your own figures are not."""

    line = serializers.IntegerField()
    status = serializers.ChoiceField(choices=CountLineStatus.choices)
    product_id = serializers.IntegerField(source="batch.product_id")
    product_name = serializers.CharField(source="batch.product")
    batch_id = serializers.IntegerField()
    batch_number = serializers.CharField(source="batch.number")
    expiry_date = serializers.DateField(source="batch.expiry_date", allow_null=True)
    location_id = serializers.IntegerField()
    location_code = serializers.CharField(source="location.code")
    is_found = serializers.BooleanField(help_text="not expected here; found while counting")
    rounds = serializers.IntegerField(help_text="how often it was counted")
    counted = serializers.IntegerField(allow_null=True)
    counted_at = serializers.DateTimeField(allow_null=True)
    counted_by_id = serializers.IntegerField(allow_null=True)
    counted_by_name = serializers.CharField(source="counted_by", allow_null=True)
    expected = serializers.IntegerField(allow_null=True, help_text="in the books when counted")
    difference = serializers.IntegerField(allow_null=True)
    level_now = serializers.IntegerField(allow_null=True, help_text="in the books now")
    unit_cost = UnitCostOut(allow_null=True, help_text="given for a surplus")

    _RESULTS = ("expected", "difference", "level_now", "unit_cost")

    def to_representation(self, line: Any) -> dict[str, Any]:
        shown = super().to_representation(line)
        if line.is_hidden:
            shown |= dict.fromkeys(self._RESULTS)
            if line.counted_by_id != self.context["request"].user.pk:
                shown["counted"] = None
        return shown


class CountEntryOut(serializers.Serializer):
    id = serializers.IntegerField()
    line = serializers.IntegerField(source="line.line")
    product_name = serializers.CharField(source="line.batch.product")
    batch_number = serializers.CharField(source="line.batch.number")
    round = serializers.IntegerField()
    added = serializers.IntegerField()
    counted = serializers.IntegerField(help_text="of the line, after this")
    expected = serializers.IntegerField()
    code = serializers.CharField(help_text="scanned; empty if typed")
    counted_at = serializers.DateTimeField()
    counted_by_id = serializers.IntegerField()
    counted_by_name = serializers.CharField(source="counted_by")
