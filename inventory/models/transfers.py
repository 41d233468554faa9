"""Goods on their way from one place of the pharmacy to another."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField
from inventory.models.batches import Batch
from inventory.models.locations import Location


class TransferStatus(models.TextChoices):
    IN_TRANSIT = "in_transit", _("In transit")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Brought back")


class Transfer(models.Model):
    """A numbered transfer. `transit` is where the goods are meanwhile; without it they moved at
    once. Its movements are those of the source `inventory.transfer`, `<id>/<step>`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=30)
    status = models.CharField(_("status"), max_length=12, choices=TransferStatus)
    origin = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("from")
    )
    destination = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("to")
    )
    transit = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("through")
    )
    steps = models.PositiveIntegerField(_("steps so far"), default=1)
    note = models.CharField(_("note"), max_length=500, blank=True)
    dispatched_at = models.DateTimeField(_("dispatched at"))
    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("dispatched by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-dispatched_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="inventory_transfer_number_unique"),
            models.CheckConstraint(
                condition=Q(status__in=TransferStatus.values),
                name="inventory_transfer_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(origin=F("destination")), name="inventory_transfer_goes_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(status=TransferStatus.IN_TRANSIT, closed_at__isnull=True)
                | (~Q(status=TransferStatus.IN_TRANSIT) & Q(closed_at__isnull=False)),
                name="inventory_transfer_closed_when_done",
            ),
            models.CheckConstraint(
                condition=Q(transit__isnull=False) | Q(status=TransferStatus.COMPLETED),
                name="inventory_transfer_at_once_is_completed",
            ),
        ]
        indexes = [
            models.Index(fields=["dispatched_at", "id"], name="inventory_transfer_by_time"),
        ]

    def __str__(self) -> str:
        return self.number


class TransferLine(models.Model):
    """What of one batch was sent, at what value, and how much of it has arrived. Base units."""

    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, related_name="lines", verbose_name=_("transfer")
    )
    line = models.PositiveIntegerField(_("line"))
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="+", verbose_name=_("batch")
    )
    quantity = models.BigIntegerField(_("quantity"))
    received = models.BigIntegerField(_("received"), default=0)
    value = MoneyModelField(_("value at cost"))

    class Meta:
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        ordering = ["transfer_id", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "line"], name="inventory_transferline_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, received__gte=0) & Q(received__lte=F("quantity")),
                name="inventory_transferline_received_within",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0), name="inventory_transferline_value_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}/{self.line}"
