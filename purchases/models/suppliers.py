"""Suppliers: the warehouses the pharmacy buys from, on which terms and through whom."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField

WEEKDAYS = range(1, 8)  # ISO: Monday is 1, Sunday is 7


class DealDirection(models.TextChoices):
    """Which number of a printed pair such as `1+6` is free."""

    FREE_FIRST = "free_first", _("free + bought")
    BOUGHT_FIRST = "bought_first", _("bought + free")


def weekdays(**kwargs: Any) -> "ArrayField[Any, Any]":
    return ArrayField(models.PositiveSmallIntegerField(), blank=True, size=7, **kwargs)


def weekdays_known(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(delivery_weekdays__isnull=True)
        | Q(delivery_weekdays__contained_by=list(WEEKDAYS)),
        name=name,
    )


class SupplierTermsFields(models.Model):
    """On which terms a supplier sells. Read through `purchases.terms.SupplierTerms`.

    lead_days: calendar days from order to delivery. review_days: how often the pharmacy orders
    there. delivery_weekdays: ISO weekdays it delivers on, empty is every day. cut_off: time of
    day in the pharmacy's time zone from which an order counts as the next day's; none: midnight.

    minimum_order_amount: money an order needs; one below it costs ``small_order_fee`` more, or is
    refused where there is no such fee. maximum_order_amount: the most one order may come to.

    payment_days: from invoice to due; paid within ``early_payment_days``,
    ``early_payment_percent`` is taken off. credit_limit: the most that may be owed; none is no
    limit.
    """

    lead_days = models.PositiveSmallIntegerField(_("lead time in days"), default=1)
    review_days = models.PositiveSmallIntegerField(_("days between orders"), default=7)
    delivery_weekdays = weekdays(default=list, verbose_name=_("delivery weekdays"))
    cut_off = models.TimeField(_("cut-off time"), null=True, blank=True)
    minimum_order_amount = MoneyModelField(_("minimum order"), default=0)
    small_order_fee = MoneyModelField(_("fee below the minimum"), null=True, blank=True)
    maximum_order_amount = MoneyModelField(_("maximum order"), null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("days until due"), default=0)
    early_payment_percent = models.DecimalField(
        _("early-payment discount"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    early_payment_days = models.PositiveSmallIntegerField(
        _("days for the early-payment discount"), null=True, blank=True
    )
    credit_limit = MoneyModelField(_("credit limit"), null=True, blank=True)

    class Meta:
        abstract = True


class Supplier(SupplierTermsFields, Timestamped):
    """A warehouse or distributor.

    ``name_key`` is the folded name: two spellings of one name are one supplier. An empty
    ``deal_direction`` leaves the direction to each document's vote. What is ordered from an
    ``immediate_receipt`` supplier is received as soon as its proposal is approved. Orders go to
    ``order_email``, or to the primary contact where it is empty.
    """

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    code = models.CharField(max_length=30, blank=True)
    order_email = models.EmailField(blank=True)
    notes = models.TextField(blank=True)
    deal_direction = models.CharField(max_length=12, choices=DealDirection, blank=True)
    immediate_receipt = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        constraints = [
            models.UniqueConstraint(fields=["name_key"], name="purchases_supplier_name_once"),
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="purchases_supplier_code_once"
            ),
            models.CheckConstraint(
                condition=~Q(name_key=""), name="purchases_supplier_name_readable"
            ),
            models.CheckConstraint(
                condition=Q(deal_direction__in=["", *DealDirection.values]),
                name="purchases_supplier_direction_known",
            ),
            weekdays_known("purchases_supplier_weekdays_known"),
            models.CheckConstraint(
                condition=Q(lead_days__lte=365, review_days__gte=1, review_days__lte=365)
                & Q(payment_days__lte=365),
                name="purchases_supplier_days_sane",
            ),
            models.CheckConstraint(
                condition=Q(minimum_order_amount__gte=0, minimum_order_amount__lte=10**15)
                & (Q(small_order_fee__isnull=True) | Q(small_order_fee__gte=0))
                & (Q(credit_limit__isnull=True) | Q(credit_limit__gte=0)),
                name="purchases_supplier_amounts_sane",
            ),
            models.CheckConstraint(
                condition=Q(maximum_order_amount__isnull=True)
                | Q(maximum_order_amount__gt=0)
                & Q(maximum_order_amount__gte=F("minimum_order_amount")),
                name="purchases_supplier_maximum_above_minimum",
            ),
            models.CheckConstraint(
                condition=Q(early_payment_percent__isnull=True, early_payment_days__isnull=True)
                | Q(
                    early_payment_percent__isnull=False,
                    early_payment_days__isnull=False,
                    early_payment_percent__gt=0,
                    early_payment_percent__lt=100,
                    early_payment_days__lte=F("payment_days"),
                ),
                name="purchases_supplier_early_payment_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SupplierDivision(Timestamped):
    """A sales division of a supplier: certain companies or products, through people of its own.

    Orders for what it carries go to ``order_email``, or to its primary contact. Delivery days and
    cut-off are the supplier's where none are set here (None; an empty list is every day).
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="divisions")
    name = models.CharField(max_length=150)
    name_key = models.CharField(max_length=150, editable=False)
    order_email = models.EmailField(blank=True)
    delivery_weekdays = weekdays(null=True, verbose_name=_("delivery weekdays"))
    cut_off = models.TimeField(_("cut-off time"), null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("supplier division")
        verbose_name_plural = _("supplier divisions")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "name_key"], name="purchases_division_name_once"
            ),
            # What the foreign key of a contact refers to, see migration `supplier_terms`.
            models.UniqueConstraint(fields=["id", "supplier"], name="purchases_division_of"),
            models.CheckConstraint(
                condition=~Q(name_key=""), name="purchases_division_name_readable"
            ),
            weekdays_known("purchases_division_weekdays_known"),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionCompany(models.Model):
    """A company (manufacturer) whose products a division sells; ``key`` is the folded name."""

    division = models.ForeignKey(
        SupplierDivision, on_delete=models.CASCADE, related_name="companies"
    )
    name = models.CharField(max_length=150)
    key = models.CharField(max_length=150, editable=False)

    class Meta:
        verbose_name = _("company of a division")
        verbose_name_plural = _("companies of divisions")
        constraints = [
            models.UniqueConstraint(
                fields=["division", "key"], name="purchases_divisioncompany_once"
            ),
            models.CheckConstraint(
                condition=~Q(key=""), name="purchases_divisioncompany_name_readable"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionProduct(models.Model):
    """A single product a division sells, whoever makes it."""

    division = models.ForeignKey(
        SupplierDivision, on_delete=models.CASCADE, related_name="products"
    )
    product = models.ForeignKey("inventory.Product", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("product of a division")
        verbose_name_plural = _("products of divisions")
        constraints = [
            models.UniqueConstraint(
                fields=["division", "product"], name="purchases_divisionproduct_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id}/{self.product_id}"


class SupplierContact(Timestamped):
    """Somebody to call or write to, at the supplier itself or in one of its divisions."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="contacts")
    division = models.ForeignKey(
        SupplierDivision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
    )
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    whatsapp = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("supplier contact")
        verbose_name_plural = _("supplier contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "division"],
                condition=Q(is_primary=True),
                nulls_distinct=False,
                name="purchases_contact_primary_once",
            ),
            models.CheckConstraint(
                condition=~Q(name="", phone="", whatsapp="", email=""),
                name="purchases_contact_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.phone or self.whatsapp or self.email
