"""Shapes of the ledger, of commitments and of operations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from capital.chart import AccountType, Side
from capital.models import CommitmentStatus
from core.api import IdIn, InputSerializer, MomentIn, MoneyIn, MoneyOut
from core.money import smallest_amount


class CapitalSummaryOut(serializers.Serializer):
    currency = serializers.CharField()
    cash = MoneyOut()
    bank = MoneyOut()
    liquid = MoneyOut(help_text="cash + bank")
    stock_at_cost = MoneyOut()
    payables = MoneyOut(help_text="owed to suppliers")
    receivables = MoneyOut()
    committed = MoneyOut(help_text="promised to approved orders that have not arrived")
    available = MoneyOut(help_text="liquid - committed: what may still be promised")
    available_after_payables = MoneyOut(help_text="available - payables")


class AccountOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    system_code = serializers.CharField(allow_null=True)
    name = serializers.CharField(help_text="in the language of the request")
    name_ar = serializers.CharField()
    name_en = serializers.CharField()
    type = serializers.ChoiceField(choices=AccountType.choices)
    normal_side = serializers.ChoiceField(choices=Side.choices)
    parent_id = serializers.IntegerField(allow_null=True, help_text="the account it stands below")
    system_group = serializers.CharField(help_text="system code at the top of its branch")
    is_active = serializers.BooleanField()
    balance = MoneyOut(
        source="natural_balance", help_text="on the normal side; negative if on the other"
    )


class TrialBalanceRowOut(serializers.Serializer):
    code = serializers.CharField(source="account.code")
    system_code = serializers.CharField(source="account.system_code", allow_null=True)
    name = serializers.CharField(source="account.name")
    debit_balance = MoneyOut()
    credit_balance = MoneyOut()


class TrialBalanceOut(serializers.Serializer):
    as_of = serializers.DateField(allow_null=True)
    rows = TrialBalanceRowOut(many=True)
    debit_total = MoneyOut()
    credit_total = MoneyOut()


class TrialBalanceFilter(InputSerializer):
    as_of = serializers.DateField(
        required=False, help_text="up to the end of this day; all entries if left out"
    )


class PayableOut(serializers.Serializer):
    party_type = serializers.CharField()
    party_id = serializers.CharField()
    balance = MoneyOut(help_text="owed to the party; negative if paid too much")


class EntryOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.CharField()
    source_type = serializers.CharField()
    source_id = serializers.CharField()
    entry_date = serializers.DateField()
    occurred_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    actor_id = serializers.IntegerField(allow_null=True)
    actor_name = serializers.CharField(source="actor", allow_null=True)
    total = MoneyOut()
    memo = serializers.CharField()
    reverses_id = serializers.IntegerField(allow_null=True)
    reverses_number = serializers.CharField(source="reverses.number", allow_null=True, default=None)
    reversed_by_id = serializers.IntegerField(
        source="reversed_by.id", allow_null=True, default=None
    )
    reversed_by_number = serializers.CharField(
        source="reversed_by.number", allow_null=True, default=None
    )


class EntryLineOut(serializers.Serializer):
    line = serializers.IntegerField()
    account_code = serializers.CharField(source="account.code")
    account_system_code = serializers.CharField(source="account.system_code", allow_null=True)
    account_name = serializers.CharField(source="account.name")
    debit = MoneyOut()
    credit = MoneyOut()
    party_type = serializers.CharField()
    party_id = serializers.CharField()
    memo = serializers.CharField()


class EntryAttachmentOut(serializers.Serializer):
    id = serializers.IntegerField()
    file_id = serializers.UUIDField(help_text="a link to it: `/files/{file_id}/link/`")
    file_name = serializers.CharField(source="file.original_name")
    content_type = serializers.CharField(source="file.content_type")
    byte_size = serializers.IntegerField(source="file.byte_size")
    note = serializers.CharField()
    attached_at = serializers.DateTimeField()
    attached_by_id = serializers.IntegerField(allow_null=True)


class EntryAttachmentIn(InputSerializer):
    file = serializers.FileField(
        allow_empty_file=True,  # refused with its own error
        help_text="PDF, JPEG, PNG, WebP, CSV, XLS or XLSX; the type is decided by the content",
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=200)


class EntryDetailOut(EntryOut):
    lines = EntryLineOut(many=True)
    attachments = EntryAttachmentOut(many=True)


class EntryFilter(InputSerializer):
    date_from = serializers.DateField(required=False)
    date_to = serializers.DateField(required=False)
    account = serializers.CharField(
        required=False, max_length=40, help_text="number or system code, e.g. `1000` or `cash`"
    )
    number = serializers.CharField(required=False, max_length=30)
    kind = serializers.CharField(required=False, max_length=60)
    source_type = serializers.CharField(required=False, max_length=80)
    source_id = serializers.CharField(required=False, max_length=80)
    party_type = serializers.CharField(required=False, max_length=80)
    party_id = serializers.CharField(required=False, max_length=80)


class CommitmentOut(serializers.Serializer):
    id = serializers.IntegerField()
    source_type = serializers.CharField()
    source_id = serializers.CharField()
    amount = MoneyOut()
    consumed = MoneyOut(help_text="goods came; it is owed or paid now")
    released = MoneyOut(help_text="will not be needed")
    remaining = MoneyOut()
    status = serializers.ChoiceField(choices=CommitmentStatus.choices)
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class CommitmentFilter(InputSerializer):
    status = serializers.ChoiceField(choices=CommitmentStatus.choices, required=False)
    source_type = serializers.CharField(required=False, max_length=80)
    source_id = serializers.CharField(required=False, max_length=80)


class AccountChoiceIn(serializers.CharField):
    """System code or number of an account of cash or bank, e.g. `cash`, `bank`, `1000-T1`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "max_length": 40,
                "help_text": "`cash`, `bank`, or the number of an account below them",
                **kwargs,
            }
        )


class AmountIn(MoneyIn):
    """Money above zero."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        amount = super().run_validation(data)
        if isinstance(amount, Decimal) and amount < smallest_amount():
            raise serializers.ValidationError(_("Give an amount above zero."), code="min_value")
        return amount


class OperationIn(InputSerializer):
    """Money that came or went. The amount is above zero."""

    amount = AmountIn()
    account = AccountChoiceIn()
    memo = serializers.CharField(required=False, allow_blank=True, max_length=500)
    occurred_at = MomentIn(required=False, help_text="when it happened, if not now")


class SupplierPaymentIn(OperationIn):
    supplier_id = IdIn()


class CustomerReceiptIn(OperationIn):
    party_id = serializers.CharField(max_length=80, help_text="whose debt it is")
    party_type = serializers.RegexField(
        r"^[a-z_]+\.[a-z_]+\Z",
        required=False,
        max_length=80,
        help_text="what kind of debtor; `sales.customer` if left out",
    )


class ExpenseIn(OperationIn):
    category_id = IdIn()
    tax = MoneyIn(required=False, help_text="the recoverable tax within the amount")


class MoneyTransferIn(OperationIn):
    to_account = AccountChoiceIn()


class ReversalIn(InputSerializer):
    reason = serializers.CharField(max_length=500)
