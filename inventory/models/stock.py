"""Stock: the movement ledger, and the levels projected from it in the same transaction.

The lock of a product's stock is its `ProductStock` row. Whoever changes batches, levels or
movements of a product holds it; rows are taken in primary-key order, before any account's.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField, UnitCostModelField
from inventory.models.catalogue import Product


class Location(Timestamped):
    """A place where stock is kept."""

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=100)
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="inventory_location_code_unique"),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="inventory_location_one_default",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name=""), name="inventory_location_is_named"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True),
                name="inventory_location_default_is_active",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductStock(models.Model):
    """All that is on hand of a product: a projection, and the lock of its stock."""

    product = models.OneToOneField(
        Product, on_delete=models.PROTECT, primary_key=True, related_name="stock"
    )
    on_hand = models.BigIntegerField(_("on hand"), default=0)
    value = MoneyModelField(_("value at cost"), default=0)

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


class Batch(models.Model):
    """One lot of a product. An unknown expiry stays empty until a person finds out."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="batches", verbose_name=_("product")
    )
    number = models.CharField(_("number"), max_length=60, blank=True)
    expiry_date = models.DateField(_("expiry date"), null=True, blank=True)
    received_at = models.DateTimeField(_("first received at"))

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number", "expiry_date"],
                nulls_distinct=False,
                name="inventory_batch_unique",
            ),
        ]
        indexes = [models.Index(fields=["expiry_date"], name="inventory_batch_expiry")]

    def __str__(self) -> str:
        return f"{self.number or '-'} ({self.expiry_date or '?'})"


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


class MovementKind(models.TextChoices):
    OPENING = "opening", _("Opening balance")
    RECEIPT = "receipt", _("Receipt")
    ISSUE = "issue", _("Issue")
    ADJUSTMENT = "adjustment", _("Adjustment")


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
    COUNT = "count", _("Stock count")
    CORRECTION = "correction", _("Correction of a mistake")


class StockMovement(models.Model):
    """Ledger of stock: one row per batch that came or went. Append-only by trigger.

    quantity: base units, positive in, negative out; value: money with the same sign. `part`
    counts the batches within one line of the source, so that a line cannot have its effect twice
    even if other batches were picked the second time.
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
                condition=Q(quantity__gt=0, value__gte=0) | Q(quantity__lt=0, value__lte=0),
                name="inventory_movement_signs_agree",
            ),
            models.CheckConstraint(
                condition=Q(unit_cost__gte=0), name="inventory_movement_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=False)
                | Q(kind__in=[MovementKind.OPENING, MovementKind.RECEIPT], quantity__gt=0)
                | Q(kind=MovementKind.ISSUE, quantity__lt=0)
                | Q(kind=MovementKind.ADJUSTMENT),
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
        ]
        indexes = [
            models.Index(fields=["batch", "-id"], name="inventory_movement_by_batch"),
            models.Index(fields=["occurred_at", "id"], name="inventory_movement_by_time"),
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
        ]

    def __str__(self) -> str:
        return self.number
