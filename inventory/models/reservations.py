"""Units promised to orders. What is reserved of a product is the sum of its open rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product


class ReservationStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CONSUMED = "consumed", _("Handed out")
    RELEASED = "released", _("Released")
    EXPIRED = "expired", _("Expired")
    LOST = "lost", _("Released because the goods were lost")


class Reservation(models.Model):
    """Base units of a product promised to one line of an order; batches are chosen on issue.

    While open it holds `quantity - consumed`. Never more than is on hand of the product in all:
    a deferred trigger on this table and on the product's stock refuses it.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("product")
    )
    source_type = models.CharField(_("source type"), max_length=80)
    source_id = models.CharField(_("source"), max_length=80)
    line = models.PositiveIntegerField(_("line"))
    quantity = models.BigIntegerField(_("quantity"))
    consumed = models.BigIntegerField(_("handed out"), default=0)
    status = models.CharField(
        _("status"), max_length=10, choices=ReservationStatus, default=ReservationStatus.OPEN
    )
    expires_at = models.DateTimeField(_("expires at"), null=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "line"],
                condition=Q(status=ReservationStatus.OPEN),
                name="inventory_reservation_line_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReservationStatus.values),
                name="inventory_reservation_status_known",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, consumed__gte=0) & Q(consumed__lte=F("quantity")),
                name="inventory_reservation_consumed_within",
            ),
            models.CheckConstraint(
                condition=Q(status=ReservationStatus.OPEN, closed_at__isnull=True)
                & Q(consumed__lt=F("quantity"))
                | Q(status=ReservationStatus.CONSUMED, closed_at__isnull=False)
                & Q(consumed=F("quantity"))
                | ~Q(status__in=[ReservationStatus.OPEN, ReservationStatus.CONSUMED])
                & Q(closed_at__isnull=False)
                & Q(consumed__lt=F("quantity")),
                name="inventory_reservation_status_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(source_type="") & ~Q(source_id=""),
                name="inventory_reservation_source_named",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
                name="inventory_reservation_expires_later",
            ),
        ]
        indexes = [
            models.Index(
                fields=["product"],
                condition=Q(status=ReservationStatus.OPEN),
                include=["quantity", "consumed"],
                name="inventory_reservation_open",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(status=ReservationStatus.OPEN),
                name="inventory_reservation_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_type}:{self.source_id}/{self.line}"

    @property
    def outstanding(self) -> int:
        """Base units it holds now."""
        return self.quantity - self.consumed if self.status == ReservationStatus.OPEN else 0
