"""Purchase orders over the wire."""

from __future__ import annotations

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MomentIn, MoneyOut
from purchases.allowed import ORDER
from purchases.api.serializers.common import AllowedActions, ProductOf, ProductRow, SupplierRef
from purchases.api.serializers.limits import CreditOverrideOut
from purchases.models import OrderState


class OrderFilter(InputSerializer):
    state = serializers.ChoiceField(OrderState.choices, required=False)
    supplier_id = IdIn(required=False)


class OrderLineOut(ProductRow):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    product = ProductOf()
    supplier_name = serializers.CharField(
        source="proposal_line.offer_line.name", help_text="What the supplier calls it."
    )
    pack_price = MoneyOut()
    discount_percent = serializers.DecimalField(max_digits=7, decimal_places=4)
    purchase_units = serializers.IntegerField()
    bought_quantity = serializers.IntegerField(help_text="Base units paid for.")
    free_quantity = serializers.IntegerField(help_text="Base units free.")
    received_quantity = serializers.IntegerField(help_text="Base units, free ones included.")
    cancelled_quantity = serializers.IntegerField(help_text="Base units that will not come.")
    outstanding_quantity = serializers.IntegerField()
    amount = MoneyOut(help_text="As ordered, cancelled units included.")
    outstanding_amount = MoneyOut()
    promised_date = serializers.DateField(
        allow_null=True, help_text="Where the supplier promised this line for another day."
    )
    mix = serializers.IntegerField(
        allow_null=True,
        help_text="Lines of the order with the same number earn their free goods together.",
    )


class OrderOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    proposal_id = serializers.IntegerField()
    proposal_number = serializers.CharField(source="proposal.number")
    supplier = SupplierRef()
    division = SupplierRef(
        allow_null=True, help_text="The supplier's one division that sells all of it."
    )
    state = serializers.ChoiceField(OrderState.choices)
    allowed_actions = AllowedActions(ORDER)
    total = MoneyOut(help_text="What is wanted, cancelled parts left out.")
    revision = serializers.IntegerField(help_text="How often it was changed.")
    receive_on_order = serializers.BooleanField()
    ordered_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(
        allow_null=True, help_text="The present revision; null: it is to be sent (again)."
    )
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    expected_date = serializers.DateField(help_text="As promised, else by the supplier's terms.")
    promised_date = serializers.DateField(allow_null=True)
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="From then on nothing more is expected; null is never."
    )
    closed_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField()


class ReceiptRef(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    received_at = serializers.DateTimeField()
    total = MoneyOut()


class OrderDetailOut(OrderOut):
    lines = OrderLineOut(many=True)
    receipts = ReceiptRef(many=True)
    credit_overrides = CreditOverrideOut(
        source="proposal.credit_overrides",
        many=True,
        help_text="Where the supplier's credit limit was exceeded, by whom and why.",
    )


class RescheduleIn(InputSerializer):
    expires_at = MomentIn(allow_null=True, help_text="null: wait for ever")
