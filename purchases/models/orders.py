"""Purchase orders and what arrived on them."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField, UnitCostModelField
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
    ``received_quantity`` counts free goods too.
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
                & Q(received_quantity__lte=F("bought_quantity") + F("free_quantity")),
                name="purchases_orderline_not_over_delivered",
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
        return self.ordered_quantity - self.received_quantity


class GoodsReceipt(models.Model):
    """One delivery on an order. Append-only: what was wrong is corrected by further documents.

    ``total``: money owed for it, the sum of its lines. ``delivery_note``: the supplier's own
    document number, taken once per order. ``received_by`` empty: received by the system for
    an *immediate* supplier.
    """

    number = models.CharField(max_length=30)
    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="receipts")
    delivery_note = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    automatic = models.BooleanField(default=False)
    total = MoneyModelField()

    class Meta:
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchases_receipt_number_once"),
            models.UniqueConstraint(
                fields=["order", "delivery_note"],
                condition=~Q(delivery_note=""),
                name="purchases_receipt_delivery_note_once",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(automatic=True),
                name="purchases_receipt_automatic_once",
            ),
            models.CheckConstraint(
                condition=Q(automatic=True, received_by__isnull=True)
                | Q(automatic=False, received_by__isnull=False),
                name="purchases_receipt_received_by_agrees",
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0, total__lte=10**15), name="purchases_receipt_total_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class GoodsReceiptLine(models.Model):
    """One batch that arrived for one order line. Append-only.

    quantity: base units, free ones included. amount: money paid for them; ordered_amount: what
    the order would have cost for them; their difference is the price difference. An empty
    batch number or expiry is unknown, never invented, and named in ``flags``.
    """

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    order_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="receipt_lines"
    )
    product = models.ForeignKey("inventory.Product", on_delete=models.PROTECT, related_name="+")
    batch_number = models.CharField(max_length=100, blank=True)
    expiry_date = models.DateField(null=True, blank=True)
    quantity = models.PositiveIntegerField()
    amount = MoneyModelField()
    ordered_amount = MoneyModelField()
    unit_cost = UnitCostModelField()
    flags = models.JSONField(default=list)
    movement_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("goods receipt line")
        verbose_name_plural = _("goods receipt lines")
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "line"], name="purchases_receiptline_line_once"
            ),
            models.UniqueConstraint(
                fields=["movement_id"], name="purchases_receiptline_movement_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, amount__gte=0, ordered_amount__gte=0),
                name="purchases_receiptline_quantity_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}/{self.line}"

    @property
    def price_difference(self) -> Decimal:
        """Money paid above (> 0) or below (< 0) the ordered price."""
        return self.amount - self.ordered_amount
