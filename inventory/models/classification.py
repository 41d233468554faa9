"""What products are sorted and taxed by: the pharmacy's own categories and tax rates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped

DEEPEST_CATEGORY = 6  # levels from a root down; the database refuses more


class Category(Timestamped):
    """A branch of the tree of categories. A trigger refuses cycles and more than six levels."""

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("within"),
    )
    name_ar = models.CharField(_("Arabic name"), max_length=100, blank=True)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    # Written by services.categories: the folded names, so that spellings compare equal.
    key = models.CharField(max_length=210, editable=False)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "key"],
                nulls_distinct=False,
                name="inventory_category_name_unique",
            ),
            models.CheckConstraint(
                condition=~Q(name_ar="") | ~Q(name_en=""), name="inventory_category_is_named"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="inventory_category_not_in_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name_ar or self.name_en


class TaxCategory(Timestamped):
    """A rate of sales tax products fall under. Rates are the pharmacy's: the law differs by place.

    rate_percent: percent of the price without tax. A changed rate holds from then on; documents
    keep the rate of their day.
    """

    code = models.CharField(_("code"), max_length=30)
    name_ar = models.CharField(_("Arabic name"), max_length=100, blank=True)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    rate_percent = models.DecimalField(_("rate in percent"), max_digits=6, decimal_places=3)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("tax category")
        verbose_name_plural = _("tax categories")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="inventory_taxcategory_code_unique"),
            models.CheckConstraint(condition=~Q(code=""), name="inventory_taxcategory_has_code"),
            models.CheckConstraint(
                condition=~Q(name_ar="") | ~Q(name_en=""), name="inventory_taxcategory_is_named"
            ),
            models.CheckConstraint(
                condition=Q(rate_percent__gte=0) & Q(rate_percent__lte=100),
                name="inventory_taxcategory_rate_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_ar or self.name_en} ({self.rate_percent:f} %)"
