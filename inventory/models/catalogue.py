"""What the pharmacy deals in: products, their packs and barcodes."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from inventory.lifecycle import PURCHASABLE, SELLABLE, Lifecycle

SEARCH_CONFIG = "simple"  # the text is already folded; PostgreSQL knows no Arabic stemming here


class Product(Timestamped):
    """One article in its base unit: the smallest unit it is sold in (tablet, strip, bottle)."""

    name_ar = models.CharField(_("Arabic name"), max_length=200, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    strength = models.CharField(_("strength"), max_length=80, blank=True)
    form = models.CharField(_("form"), max_length=80, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=150, blank=True)
    public_price = MoneyModelField(_("public price per base unit"), null=True, blank=True)
    min_stock = models.PositiveIntegerField(_("minimum stock"), default=0)
    max_stock = models.PositiveIntegerField(_("maximum stock"), default=0)
    lifecycle = models.CharField(
        _("lifecycle"), max_length=12, choices=Lifecycle, default=Lifecycle.NEW
    )
    # Written by services.catalogue from the fields above.
    search_text = models.TextField(editable=False)
    identity_key = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_key"],
                condition=~Q(lifecycle=Lifecycle.ARCHIVED),
                name="inventory_product_identity_unique",
            ),
            models.CheckConstraint(
                condition=~Q(name_ar="") | ~Q(name_en=""), name="inventory_product_is_named"
            ),
            models.CheckConstraint(
                condition=Q(lifecycle__in=Lifecycle.values),
                name="inventory_product_lifecycle_known",
            ),
            models.CheckConstraint(
                condition=Q(public_price__isnull=True) | Q(public_price__gte=0),
                name="inventory_product_price_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(max_stock__gte=F("min_stock")), name="inventory_product_min_below_max"
            ),
        ]
        indexes = [
            GinIndex(
                SearchVector("search_text", config=SEARCH_CONFIG), name="inventory_product_search"
            ),
            models.Index(fields=["lifecycle", "id"], name="inventory_product_lifecycle"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.strength, self.form) if part)

    @property
    def name(self) -> str:
        return self.name_ar or self.name_en

    @property
    def sellable(self) -> bool:
        return self.lifecycle in SELLABLE

    @property
    def purchasable(self) -> bool:
        return self.lifecycle in PURCHASABLE


class Packaging(Timestamped):
    """A pack of a product: box, strip, carton. The base unit itself needs none."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="packagings", verbose_name=_("product")
    )
    name = models.CharField(_("name"), max_length=60)
    units = models.PositiveIntegerField(_("base units in it"))
    is_purchase_default = models.BooleanField(_("ordered in this pack"), default=False)
    price = MoneyModelField(_("price of the pack"), null=True, blank=True)

    class Meta:
        verbose_name = _("packaging")
        verbose_name_plural = _("packagings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "name"], name="inventory_packaging_name_unique"
            ),
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(is_purchase_default=True),
                name="inventory_packaging_one_purchase_default",
            ),
            models.CheckConstraint(
                condition=Q(units__gt=0), name="inventory_packaging_units_positive"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="inventory_packaging_is_named"),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0),
                name="inventory_packaging_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} × {self.units}"


class BarcodeKind(models.TextChoices):
    GTIN = "gtin", _("GTIN (EAN-8, UPC-A, EAN-13, GTIN-14)")
    INTERNAL = "internal", _("The pharmacy's or maker's own code")


class Barcode(models.Model):
    """A code on a pack. Text, as printed; `key` is what scanners of all kinds agree on."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="barcodes", verbose_name=_("product")
    )
    packaging = models.ForeignKey(
        Packaging,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="barcodes",
        verbose_name=_("packaging"),
    )
    value = models.CharField(_("barcode"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=BarcodeKind)
    # A GTIN in 14 digits, so that UPC-A and the same code read as EAN-13 are one.
    key = models.CharField(max_length=80, editable=False)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="inventory_barcode_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=BarcodeKind.values), name="inventory_barcode_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(value="") & ~Q(key=""), name="inventory_barcode_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.value


class CatalogueRevision(models.Model):
    """One row whose token changes with every change of the catalogue, in the same transaction."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField()

    class Meta:
        verbose_name = _("catalogue revision")
        verbose_name_plural = _("catalogue revisions")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="inventory_cataloguerevision_one_row"),
        ]

    def __str__(self) -> str:
        return str(self.token)
