"""What is in a medicine: generic names, and how much of each a product holds."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from inventory.classes import PerUnit, StrengthUnit
from inventory.models.catalogue import Product


class Ingredient(Timestamped):
    """A generic (non-proprietary) name, once for all its spellings."""

    name_ar = models.CharField(_("Arabic name"), max_length=150, blank=True)
    name_en = models.CharField(_("English name"), max_length=150, blank=True)
    # Written by services.composition: `core.text.search_key` of the names.
    key_ar = models.CharField(max_length=200, editable=False, blank=True)
    key_en = models.CharField(max_length=200, editable=False, blank=True)

    class Meta:
        verbose_name = _("ingredient")
        verbose_name_plural = _("ingredients")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key_ar"],
                condition=~Q(key_ar=""),
                name="inventory_ingredient_arabic_name_unique",
            ),
            models.UniqueConstraint(
                fields=["key_en"],
                condition=~Q(key_en=""),
                name="inventory_ingredient_english_name_unique",
            ),
            models.CheckConstraint(
                condition=~Q(key_ar="") | ~Q(key_en=""), name="inventory_ingredient_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en or self.name_ar


class ProductIngredient(models.Model):
    """How much of a generic a product holds: 500 mg, or 250 mg in 5 mL.

    strength and unit are for one base unit, or for `per_value` `per_unit` where these are given.
    Without a strength it is only known that the ingredient is in it.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="ingredients", verbose_name=_("product")
    )
    ingredient = models.ForeignKey(
        Ingredient, on_delete=models.PROTECT, related_name="uses", verbose_name=_("ingredient")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    strength = models.DecimalField(
        _("strength"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=8, choices=StrengthUnit, blank=True)
    per_value = models.DecimalField(
        _("per"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    per_unit = models.CharField(_("per unit"), max_length=8, choices=PerUnit, blank=True)

    class Meta:
        verbose_name = _("ingredient of a product")
        verbose_name_plural = _("ingredients of products")
        ordering = ["product_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "ingredient"], name="inventory_productingredient_once"
            ),
            models.UniqueConstraint(
                fields=["product", "position"], name="inventory_productingredient_position_once"
            ),
            models.CheckConstraint(
                condition=Q(strength__isnull=True, unit="")
                | Q(
                    strength__isnull=False,  # a comparison with NULL would pass
                    strength__gt=0,
                    strength__lt=10**12,
                    unit__in=StrengthUnit.values,
                ),
                name="inventory_productingredient_strength_has_unit",
            ),
            models.CheckConstraint(
                condition=Q(per_value__isnull=True, per_unit="")
                | Q(
                    per_value__isnull=False,
                    per_value__gt=0,
                    per_value__lt=10**8,
                    per_unit__in=PerUnit.values,
                    strength__isnull=False,
                ),
                name="inventory_productingredient_per_has_unit",
            ),
        ]

    def __str__(self) -> str:
        if self.strength is None:
            return str(self.ingredient)
        amount = f"{_plain(self.strength)} {self.get_unit_display()}"
        if self.per_value is None:
            return f"{self.ingredient} {amount}"
        return f"{self.ingredient} {amount}/{_plain(self.per_value)} {self.get_per_unit_display()}"


def _plain(value: Decimal) -> str:
    """Digits without trailing zeros and without an exponent."""
    return f"{value.normalize():f}"
