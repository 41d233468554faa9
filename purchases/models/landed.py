"""Costs of getting goods here, spread over what was received."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField
from purchases.models.receipts import GoodsReceiptLine
from purchases.models.suppliers import Supplier


class LandedCostKind(models.TextChoices):
    FREIGHT = "freight", _("freight")
    CUSTOMS = "customs", _("customs")
    HANDLING = "handling", _("handling")
    INSURANCE = "insurance", _("insurance")
    OTHER = "other", _("other")


class Spread(models.TextChoices):
    VALUE = "value", _("by value")
    QUANTITY = "quantity", _("by quantity")


class PaidFrom(models.TextChoices):
    CASH = "cash", _("cash")
    BANK = "bank", _("bank")


class LandedCost(models.Model):
    """Freight, customs or handling of one or several receipts, owed to somebody or paid at once.

    Its lines say what of it each receipt line bears. A reversal takes all of it back.
    """

    number = models.CharField(max_length=30)
    kind = models.CharField(max_length=10, choices=LandedCostKind)
    spread = models.CharField(max_length=8, choices=Spread)
    amount = MoneyModelField()
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="landed_costs"
    )
    paid_from = models.CharField(max_length=4, choices=PaidFrom, blank=True)
    document_number = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=500, blank=True)
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reversal_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("landed cost")
        verbose_name_plural = _("landed costs")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchases_landedcost_number_once"),
            models.UniqueConstraint(
                fields=["supplier", "document_number"],
                condition=~Q(document_number="") & Q(reversed_at__isnull=True),
                name="purchases_landedcost_document_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=10**15),
                name="purchases_landedcost_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(supplier__isnull=False, paid_from="")
                | Q(supplier__isnull=True, paid_from__in=["cash", "bank"]),
                name="purchases_landedcost_owed_or_paid",
            ),
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True, reversed_by__isnull=True, reversal_reason="")
                | Q(reversed_at__isnull=False, reversed_by__isnull=False) & ~Q(reversal_reason=""),
                name="purchases_landedcost_reversal_agrees",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LandedCostLine(models.Model):
    """What a receipt line bears of a landed cost. Append-only.

    amount = on_hand_amount (raised the value of the batch) + gone_amount (of goods that had left:
    cost of sales). on_hand_quantity: base units still there.
    """

    cost = models.ForeignKey(LandedCost, on_delete=models.PROTECT, related_name="lines")
    receipt_line = models.ForeignKey(
        GoodsReceiptLine, on_delete=models.PROTECT, related_name="landed_costs"
    )
    amount = MoneyModelField()
    on_hand_quantity = models.PositiveIntegerField()
    on_hand_amount = MoneyModelField()
    gone_amount = MoneyModelField()

    class Meta:
        verbose_name = _("share of a landed cost")
        verbose_name_plural = _("shares of landed costs")
        constraints = [
            models.UniqueConstraint(
                fields=["cost", "receipt_line"], name="purchases_landedcostline_once"
            ),
            models.CheckConstraint(
                condition=Q(amount=F("on_hand_amount") + F("gone_amount"))
                & Q(on_hand_amount__gte=0, gone_amount__gte=0),
                name="purchases_landedcostline_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_id}: {self.receipt_line_id}"
