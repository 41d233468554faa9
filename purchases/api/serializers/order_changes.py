"""What becomes of purchase orders, over the wire: answers, changes, dispatches, calendar."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut, QuantityIn
from core.money import smallest_amount
from purchases.api.serializers.common import PersonRef, SupplierRef
from purchases.api.serializers.limits import CreditOverrideIn
from purchases.models import AmendmentKind, DispatchChannel, DispatchState, OrderState
from purchases.services.orders.acknowledging import LineAnswer
from purchases.services.orders.amending import LineAmendment, LineCancellation

_MAX_LINES = 1000


class LineAmendmentIn(InputSerializer):
    line_id = IdIn()
    packs = QuantityIn(min_value=0, help_text="Packs bought; 0 takes the line out.")
    pack_price = MoneyIn(
        required=False,
        allow_null=True,
        min_value=smallest_amount(),
        help_text="Per pack, before the line's discount; as it was where left out.",
    )

    def to_internal_value(self, data: Any) -> LineAmendment:
        return LineAmendment(**super().to_internal_value(data))


class AmendIn(CreditOverrideIn):
    lines = serializers.ListField(child=LineAmendmentIn(), allow_empty=False, max_length=_MAX_LINES)
    reason = serializers.CharField(max_length=1000)


class LineCancellationIn(InputSerializer):
    line_id = IdIn()
    quantity = QuantityIn(
        required=False, allow_null=True, help_text="Base units; left out: all that has not come."
    )

    def to_internal_value(self, data: Any) -> LineCancellation:
        return LineCancellation(**super().to_internal_value(data))


class CancelLinesIn(InputSerializer):
    lines = serializers.ListField(
        child=LineCancellationIn(), allow_empty=False, max_length=_MAX_LINES
    )
    reason = serializers.CharField(max_length=1000)


class LineAnswerIn(InputSerializer):
    line_id = IdIn()
    packs = QuantityIn(
        min_value=0, required=False, allow_null=True, help_text="Packs they deliver, 0: none."
    )
    free_packs = QuantityIn(min_value=0, required=False, allow_null=True)
    pack_price = MoneyIn(required=False, allow_null=True, min_value=smallest_amount())
    promised_date = serializers.DateField(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> LineAnswer:
        return LineAnswer(**super().to_internal_value(data))


class AcknowledgeIn(InputSerializer):
    promised_date = serializers.DateField(required=False, allow_null=True)
    reference = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="The supplier's own number."
    )
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    lines = serializers.ListField(
        child=LineAnswerIn(), required=False, max_length=_MAX_LINES,
        help_text="Only what differs; all else is confirmed as ordered.",
    )  # fmt: skip


class AcknowledgedLineOut(serializers.Serializer):
    order_line_id = serializers.IntegerField()
    position = serializers.IntegerField(source="order_line.position")
    packs = serializers.IntegerField()
    free_packs = serializers.IntegerField()
    pack_price = MoneyOut()
    ordered_packs = serializers.IntegerField()
    ordered_free_packs = serializers.IntegerField()
    ordered_pack_price = MoneyOut()
    promised_date = serializers.DateField(allow_null=True)
    differs = serializers.BooleanField()


class AcknowledgementOut(serializers.Serializer):
    id = serializers.IntegerField()
    revision = serializers.IntegerField(help_text="Of the order it answers.")
    reference = serializers.CharField()
    promised_date = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    acknowledged_at = serializers.DateTimeField()
    recorded_by = PersonRef()
    lines = AcknowledgedLineOut(many=True)


class AmendmentLineOut(serializers.Serializer):
    order_line_id = serializers.IntegerField()
    position = serializers.IntegerField(source="order_line.position")
    bought_before = serializers.IntegerField(help_text="Base units.")
    bought_after = serializers.IntegerField()
    free_before = serializers.IntegerField()
    free_after = serializers.IntegerField()
    cancelled_before = serializers.IntegerField()
    cancelled_after = serializers.IntegerField()
    pack_price_before = MoneyOut()
    pack_price_after = MoneyOut()
    amount_before = MoneyOut()
    amount_after = MoneyOut()


class AmendmentOut(serializers.Serializer):
    id = serializers.IntegerField()
    revision = serializers.IntegerField()
    kind = serializers.ChoiceField(AmendmentKind.choices)
    reason = serializers.CharField()
    total_before = MoneyOut()
    total_after = MoneyOut()
    amended_at = serializers.DateTimeField()
    amended_by = PersonRef()
    lines = AmendmentLineOut(many=True)


class SendIn(InputSerializer):
    language = serializers.ChoiceField(["ar", "en"], default="ar")
    format = serializers.ChoiceField(["pdf", "xlsx", "csv"], default="pdf")
    division_id = IdIn(required=False, allow_null=True)
    contact_id = IdIn(
        required=False, allow_null=True, help_text="Left out: where the supplier's orders go."
    )


class MarkSentIn(InputSerializer):
    channel = serializers.ChoiceField(
        [choice for choice in DispatchChannel.choices if choice[0] != DispatchChannel.EMAIL]
    )


class DispatchOut(serializers.Serializer):
    id = serializers.IntegerField()
    revision = serializers.IntegerField()
    channel = serializers.ChoiceField(DispatchChannel.choices)
    to = serializers.CharField()
    language = serializers.CharField()
    format = serializers.CharField()
    state = serializers.ChoiceField(DispatchState.choices)
    attempts = serializers.IntegerField()
    error_code = serializers.CharField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    requested_by = PersonRef()


class CalendarFilter(InputSerializer):
    """``from`` is a word of Python: the fields are named where they are read."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            "from": serializers.DateField(
                required=False, help_text="Default: the oldest day that is overdue."
            ),
            "to": serializers.DateField(required=False, help_text="Default: 30 days on."),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("from"), attrs.get("to")
        if first and last and first > last:
            raise serializers.ValidationError(
                {"to": [_("The last day is not before the first one.")]}, code="before_from"
            )
        return attrs


class ExpectedOrderOut(serializers.Serializer):
    id = serializers.IntegerField(source="order.id")
    number = serializers.CharField(source="order.number")
    supplier = SupplierRef(source="order.supplier")
    state = serializers.ChoiceField(OrderState.choices, source="order.state")
    promised = serializers.BooleanField(help_text="By the supplier; else by its terms.")
    lines = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="Base units still to come.")
    amount = MoneyOut(help_text="Money for them, as ordered.")


class DeliveryDayOut(serializers.Serializer):
    day = serializers.DateField()
    overdue = serializers.BooleanField()
    quantity = serializers.IntegerField()
    amount = MoneyOut()
    orders = ExpectedOrderOut(many=True)


class CalendarOut(serializers.Serializer):
    days = DeliveryDayOut(many=True)
