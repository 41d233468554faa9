"""Where stock is kept, and how much of a product is wanted there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from inventory.models.catalogue import Product


class LocationKind(models.TextChoices):
    STORE = "store", _("Shop")
    BACK_STORE = "back_store", _("Back store")
    FRIDGE = "fridge", _("Fridge")
    QUARANTINE = "quarantine", _("Quarantine")
    IN_TRANSIT = "in_transit", _("In transit")


# Goods elsewhere are the pharmacy's, but cannot be handed out.
ALLOCATABLE_KINDS = (LocationKind.STORE, LocationKind.BACK_STORE, LocationKind.FRIDGE)


class Location(Timestamped):
    """A place where stock is kept. From those of `ALLOCATABLE_KINDS` it may be handed out."""

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=LocationKind,
        default=LocationKind.STORE,
        db_default=LocationKind.STORE,
    )
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
                condition=Q(kind__in=LocationKind.values), name="inventory_location_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True),
                name="inventory_location_default_is_active",
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(kind__in=ALLOCATABLE_KINDS),
                name="inventory_location_default_is_allocatable",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_allocatable(self) -> bool:
        """Whether what lies here may be handed out."""
        return self.is_active and self.kind in ALLOCATABLE_KINDS


class LocationLimit(Timestamped):
    """How much of a product should be at a location, in base units: refill below the minimum."""

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="limits", verbose_name=_("location")
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="location_limits", verbose_name=_("product")
    )
    min_stock = models.PositiveIntegerField(_("minimum stock"), default=0)
    max_stock = models.PositiveIntegerField(_("maximum stock"), default=0)

    class Meta:
        verbose_name = _("limit at a location")
        verbose_name_plural = _("limits at locations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "product"], name="inventory_locationlimit_once"
            ),
            models.CheckConstraint(
                condition=Q(max_stock__gte=F("min_stock")),
                name="inventory_locationlimit_min_below_max",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}@{self.location_id}: {self.min_stock}-{self.max_stock}"
