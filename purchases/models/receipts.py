"""Goods receipts: what arrived on purchase orders."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
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

    quantity: base units of ``product``, free ones included. Of the order line it fulfils
    ``counted_quantity``; ``over_quantity`` came beyond the order. amount: money paid for them;
    ordered_amount: what the order would have cost for them; their difference is the price
    difference. An empty batch number or expiry is unknown, never invented, and named in
    ``flags``, as is everything else a person should look at.

    ``replaced_product``: what was ordered, where something else came in its place.
    ``accepted_because``: why goods beyond a tolerance were taken in all the same.
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
    counted_quantity = models.PositiveIntegerField()
    over_quantity = models.PositiveIntegerField(default=0)
    amount = MoneyModelField()
    ordered_amount = MoneyModelField()
    unit_cost = UnitCostModelField()
    temperature_celsius = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    replaced_product = models.ForeignKey(
        "inventory.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    substitution_reason = models.CharField(max_length=500, blank=True)
    accepted_because = models.CharField(max_length=500, blank=True)
    flags = models.JSONField(default=list)
    batch = models.ForeignKey("inventory.Batch", on_delete=models.PROTECT, related_name="+")
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
            models.CheckConstraint(
                condition=Q(replaced_product__isnull=False) & ~Q(substitution_reason="")
                | Q(replaced_product__isnull=True, substitution_reason="")
                & Q(quantity=F("counted_quantity") + F("over_quantity")),
                name="purchases_receiptline_substitution_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}/{self.line}"

    @property
    def price_difference(self) -> Decimal:
        """Money paid above (> 0) or below (< 0) the ordered price."""
        return self.amount - self.ordered_amount


class ReceiptClosure(models.Model):
    """A receipt after which the rest of an order line is not waited for. Append-only.

    quantity: base units given up. amount: of the order line's money, for them.
    """

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="closures")
    order_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="closures"
    )
    quantity = models.PositiveIntegerField()
    amount = MoneyModelField()

    class Meta:
        verbose_name = _("closing of an order line")
        verbose_name_plural = _("closings of order lines")
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "order_line"], name="purchases_receiptclosure_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, amount__gte=0),
                name="purchases_receiptclosure_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.order_line_id}"


class ReceiptReversal(models.Model):
    """A goods receipt taken back, whole or some lines of it. Append-only.

    ``total``: money no longer owed. ``cosigner``: who agreed, where controlled products need two.
    """

    number = models.CharField(max_length=30)
    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="reversals")
    reason = models.CharField(max_length=500)
    total = MoneyModelField()
    reversed_at = models.DateTimeField()
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    cosigner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("reversal of a goods receipt")
        verbose_name_plural = _("reversals of goods receipts")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchases_reversal_number_once"),
            models.CheckConstraint(
                condition=~Q(reason="") & Q(total__gte=0), name="purchases_reversal_says_why"
            ),
            models.CheckConstraint(
                condition=Q(cosigner__isnull=True) | ~Q(cosigner=F("reversed_by")),
                name="purchases_reversal_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReceiptReversalLine(models.Model):
    """The receipt line that was taken back; each at most once. Append-only."""

    reversal = models.ForeignKey(ReceiptReversal, on_delete=models.PROTECT, related_name="lines")
    receipt_line = models.OneToOneField(
        GoodsReceiptLine, on_delete=models.PROTECT, related_name="reversal_line"
    )
    movement_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("line of a reversal")
        verbose_name_plural = _("lines of reversals")
        constraints = [
            models.UniqueConstraint(
                fields=["movement_id"], name="purchases_reversalline_movement_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reversal_id}: {self.receipt_line_id}"


class ReceiptReversalRequest(models.Model):
    """Somebody asks for a receipt, or ``lines`` of it (None: all), to be taken back.

    Somebody else decides. Approved: ``reversal`` is what came of it; rejected:
    ``rejection_reason`` says why.
    """

    receipt = models.ForeignKey(
        GoodsReceipt, on_delete=models.PROTECT, related_name="reversal_requests"
    )
    lines = models.JSONField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reversal = models.OneToOneField(
        ReceiptReversal, on_delete=models.PROTECT, null=True, blank=True, related_name="request"
    )
    rejection_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("request for a reversal")
        verbose_name_plural = _("requests for reversals")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    reversal__isnull=True,
                    rejection_reason="",
                )
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & (
                    Q(reversal__isnull=False, rejection_reason="")
                    | Q(reversal__isnull=True) & ~Q(rejection_reason="")
                ),
                name="purchases_reversalrequest_decision_agrees",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="purchases_reversalrequest_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="purchases_reversalrequest_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.reason}"

    @property
    def state(self) -> str:
        """waiting, approved or rejected."""
        if self.decided_at is None:
            return "waiting"
        return "rejected" if self.reversal_id is None else "approved"


class FreeGoodsSettlement(models.Model):
    """Free goods that were owed and are no longer: how that was settled. Append-only.

    quantity: base units of the order line.
    """

    order_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="free_goods_settlements"
    )
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("settlement of free goods")
        verbose_name_plural = _("settlements of free goods")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & ~Q(reason=""),
                name="purchases_freegoodssettlement_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id}: {self.quantity}"
