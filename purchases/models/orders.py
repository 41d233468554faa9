"""Purchase orders."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from purchases.models.proposals import Proposal, ProposalLine
from purchases.models.suppliers import Supplier


class OrderState(models.TextChoices):
    OPEN = "open", _("open")
    PARTIALLY_RECEIVED = "partially_received", _("partially received")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


class PurchaseOrder(Timestamped):
    """An approved proposal, ordered from its supplier.

    ``receive_on_order``: the supplier was marked *immediate*, a worker receives it at once.
    A cancelled or expired order may have been received in part: what will not come is the rest.
    ``expires_at``: from then on nothing more is expected; empty is never.
    """

    number = models.CharField(max_length=30)
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="order")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(
        max_length=20, choices=OrderState, default=OrderState.OPEN, db_index=True
    )
    total = MoneyModelField()
    receive_on_order = models.BooleanField(default=False)
    ordered_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchases_order_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="purchases_order_state_known"
            ),
            models.CheckConstraint(condition=Q(total__gt=0), name="purchases_order_total_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "partially_received"], closed_at__isnull=True)
                | Q(state__in=["received", "cancelled", "expired"], closed_at__isnull=False),
                name="purchases_order_closed_agrees",
            ),
            models.CheckConstraint(
                condition=(Q(state="cancelled", cancelled_by__isnull=False) & ~Q(cancel_reason=""))
                | (~Q(state="cancelled") & Q(cancelled_by__isnull=True, cancel_reason="")),
                name="purchases_order_cancelled_agrees",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ordered_at"],
                condition=Q(state="open", receive_on_order=True),
                name="purchases_order_to_receive",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=["open", "partially_received"], expires_at__isnull=False),
                name="purchases_order_to_expire",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLine(models.Model):
    """One ordered product. Quantities in base units; ``amount``: money for all of them.

    ``position`` is the proposal line's, and the line of its "incoming" row in inventory.
    ``received_quantity`` counts free goods too, and what was delivered in place of the product;
    ``received_amount``: the part of ``amount`` that belongs to it. ``cancelled_quantity``: what
    will not come of the rest. ``over_quantity``: what came beyond the order; it counts for nothing
    else.
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    proposal_line = models.OneToOneField(
        ProposalLine, on_delete=models.PROTECT, related_name="order_line"
    )
    product = models.ForeignKey("inventory.Product", on_delete=models.PROTECT, related_name="+")
    purchase_units = models.PositiveIntegerField()
    bought_quantity = models.PositiveIntegerField()
    free_quantity = models.PositiveIntegerField(default=0)
    amount = MoneyModelField()
    received_quantity = models.PositiveIntegerField(default=0)
    received_amount = MoneyModelField(default=0)
    cancelled_quantity = models.PositiveIntegerField(default=0)
    over_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"], name="purchases_orderline_position_once"
            ),
            models.CheckConstraint(
                condition=Q(purchase_units__gte=1, bought_quantity__gte=1, amount__gt=0),
                name="purchases_orderline_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(received_quantity__gte=0)
                & Q(
                    received_quantity__lte=F("bought_quantity")
                    + F("free_quantity")
                    - F("cancelled_quantity")
                ),
                name="purchases_orderline_not_over_delivered",
            ),
            models.CheckConstraint(
                condition=Q(received_amount__gte=0, received_amount__lte=F("amount")),
                name="purchases_orderline_received_within_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"

    @property
    def ordered_quantity(self) -> int:
        """Base units to arrive, free ones included."""
        return self.bought_quantity + self.free_quantity

    @property
    def outstanding_quantity(self) -> int:
        """Base units still to arrive."""
        return self.ordered_quantity - self.received_quantity - self.cancelled_quantity
