"""Batches, whether they may be handed out, and everything that happened to them."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product


class BatchStatus(models.TextChoices):
    RELEASED = "released", _("Released")
    QUARANTINED = "quarantined", _("Quarantined")
    RECALLED = "recalled", _("Recalled")


class Batch(models.Model):
    """One lot of a product. An unknown expiry stays empty until a person finds out.

    Only a released batch is handed out. Who held it back, when and why is kept with it.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="batches", verbose_name=_("product")
    )
    number = models.CharField(_("number"), max_length=60, blank=True)
    expiry_date = models.DateField(_("expiry date"), null=True, blank=True)
    received_at = models.DateTimeField(_("first received at"))
    # Of a product that was merged into this one: both may have had the same batch.
    merged_from = models.ForeignKey(
        Product,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("came with the merged product"),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=BatchStatus,
        default=BatchStatus.RELEASED,
        db_default=BatchStatus.RELEASED,
    )
    status_reason = models.CharField(
        _("why it has this status"), max_length=500, blank=True, default="", db_default=""
    )
    status_at = models.DateTimeField(_("has this status since"), null=True, blank=True)
    status_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("status given by"),
    )

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number", "expiry_date", "merged_from"],
                nulls_distinct=False,
                name="inventory_batch_unique",
            ),
            models.CheckConstraint(
                condition=Q(status__in=BatchStatus.values), name="inventory_batch_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=BatchStatus.RELEASED)
                | (Q(status_at__isnull=False) & ~Q(status_reason="")),
                name="inventory_batch_held_back_says_why",
            ),
            models.CheckConstraint(
                condition=Q(status_at__isnull=False) | Q(status_reason="", status_by__isnull=True),
                name="inventory_batch_status_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["expiry_date"], name="inventory_batch_expiry"),
            # The order in which batches are listed; see selectors.stock.expires_on.
            models.Index(
                Coalesce("expiry_date", Value(date.max)), "id", name="inventory_batch_by_expiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or '-'} ({self.expiry_date or '?'})"


class Recall(models.Model):
    """One call to take goods back: of certain batches, or of all a supplier delivered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=30)
    reason = models.CharField(_("reason"), max_length=500)
    reference = models.CharField(
        _("reference of the authority or maker"), max_length=100, blank=True
    )
    party_type = models.CharField(_("supplier type"), max_length=80, blank=True)
    party_id = models.CharField(_("supplier"), max_length=80, blank=True)
    announced_at = models.DateTimeField(_("announced at"))
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        ordering = ["-announced_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="inventory_recall_number_unique"),
            models.CheckConstraint(condition=~Q(reason=""), name="inventory_recall_says_why"),
            models.CheckConstraint(
                condition=Q(party_type="", party_id="") | (~Q(party_type="") & ~Q(party_id="")),
                name="inventory_recall_party_complete",
            ),
        ]
        indexes = [
            models.Index(fields=["announced_at", "id"], name="inventory_recall_by_time"),
        ]

    def __str__(self) -> str:
        return self.number


class BatchEventKind(models.TextChoices):
    QUARANTINE = "quarantine", _("Quarantined")
    RELEASE = "release", _("Released")
    RECALL = "recall", _("Recalled")
    RECALL_LIFTED = "recall_lifted", _("Recall lifted")
    CORRECTION = "correction", _("Details corrected")
    TEMPERATURE_EXCURSION = "temperature_excursion", _("Temperature excursion")


class BatchEvent(models.Model):
    """What happened to a batch besides moving. Append-only by trigger.

    A correction keeps the old and new details, an excursion what was measured: degrees Celsius,
    minutes outside the limits, and what was done about it.
    """

    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="events", verbose_name=_("batch")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=BatchEventKind)
    reason = models.CharField(_("reason"), max_length=500)
    recall = models.ForeignKey(
        Recall,
        on_delete=models.PROTECT,
        null=True,
        related_name="events",
        verbose_name=_("recall"),
    )
    number_before = models.CharField(_("number before"), max_length=60, blank=True)
    number_after = models.CharField(_("number after"), max_length=60, blank=True)
    expiry_before = models.DateField(_("expiry date before"), null=True)
    expiry_after = models.DateField(_("expiry date after"), null=True)
    min_celsius = models.DecimalField(_("lowest, °C"), max_digits=5, decimal_places=2, null=True)
    max_celsius = models.DecimalField(_("highest, °C"), max_digits=5, decimal_places=2, null=True)
    minutes = models.PositiveIntegerField(_("minutes"), null=True)
    action_taken = models.CharField(_("action taken"), max_length=500, blank=True)
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("batch event")
        verbose_name_plural = _("batch events")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BatchEventKind.values), name="inventory_batchevent_kind_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="inventory_batchevent_says_why"),
            models.CheckConstraint(
                condition=Q(kind=BatchEventKind.TEMPERATURE_EXCURSION)
                & Q(min_celsius__isnull=False, max_celsius__isnull=False, minutes__gt=0)
                & Q(max_celsius__gte=F("min_celsius"))
                & ~Q(action_taken="")
                | ~Q(kind=BatchEventKind.TEMPERATURE_EXCURSION)
                & Q(min_celsius__isnull=True, max_celsius__isnull=True, minutes__isnull=True)
                & Q(action_taken=""),
                name="inventory_batchevent_excursion_measured",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[BatchEventKind.RECALL, BatchEventKind.RECALL_LIFTED])
                | Q(recall__isnull=True),
                name="inventory_batchevent_recall_fits",
            ),
            models.CheckConstraint(
                condition=~Q(kind=BatchEventKind.RECALL) | Q(recall__isnull=False),
                name="inventory_batchevent_recall_named",
            ),
            models.CheckConstraint(
                condition=Q(kind=BatchEventKind.CORRECTION)
                | Q(
                    number_before="",
                    number_after="",
                    expiry_before__isnull=True,
                    expiry_after__isnull=True,
                ),
                name="inventory_batchevent_correction_fits",
            ),
        ]
        indexes = [models.Index(fields=["batch", "-id"], name="inventory_batchevent_by_batch")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.batch_id}"
