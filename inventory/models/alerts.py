"""What staff should look at: opened once when a limit is crossed, closed on recovery."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField, UnitCostModelField
from inventory.models.batches import Batch
from inventory.models.catalogue import Product


class AlertKind(models.TextChoices):
    LOW_STOCK = "low_stock", _("Below the minimum")
    OUT_OF_STOCK = "out_of_stock", _("Out of stock")
    OVERSTOCK = "overstock", _("Above the maximum")
    EXPIRED = "expired", _("Expired")
    EXPIRY_CRITICAL = "expiry_critical", _("Expires very soon")
    EXPIRY_WARNING = "expiry_warning", _("Expires soon")
    EXPIRY_NOTICE = "expiry_notice", _("Expiry comes into sight")
    NEGATIVE_MARGIN = "negative_margin", _("Priced below its cost")
    DEAD_STOCK = "dead_stock", _("Not asked for any more")


# Most urgent first. A batch is in one of these bands at a time.
EXPIRY_KINDS = (
    AlertKind.EXPIRED,
    AlertKind.EXPIRY_CRITICAL,
    AlertKind.EXPIRY_WARNING,
    AlertKind.EXPIRY_NOTICE,
)
_EXPIRY = Q(kind__in=EXPIRY_KINDS)
_MARGIN = Q(kind=AlertKind.NEGATIVE_MARGIN)
_OPEN = Q(closed_at__isnull=True)


class StockAlert(models.Model):
    """One crossing of one limit: of a product, or (expiry) of a batch.

    The figures are those of the moment it opened. available: base units concerned: what may be
    sold, for low, out of and overstock; what is on hand, of the batch for expiry. threshold: the
    limit crossed, in base units, or in days for expiry and dead stock. unit_cost and price: of a
    negative margin, per base unit. told_on: the day whose digest told of it.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("product")
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, related_name="alerts", verbose_name=_("batch")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=AlertKind)
    available = models.BigIntegerField(_("available"))
    threshold = models.BigIntegerField(_("limit"), null=True)
    unit_cost = UnitCostModelField(_("unit cost"), null=True)
    price = MoneyModelField(_("public price per base unit"), null=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    told_on = models.DateField(_("told in the digest of"), null=True)

    class Meta:
        verbose_name = _("stock alert")
        verbose_name_plural = _("stock alerts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "kind", "batch"],
                condition=_OPEN,
                nulls_distinct=False,
                name="inventory_alert_open_once",
            ),
            models.UniqueConstraint(
                fields=["batch"], condition=_OPEN & _EXPIRY, name="inventory_alert_one_expiry_band"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AlertKind.values), name="inventory_alert_kind_known"
            ),
            models.CheckConstraint(
                condition=(_EXPIRY & Q(batch__isnull=False)) | (~_EXPIRY & Q(batch__isnull=True)),
                name="inventory_alert_expiry_names_batch",
            ),
            models.CheckConstraint(
                condition=(
                    _MARGIN
                    & Q(unit_cost__isnull=False, price__isnull=False, threshold__isnull=True)
                )
                | (
                    ~_MARGIN
                    & Q(unit_cost__isnull=True, price__isnull=True, threshold__isnull=False)
                ),
                name="inventory_alert_figures_fit_kind",
            ),
            models.CheckConstraint(
                condition=_OPEN | Q(closed_at__gte=F("opened_at")),
                name="inventory_alert_closed_after_opened",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=_OPEN, name="inventory_alert_open"),
            models.Index(
                fields=["kind"],
                condition=_OPEN & Q(told_on__isnull=True),
                name="inventory_alert_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.product_id}" + (f"/{self.batch_id}" if self.batch_id else "")
