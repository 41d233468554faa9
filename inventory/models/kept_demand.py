"""Demand and consumption of every product as kept for a day: a projection of the ledger."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField
from inventory.models.catalogue import Product


class DemandRun(models.Model):
    """One working out of the demand of all products, for a day of the pharmacy and its settings.

    recorded_from: what was written to the ledger from then on may be missing in the figures; the
    products it concerns are worked out anew whenever they are asked for.
    """

    for_date = models.DateField(_("for the day"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    demand_days = models.PositiveIntegerField(_("days of demand"))
    consumption_days = models.PositiveIntegerField(_("days of consumption"))
    recorded_from = models.DateTimeField(_("looks at what was recorded from then on anew"))
    worked_out_at = models.DateTimeField(_("worked out at"))

    class Meta:
        verbose_name = _("kept demand")
        verbose_name_plural = _("kept demands")
        constraints = [
            models.UniqueConstraint(fields=["for_date"], name="inventory_demandrun_day_once"),
            models.CheckConstraint(
                condition=Q(recorded_from__lte=models.F("worked_out_at")),
                name="inventory_demandrun_recorded_before",
            ),
        ]

    def __str__(self) -> str:
        return str(self.for_date)


class DemandFigure(models.Model):
    """The figures of one product; see ``inventory.records.ProductDemand``.

    Without demand known (first received that day) the five figures of demand are empty.
    consumed: cost of what left for good, money.
    """

    run = models.ForeignKey(DemandRun, on_delete=models.CASCADE, related_name="figures")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    per_day = models.DecimalField(_("a day"), max_digits=20, decimal_places=4, null=True)
    deviation = models.DecimalField(_("deviation"), max_digits=20, decimal_places=4, null=True)
    observed_days = models.PositiveIntegerField(_("observed days"), null=True)
    stock_out_days = models.PositiveIntegerField(_("days out of stock"), null=True)
    sold = models.BigIntegerField(_("sold"), null=True)
    consumed = MoneyModelField(_("consumed, at cost"), null=True)

    class Meta:
        verbose_name = _("kept demand of a product")
        verbose_name_plural = _("kept demands of products")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "product"], name="inventory_demandfigure_product_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    per_day__isnull=True,
                    deviation__isnull=True,
                    observed_days__isnull=True,
                    stock_out_days__isnull=True,
                    sold__isnull=True,
                )
                | Q(
                    per_day__gte=0,
                    deviation__gte=0,
                    observed_days__isnull=False,
                    stock_out_days__isnull=False,
                    sold__isnull=False,
                ),
                name="inventory_demandfigure_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.per_day}"
