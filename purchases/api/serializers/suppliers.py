"""Suppliers over the wire."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer, MoneyIn, MoneyOut
from core.money import MAX_AMOUNT, smallest_amount
from purchases.models import DealDirection, Supplier, SupplierDivision
from purchases.selectors.suppliers import terms_of
from purchases.terms import next_delivery

_DIRECTION_HELP = (
    "Which number of a pair such as 1+6 is free; empty: each document decides by vote."
)
_WEEKDAYS_HELP = "ISO weekdays it delivers on: Monday is 1, Sunday 7; empty is every day."
_CUT_OFF_HELP = (
    "Time of day in the pharmacy's time zone from which an order counts as the next day's."
)
_FEE_HELP = "What an order below the minimum costs more; null: such an order is refused."
_MAX_COMPANIES, _MAX_PRODUCTS, _MAX_CONTACTS = 200, 1000, 20


class SupplierFilter(InputSerializer):
    search = serializers.CharField(required=False, max_length=200, help_text="Part of the name.")
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)


class WeekdaysIn(serializers.ListField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            child=serializers.IntegerField(min_value=1, max_value=7),
            max_length=7,
            help_text=_WEEKDAYS_HELP,
            **kwargs,
        )


class _Days(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 365, "required": False, **kwargs})


class TermsIn(InputSerializer):
    lead_days = _Days(help_text="Calendar days from order to delivery.")
    review_days = _Days(min_value=1, help_text="How often the pharmacy orders there, in days.")
    delivery_weekdays = WeekdaysIn(required=False)
    cut_off = serializers.TimeField(required=False, allow_null=True, help_text=_CUT_OFF_HELP)
    minimum_order_amount = MoneyIn(required=False)
    small_order_fee = MoneyIn(required=False, allow_null=True, help_text=_FEE_HELP)
    maximum_order_amount = MoneyIn(
        required=False, allow_null=True, min_value=smallest_amount(), max_value=MAX_AMOUNT
    )
    payment_days = _Days(help_text="From invoice to due.")
    early_payment_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal("99.99"),
        required=False, allow_null=True,
    )  # fmt: skip
    early_payment_days = _Days(allow_null=True)
    credit_limit = MoneyIn(
        required=False, allow_null=True, help_text="The most that may be owed; null: no limit."
    )


class TermsOut(serializers.Serializer):
    lead_days = serializers.IntegerField()
    review_days = serializers.IntegerField()
    delivery_weekdays = serializers.ListField(
        child=serializers.IntegerField(), help_text=_WEEKDAYS_HELP
    )
    cut_off = serializers.TimeField(allow_null=True, help_text=_CUT_OFF_HELP)
    minimum_order_amount = MoneyOut()
    small_order_fee = MoneyOut(allow_null=True, help_text=_FEE_HELP)
    maximum_order_amount = MoneyOut(allow_null=True)
    payment_days = serializers.IntegerField()
    early_payment_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, allow_null=True
    )
    early_payment_days = serializers.IntegerField(allow_null=True)
    credit_limit = MoneyOut(allow_null=True)


class _PersonFields(InputSerializer):
    name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    role = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="Such as sales, accounts, driver"
    )
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    whatsapp = serializers.CharField(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    is_primary = serializers.BooleanField(
        required=False, help_text="Takes the place of the former primary contact."
    )


class ContactIn(_PersonFields):
    division_id = IdIn(required=False, allow_null=True)


class ContactOut(serializers.Serializer):
    id = serializers.IntegerField()
    division_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    role = serializers.CharField()
    phone = serializers.CharField()
    whatsapp = serializers.CharField()
    email = serializers.CharField()
    is_primary = serializers.BooleanField()


class DivisionChangeIn(InputSerializer):
    name = serializers.CharField(max_length=150, required=False)
    order_email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    delivery_weekdays = WeekdaysIn(required=False, allow_null=True)
    cut_off = serializers.TimeField(required=False, allow_null=True, help_text=_CUT_OFF_HELP)
    is_active = serializers.BooleanField(required=False)
    companies = serializers.ListField(
        child=serializers.CharField(max_length=150), required=False, max_length=_MAX_COMPANIES,
        help_text="Manufacturers whose products it sells; replaces the former list.",
    )  # fmt: skip
    product_ids = serializers.ListField(
        child=IdIn(), required=False, max_length=_MAX_PRODUCTS,
        help_text="Single products it sells; replaces the former list.",
    )  # fmt: skip


class DivisionIn(DivisionChangeIn):
    name = serializers.CharField(max_length=150)


class DivisionOut(serializers.Serializer):
    id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
    name = serializers.CharField()
    order_email = serializers.CharField()
    delivery_weekdays = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="null: as the supplier"
    )
    cut_off = serializers.TimeField(allow_null=True, help_text="null: as the supplier")
    is_active = serializers.BooleanField()
    companies = serializers.SerializerMethodField()
    product_ids = serializers.SerializerMethodField()
    contacts = ContactOut(many=True)

    def get_companies(self, division: SupplierDivision) -> list[str]:
        return [company.name for company in division.companies.all()]

    def get_product_ids(self, division: SupplierDivision) -> list[int]:
        return [carried.product_id for carried in division.products.all()]


class SupplierChangeIn(InputSerializer):
    name = serializers.CharField(max_length=200, required=False)
    code = serializers.CharField(max_length=30, required=False, allow_blank=True)
    order_email = serializers.EmailField(
        max_length=254, required=False, allow_blank=True,
        help_text="Where orders go; empty: to the primary contact.",
    )  # fmt: skip
    notes = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    deal_direction = serializers.ChoiceField(
        DealDirection.choices, required=False, allow_blank=True, help_text=_DIRECTION_HELP
    )
    immediate_receipt = serializers.BooleanField(
        required=False, help_text="Orders are received as soon as they are approved."
    )
    is_active = serializers.BooleanField(required=False)


class SupplierIn(SupplierChangeIn):
    name = serializers.CharField(max_length=200)
    contacts = serializers.ListField(
        child=_PersonFields(), required=False, max_length=_MAX_CONTACTS
    )
    terms = TermsIn(required=False)


class SupplierOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    code = serializers.CharField()
    order_email = serializers.CharField()
    notes = serializers.CharField()
    deal_direction = serializers.CharField(help_text=_DIRECTION_HELP)
    immediate_receipt = serializers.BooleanField()
    is_active = serializers.BooleanField()
    contacts = ContactOut(many=True)
    terms = TermsOut(source="*")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SupplierDetailOut(SupplierOut):
    divisions = DivisionOut(many=True)
    next_delivery = serializers.SerializerMethodField(
        help_text="The day on which what is ordered now would come."
    )

    def get_next_delivery(self, supplier: Supplier) -> date:
        return next_delivery(terms_of(supplier), self.context["now"])
