"""Goods receipts: what arrived on purchase orders."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField, UnitCostModelField
from purchases.models.orders import PurchaseOrder, PurchaseOrderLine


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
