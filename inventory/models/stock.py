"""Stock: the levels projected from the movement ledger in the same transaction.

The lock of a product's stock is its `ProductStock` row. Whoever changes batches, levels,
reservations or movements of a product holds it; rows are taken in primary-key order, before any
account's.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField
from inventory.models.batches import Batch
from inventory.models.catalogue import Product
from inventory.models.locations import Location


class ProductStock(models.Model):
    """All that is on hand of a product: a projection, and the lock of its stock.

    last_issued_at: the latest moment anything of it was handed out, as that occurred.
    """

    product = models.OneToOneField(
        Product, on_delete=models.PROTECT, primary_key=True, related_name="stock"
    )
    on_hand = models.BigIntegerField(_("on hand"), default=0)
    value = MoneyModelField(_("value at cost"), default=0)
    last_issued_at = models.DateTimeField(_("last handed out at"), null=True)

    class Meta:
        verbose_name = _("stock of a product")
        verbose_name_plural = _("stock of products")
        ordering = ["product_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(on_hand__gte=0), name="inventory_productstock_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0), name="inventory_productstock_value_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(on_hand__gt=0) | Q(value=0),
                name="inventory_productstock_nothing_is_worth_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.on_hand}"


class StockLevel(models.Model):
    """What is left of a batch at a location, and what it cost: a projection of the movements."""

    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="levels", verbose_name=_("batch")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="levels", verbose_name=_("location")
    )
    quantity = models.BigIntegerField(_("quantity"), default=0)
    value = MoneyModelField(_("value at cost"), default=0)

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "location"], name="inventory_stocklevel_unique"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=0), name="inventory_stocklevel_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0), name="inventory_stocklevel_value_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(value=0),
                name="inventory_stocklevel_nothing_is_worth_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}@{self.location_id}: {self.quantity}"
