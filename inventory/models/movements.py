"""The movement ledger, and the documents by which staff write to it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField, UnitCostModelField
from inventory.models.batches import Batch
from inventory.models.locations import Location


class MovementKind(models.TextChoices):
    OPENING = "opening", _("Opening balance")
    RECEIPT = "receipt", _("Receipt")
    ISSUE = "issue", _("Issue")
    RETURN_IN = "return_in", _("Return from a customer")
    RETURN_OUT = "return_out", _("Return to a supplier")
    TRANSFER = "transfer", _("Transfer")
    ADJUSTMENT = "adjustment", _("Adjustment")
    WRITE_OFF = "write_off", _("Write-off")
    REPACK = "repack", _("Repacking")
    REVALUATION = "revaluation", _("Revaluation")


GROWING = (MovementKind.OPENING, MovementKind.RECEIPT, MovementKind.RETURN_IN)
SHRINKING = (MovementKind.ISSUE, MovementKind.RETURN_OUT, MovementKind.WRITE_OFF)
# Out of one place or batch and into another: what leaves and what arrives is worth the same.
PAIRED = (MovementKind.TRANSFER, MovementKind.REPACK)


class MovementReason(models.TextChoices):
    """Why stock moved. `inventory.postings` says which kinds a reason goes with."""

    OPENING = "opening", _("Opening balance")
    PURCHASE = "purchase", _("Purchase")
    OWNER_CONTRIBUTION = "owner_contribution", _("Brought in by the owner")
    GIFT = "gift", _("Received free of charge")
    SALE = "sale", _("Sale")
    INTERNAL_USE = "internal_use", _("Used in the pharmacy")
    DONATION = "donation", _("Given away")
    OWNER_WITHDRAWAL = "owner_withdrawal", _("Taken out by the owner")
    DAMAGE = "damage", _("Damaged")
    EXPIRY = "expiry", _("Expired")
    THEFT = "theft", _("Stolen or lost")
    SAMPLE = "sample", _("Used as a sample")
    RECALL = "recall", _("Recalled")
    COUNT = "count", _("Stock count")
    CUSTOMER_RETURN = "customer_return", _("Brought back by a customer")
    SUPPLIER_RETURN = "supplier_return", _("Sent back to the supplier")
    RELOCATION = "relocation", _("Moved to another place")
    REPACKING = "repacking", _("Repacked or relabelled")
    CORRECTION = "correction", _("Correction of a mistake")
    LANDED_COST = "landed_cost", _("Cost of getting it here")


class StockMovement(models.Model):
    """Ledger of stock: one row per batch that came or went. Append-only by trigger.

    quantity: base units, positive in, negative out; value: money with the same sign. A revaluation
    moves nothing: quantity 0, value what the goods are worth more or less than before. `part`
    counts the batches within one line of the source, so that a line cannot have its effect twice
    even if other batches were picked the second time. party: from whom goods came, to whom they
    went back. `returns`: the movement of which this one brings goods back, at most as many as
    went (trigger). A line of a transfer or repacking sums to no value, a transfer to no quantity
    of any batch (deferred trigger).
    """

    kind = models.CharField(_("kind"), max_length=20, choices=MovementKind)
    reason = models.CharField(_("reason"), max_length=20, choices=MovementReason)
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="movements", verbose_name=_("batch")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="movements", verbose_name=_("location")
    )
    quantity = models.BigIntegerField(_("quantity"))
    value = MoneyModelField(_("value"))
    unit_cost = UnitCostModelField(_("unit cost"))
    source_type = models.CharField(_("source type"), max_length=80)
    source_id = models.CharField(_("source"), max_length=80)
    line = models.PositiveIntegerField(_("line"))
    part = models.PositiveIntegerField(_("part"), default=0)
    party_type = models.CharField(
        _("party type"), max_length=80, blank=True, default="", db_default=""
    )
    party_id = models.CharField(_("party"), max_length=80, blank=True, default="", db_default="")
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )
    returns = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="returned_by",
        verbose_name=_("brings back"),
    )

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "line", "kind", "part"],
                name="inventory_movement_effect_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MovementKind.values), name="inventory_movement_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=MovementReason.values),
                name="inventory_movement_reason_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MovementKind.REVALUATION)
                & (Q(quantity__gt=0, value__gte=0) | Q(quantity__lt=0, value__lte=0))
                | Q(kind=MovementKind.REVALUATION, quantity=0) & ~Q(value=0),
                name="inventory_movement_signs_agree",
            ),
            models.CheckConstraint(
                condition=Q(unit_cost__gte=0), name="inventory_movement_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=False)
                | Q(kind__in=GROWING, quantity__gt=0)
                | Q(kind__in=SHRINKING, quantity__lt=0)
                | Q(kind__in=[*PAIRED, MovementKind.ADJUSTMENT, MovementKind.REVALUATION]),
                name="inventory_movement_direction",
            ),
            models.CheckConstraint(
                condition=~Q(source_type="") & ~Q(source_id=""),
                name="inventory_movement_source_named",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reverses=F("id")),
                name="inventory_movement_reverses_another",
            ),
            models.CheckConstraint(
                condition=Q(party_type="", party_id="") | (~Q(party_type="") & ~Q(party_id="")),
                name="inventory_movement_party_complete",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=False)
                | Q(kind=MovementKind.RETURN_IN, returns__isnull=False)
                | Q(kind=MovementKind.RETURN_OUT)
                | (~Q(kind=MovementKind.RETURN_IN) & Q(returns__isnull=True)),
                name="inventory_movement_return_names_origin",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "-id"], name="inventory_movement_by_batch"),
            models.Index(fields=["occurred_at", "id"], name="inventory_movement_by_time"),
            models.Index(fields=["kind", "-id"], name="inventory_movement_by_kind"),
            models.Index(fields=["reason", "-id"], name="inventory_movement_by_reason"),
            models.Index(
                fields=["party_type", "party_id", "batch"],
                condition=~Q(party_id=""),
                name="inventory_movement_by_party",
            ),
            # Rows are never moved, so that a block of them is a stretch of time.
            BrinIndex(
                fields=["recorded_at"], autosummarize=True, name="inventory_movement_recorded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+d} {self.source_type}:{self.source_id}/{self.line}"


class StockDocument(models.Model):
    """What staff did to stock outside buying and selling; the source of its movements."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=30)
    kind = models.CharField(_("kind"), max_length=20, choices=MovementKind)
    reason = models.CharField(_("reason"), max_length=20, choices=MovementReason)
    note = models.CharField(_("note"), max_length=500, blank=True)
    lines = models.PositiveIntegerField(_("lines"))
    value = MoneyModelField(_("change in stock value"))
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    file_digest = models.CharField(_("SHA-256"), max_length=64, null=True)  # noqa: DJ001 - NULL: no file
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )

    class Meta:
        verbose_name = _("stock document")
        verbose_name_plural = _("stock documents")
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="inventory_document_number_unique"),
            models.UniqueConstraint(fields=["file_digest"], name="inventory_document_file_once"),
            models.CheckConstraint(
                condition=Q(kind__in=MovementKind.values), name="inventory_document_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=MovementReason.values),
                name="inventory_document_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reverses=F("id")),
                name="inventory_document_reverses_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number
