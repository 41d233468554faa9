"""Shapes of cash drawers and sessions. What a blind counter may not see is null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from capital.api.serializers.ledger import AccountChoiceIn, AmountIn
from capital.models import CashSession, DrawerKind, SessionStatus
from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut

HIDDEN_WHILE_BLIND = "null while the session is counted blind and not closed"


class LiveSessionOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    cashier_id = serializers.IntegerField()
    cashier_name = serializers.CharField(source="cashier")
    status = serializers.ChoiceField(choices=SessionStatus.choices)


class DrawerOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=DrawerKind.choices)
    account_id = serializers.IntegerField()
    account_code = serializers.CharField(source="account.code")
    is_default = serializers.BooleanField()
    is_active = serializers.BooleanField()
    session = serializers.SerializerMethodField()

    @extend_schema_field(LiveSessionOut(allow_null=True))
    def get_session(self, drawer: Any) -> dict[str, Any] | None:
        live = drawer.live_sessions
        return dict(LiveSessionOut(live[0]).data) if live else None


class DrawerDetailOut(DrawerOut):
    held = MoneyOut(source="account.natural_balance", help_text="by the ledger")


class DrawerIn(InputSerializer):
    code = serializers.RegexField(
        r"^[A-Za-z0-9_-]{1,12}\Z", help_text="1 to 12 letters, digits, - _"
    )
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=DrawerKind.choices, required=False)


class DrawerChangeIn(InputSerializer):
    code = serializers.RegexField(r"^[A-Za-z0-9_-]{1,12}\Z", required=False)
    name = serializers.CharField(required=False, max_length=120)
    kind = serializers.ChoiceField(choices=DrawerKind.choices, required=False)
    is_default = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)


class CashCountIn(InputSerializer):
    counted = MoneyIn(help_text="all cash in the drawer")
    denominations = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=1_000_000),
        required=False,
        help_text='pieces by face value, `{"5000": 12}`; they must add up to `counted`',
    )


class SessionOpenIn(CashCountIn):
    drawer_id = IdIn()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class SessionCloseIn(InputSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class SafeDropIn(InputSerializer):
    amount = AmountIn()
    to_account = AccountChoiceIn()
    memo = serializers.CharField(required=False, allow_blank=True, max_length=500)


class SessionFilter(InputSerializer):
    cashier_id = IdIn(required=False)
    drawer_id = IdIn(required=False)
    status = serializers.ChoiceField(choices=SessionStatus.choices, required=False)


class SessionOut(serializers.Serializer):
    """`context["sees_all"]`: whether the reader may see what is expected in blind sessions."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    drawer_id = serializers.IntegerField()
    drawer_code = serializers.CharField(source="drawer.code")
    cashier_id = serializers.IntegerField()
    cashier_name = serializers.CharField(source="cashier")
    status = serializers.ChoiceField(choices=SessionStatus.choices)
    blind = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    opening_float = MoneyOut()
    opening_difference = MoneyOut(help_text="counted - expected at opening")
    opening_reason = serializers.CharField()
    opening_entry_id = serializers.IntegerField(allow_null=True)
    counted_at = serializers.DateTimeField(allow_null=True)
    counted_amount = MoneyOut(allow_null=True)
    expected_amount = MoneyOut(allow_null=True, help_text=HIDDEN_WHILE_BLIND)
    difference = MoneyOut(allow_null=True, help_text=f"counted - expected; {HIDDEN_WHILE_BLIND}")
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by_id = serializers.IntegerField(allow_null=True)
    closing_reason = serializers.CharField()
    closing_entry_id = serializers.IntegerField(allow_null=True)

    def to_representation(self, session: Any) -> dict[str, Any]:
        shown = super().to_representation(session)
        if hides_expected(session, self.context):
            shown |= {"expected_amount": None, "difference": None}
        return shown


class CashCountOut(serializers.Serializer):
    counted_at = serializers.DateTimeField()
    counted_amount = MoneyOut()
    denominations = serializers.DictField(child=serializers.IntegerField())
    actor_id = serializers.IntegerField(allow_null=True)


class SessionDetailOut(SessionOut):
    counts = CashCountOut(many=True)


class SessionMovementOut(serializers.Serializer):
    kind = serializers.CharField(help_text="of the journal entries: `sale`, `expense`, …")
    entries = serializers.IntegerField()
    received = MoneyOut()
    paid = MoneyOut()


class SessionReportOut(serializers.Serializer):
    session = SessionDetailOut()
    movements = SessionMovementOut(many=True, help_text=f"empty, {HIDDEN_WHILE_BLIND}")
    received = MoneyOut(allow_null=True, help_text=HIDDEN_WHILE_BLIND)
    paid = MoneyOut(allow_null=True, help_text=HIDDEN_WHILE_BLIND)
    expected = MoneyOut(
        allow_null=True, help_text=f"opening float + received - paid; {HIDDEN_WHILE_BLIND}"
    )

    def to_representation(self, report: Any) -> dict[str, Any]:
        shown = super().to_representation(report)
        if hides_expected(report.session, self.context):
            shown |= {"movements": [], "received": None, "paid": None, "expected": None}
        return shown


def hides_expected(session: CashSession, context: Mapping[str, Any]) -> bool:
    """Whether the reader would learn from the figures what his blind count should be."""
    live = session.status != SessionStatus.CLOSED
    return session.blind and live and not context.get("sees_all", False)
