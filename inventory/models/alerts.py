"""What staff should look at: opened once when a limit is crossed, closed on recovery."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product


class AlertKind(models.TextChoices):
    LOW_STOCK = "low_stock", _("Below the minimum")


class StockAlert(models.Model):
    """available and threshold are those of the moment it opened, in base units."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("product")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=AlertKind)
    available = models.BigIntegerField(_("available"))
    threshold = models.BigIntegerField(_("limit"))
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("stock alert")
        verbose_name_plural = _("stock alerts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "kind"],
                condition=Q(closed_at__isnull=True),
                name="inventory_alert_one_open",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AlertKind.values), name="inventory_alert_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="inventory_alert_closed_after_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.product_id}"
