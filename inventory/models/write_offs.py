"""Goods to be taken out of the books: asked for by one person, approved by another."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField
from inventory.models.batches import Batch
from inventory.models.locations import Location
from inventory.models.movements import MovementReason


class WriteOffStatus(models.TextChoices):
    REQUESTED = "requested", _("Waiting for approval")
    APPROVED = "approved", _("Approved and posted")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Withdrawn")


class WriteOff(models.Model):
    """A request to write goods off. Its movements are those of the source `inventory.write_off`.

    value: money taken out of stock, known once approved.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=30)
    status = models.CharField(
        _("status"), max_length=10, choices=WriteOffStatus, default=WriteOffStatus.REQUESTED
    )
    reason = models.CharField(_("reason"), max_length=20, choices=MovementReason)
    note = models.CharField(_("note"), max_length=500, blank=True)
    requested_at = models.DateTimeField(_("requested at"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("requested by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision_note = models.CharField(_("why"), max_length=500, blank=True)
    value = MoneyModelField(_("value at cost"), null=True)

    class Meta:
        verbose_name = _("write-off")
        verbose_name_plural = _("write-offs")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="inventory_writeoff_number_unique"),
            models.CheckConstraint(
                condition=Q(status__in=WriteOffStatus.values),
                name="inventory_writeoff_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status=WriteOffStatus.REQUESTED)
                & Q(decided_at__isnull=True, decided_by__isnull=True, decision_note="")
                | ~Q(status=WriteOffStatus.REQUESTED)
                & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="inventory_writeoff_decision_agrees",
            ),
            models.CheckConstraint(
                condition=Q(status=WriteOffStatus.APPROVED, value__gte=0)
                | (~Q(status=WriteOffStatus.APPROVED) & Q(value__isnull=True)),
                name="inventory_writeoff_value_when_posted",
            ),
            models.CheckConstraint(
                condition=~Q(status=WriteOffStatus.APPROVED) | ~Q(decided_by=F("requested_by")),
                name="inventory_writeoff_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(status=WriteOffStatus.REJECTED) | ~Q(decision_note=""),
                name="inventory_writeoff_rejection_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["requested_at", "id"], name="inventory_writeoff_by_time"),
        ]

    def __str__(self) -> str:
        return self.number


class WriteOffLine(models.Model):
    """quantity: base units of a batch at a location, > 0."""

    write_off = models.ForeignKey(
        WriteOff, on_delete=models.PROTECT, related_name="lines", verbose_name=_("write-off")
    )
    line = models.PositiveIntegerField(_("line"))
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="+", verbose_name=_("batch")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location")
    )
    quantity = models.BigIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("write-off line")
        verbose_name_plural = _("write-off lines")
        ordering = ["write_off_id", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["write_off", "line"], name="inventory_writeoffline_once"
            ),
            models.UniqueConstraint(
                fields=["write_off", "batch", "location"], name="inventory_writeoffline_place_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="inventory_writeoffline_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.write_off_id}/{self.line}"
