"""What the pharmacy deals in: products, their packs and barcodes."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from inventory.classes import (
    ATC_PATTERN,
    NEVER_OTC,
    BaseUnit,
    ControlledClass,
    PrescriptionClass,
    Route,
)
from inventory.lifecycle import PURCHASABLE, SELLABLE, Lifecycle
from inventory.models.classification import Category, TaxCategory

SEARCH_CONFIG = "simple"  # the text is already folded; PostgreSQL knows no Arabic stemming here


class Product(Timestamped):
    """One article in its base unit: the smallest unit it is sold in (tablet, strip, bottle).

    Three limits in base units: below `min_stock` stock is low and somebody is told; at
    `reorder_point` it is time to order (empty: at the minimum); an order fills up to `max_stock`.
    minimum <= reorder point <= maximum. `merged_into`: the product this one turned out to be.
    """

    name_ar = models.CharField(_("Arabic name"), max_length=200, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    strength = models.CharField(_("strength"), max_length=80, blank=True)
    form = models.CharField(_("form"), max_length=80, blank=True)
    route = models.CharField(_("route"), max_length=16, choices=Route, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=150, blank=True)
    atc_code = models.CharField(_("ATC code"), max_length=7, blank=True)
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    prescription_class = models.CharField(
        _("prescription class"), max_length=12, choices=PrescriptionClass, blank=True
    )
    controlled_class = models.CharField(
        _("controlled class"),
        max_length=12,
        choices=ControlledClass,
        default=ControlledClass.NONE,
    )
    cold_chain = models.BooleanField(_("kept cold (2-8 °C)"), default=False)
    tax_category = models.ForeignKey(
        TaxCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("tax category"),
    )
    base_unit = models.CharField(
        _("base unit"), max_length=12, choices=BaseUnit, default=BaseUnit.UNIT
    )
    public_price = MoneyModelField(_("public price per base unit"), null=True, blank=True)
    min_stock = models.PositiveIntegerField(_("minimum stock"), default=0)
    reorder_point = models.PositiveIntegerField(_("reorder point"), null=True, blank=True)
    max_stock = models.PositiveIntegerField(_("maximum stock"), default=0)
    shelf_location = models.CharField(_("place on the shelf"), max_length=60, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    lifecycle = models.CharField(
        _("lifecycle"), max_length=12, choices=Lifecycle, default=Lifecycle.NEW
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    # Written by services.catalogue from the fields above.
    search_text = models.TextField(editable=False)
    name_ar_key = models.CharField(max_length=400, editable=False, blank=True, default="")
    name_en_key = models.CharField(max_length=400, editable=False, blank=True, default="")
    identity_key = models.CharField(max_length=64, editable=False)
    # What substitutes share; "" while unknown. Written by services.composition.
    composition_key = models.CharField(max_length=64, editable=False, blank=True, default="")
    form_key = models.CharField(max_length=80, editable=False, blank=True, default="")

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
            models.CheckConstraint(
                condition=Q(reorder_point__isnull=True)
                | Q(reorder_point__gte=F("min_stock"), reorder_point__lte=F("max_stock")),
                name="inventory_product_reorder_between_limits",
            ),
            models.CheckConstraint(
                condition=Q(atc_code="") | Q(atc_code__regex=ATC_PATTERN),
                name="inventory_product_atc_code_formed",
            ),
            models.CheckConstraint(
                condition=Q(route="") | Q(route__in=Route.values),
                name="inventory_product_route_known",
            ),
            models.CheckConstraint(
                condition=Q(prescription_class="")
                | Q(prescription_class__in=PrescriptionClass.values),
                name="inventory_product_prescription_class_known",
            ),
            models.CheckConstraint(
                condition=Q(controlled_class__in=ControlledClass.values),
                name="inventory_product_controlled_class_known",
            ),
            models.CheckConstraint(
                condition=~Q(
                    controlled_class__in=NEVER_OTC, prescription_class=PrescriptionClass.OTC
                ),
                name="inventory_product_controlled_not_otc",
            ),
            models.CheckConstraint(
                condition=Q(base_unit__in=BaseUnit.values), name="inventory_product_base_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | (Q(lifecycle=Lifecycle.ARCHIVED) & ~Q(merged_into=F("id"))),
                name="inventory_product_merged_is_archived",
            ),
        ]
        indexes = [
            GinIndex(
                SearchVector("search_text", config=SEARCH_CONFIG), name="inventory_product_search"
            ),
            models.Index(
                fields=["name_ar_key"],
                opclasses=["varchar_pattern_ops"],
                name="inventory_product_arabic",
            ),
            models.Index(
                fields=["name_en_key"],
                opclasses=["varchar_pattern_ops"],
                name="inventory_product_english",
            ),
            models.Index(fields=["lifecycle", "id"], name="inventory_product_lifecycle"),
            # The order of the list of products.
            models.Index(fields=["name_ar", "name_en", "id"], name="inventory_product_by_name"),
            models.Index(
                fields=["composition_key", "form_key"],
                condition=~Q(composition_key=""),
                name="inventory_product_composition",
            ),
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

    @property
    def is_controlled(self) -> bool:
        """Whether its movements belong into the controlled-drug register."""
        return self.controlled_class != ControlledClass.NONE

    @property
    def order_at(self) -> int:
        """Base units at which it is time to order: the reorder point, else the minimum."""
        return self.min_stock if self.reorder_point is None else self.reorder_point


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
