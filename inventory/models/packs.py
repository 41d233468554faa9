"""The packs a product comes in, and the codes on them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from inventory.models.catalogue import Product


class Packaging(Timestamped):
    """A pack of a product: box, strip, carton. The base unit itself needs none.

    A box of three strips names its `inner` pack: units are then those of the inner pack times
    `inner_count`, and follow when it changes. A deferred trigger keeps this so and refuses rings.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="packagings", verbose_name=_("product")
    )
    name = models.CharField(_("name"), max_length=60)
    units = models.PositiveIntegerField(_("base units in it"))
    inner = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outer",
        verbose_name=_("made of packs"),
    )
    inner_count = models.PositiveIntegerField(_("how many of them"), null=True, blank=True)
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
                condition=Q(inner__isnull=True, inner_count__isnull=True)
                | Q(inner__isnull=False, inner_count__isnull=False, inner_count__gte=1)
                & ~Q(inner=F("id")),
                name="inventory_packaging_inner_counted",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0),
                name="inventory_packaging_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} × {self.units}"


class BarcodeKind(models.TextChoices):
    GTIN = "gtin", _("GTIN (EAN-8, UPC-A, EAN-13, GTIN-14)")
    PLU = "plu", _("Article number typed at the till or on labels of the scales (PLU)")
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
        indexes = [
            models.Index(
                fields=["value"],
                opclasses=["varchar_pattern_ops"],
                name="inventory_barcode_beginning",
            ),
        ]

    def __str__(self) -> str:
        return self.value
