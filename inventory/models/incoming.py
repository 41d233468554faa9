"""Goods on their way: one row per line of an approved order."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product

OUTSTANDING = F("quantity") - F("received") - F("cancelled")  # base units, of an open row
STILL_TO_COME = Q(cancelled_at__isnull=True, received__lt=F("quantity") - F("cancelled"))


class Incoming(models.Model):
    """Outstanding = quantity - received - cancelled, until the rest is cancelled. Base units.

    cancelled: the part of the rest that will not come; cancelled_at: nothing of it will.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="incoming", verbose_name=_("product")
    )
    source_type = models.CharField(_("source type"), max_length=80)
    source_id = models.CharField(_("source"), max_length=80)
    line = models.PositiveIntegerField(_("line"))
    quantity = models.BigIntegerField(_("ordered"))
    received = models.BigIntegerField(_("received"), default=0)
    cancelled = models.BigIntegerField(_("cancelled"), default=0, db_default=0)
    cancelled_at = models.DateTimeField(_("rest cancelled at"), null=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("incoming goods")
        verbose_name_plural = _("incoming goods")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "line"], name="inventory_incoming_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="inventory_incoming_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0, cancelled__gte=0)
                & Q(received__lte=F("quantity") - F("cancelled")),
                name="inventory_incoming_received_within_quantity",
            ),
            models.CheckConstraint(
                condition=~Q(source_type="") & ~Q(source_id=""),
                name="inventory_incoming_source_named",
            ),
        ]
        indexes = [
            models.Index(
                fields=["product"],
                condition=STILL_TO_COME,
                name="inventory_incoming_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_type}:{self.source_id}/{self.line}"

    @property
    def outstanding(self) -> int:
        return 0 if self.cancelled_at else self.quantity - self.received - self.cancelled
