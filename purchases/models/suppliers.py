"""Suppliers: the warehouses the pharmacy buys from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped


class DealDirection(models.TextChoices):
    """Which number of a printed pair such as `1+6` is free."""

    FREE_FIRST = "free_first", _("free + bought")
    BOUGHT_FIRST = "bought_first", _("bought + free")


class Supplier(Timestamped):
    """A warehouse or distributor.

    ``name_key`` is the folded name: two spellings of one name are one supplier. An empty
    ``deal_direction`` leaves the direction to each document's vote. What is ordered from an
    ``immediate_receipt`` supplier is received as soon as its proposal is approved.
    """

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    code = models.CharField(max_length=30, blank=True)
    contact_name = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
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
        ]

    def __str__(self) -> str:
        return self.name
