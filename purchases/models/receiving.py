"""Deliveries being taken in: what is scanned and checked before it becomes a goods receipt."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from purchases.models.orders import PurchaseOrder, PurchaseOrderLine
from purchases.models.receipts import GoodsReceipt, GoodsReceiptLine
from purchases.models.suppliers import Supplier


class ArrivalChecks(models.Model):
    """What is looked at when goods arrive. None: not looked at."""

    temperature_celsius = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    packaging_intact = models.BooleanField(null=True, blank=True)
    seals_intact = models.BooleanField(null=True, blank=True)
    leaflet_readable = models.BooleanField(null=True, blank=True)

    class Meta:
        abstract = True


class ReceivingState(models.TextChoices):
    DRAFT = "draft", _("draft")
    INSPECTING = "inspecting", _("being inspected")
    POSTED = "posted", _("posted")
    CANCELLED = "cancelled", _("cancelled")


OPEN_RECEIVINGS = (ReceivingState.DRAFT, ReceivingState.INSPECTING)


class Receiving(Timestamped):
    """A delivery on an order while it is taken in, box by box. Posting it makes the receipt.

    At most one is open per order, so that no two people count the same goods.
    """

    number = models.CharField(max_length=30)
    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="receivings")
    state = models.CharField(
        max_length=12, choices=ReceivingState, default=ReceivingState.DRAFT, db_index=True
    )
    delivery_note = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    receipt = models.OneToOneField(
        GoodsReceipt,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receiving",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("receiving")
        verbose_name_plural = _("receivings")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchases_receiving_number_once"),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["draft", "inspecting"]),
                name="purchases_receiving_one_open",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "inspecting"],
                    receipt__isnull=True,
                    closed_at__isnull=True,
                    closed_by__isnull=True,
                    cancel_reason="",
                )
                | Q(
                    state="posted",
                    receipt__isnull=False,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    cancel_reason="",
                )
                | Q(
                    state="cancelled",
                    receipt__isnull=True,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                )
                & ~Q(cancel_reason=""),
                name="purchases_receiving_state_agrees",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReceivingTerms(models.Model):
    """What is said of one order line of a receiving as a whole.

    invoice_price: money per purchase pack as invoiced; invoice_amount: for all that arrived.
    close_rest: what did not arrive will not come. reason: why a tolerance is exceeded.
    """

    receiving = models.ForeignKey(Receiving, on_delete=models.CASCADE, related_name="terms")
    order_line = models.ForeignKey(PurchaseOrderLine, on_delete=models.PROTECT, related_name="+")
    invoice_price = MoneyModelField(null=True, blank=True)
    invoice_amount = MoneyModelField(null=True, blank=True)
    close_rest = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("terms of a receiving")
        verbose_name_plural = _("terms of receivings")
        constraints = [
            models.UniqueConstraint(
                fields=["receiving", "order_line"], name="purchases_receivingterms_once"
            ),
            models.CheckConstraint(
                condition=Q(invoice_price__isnull=True) | Q(invoice_amount__isnull=True),
                name="purchases_receivingterms_price_or_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiving_id}: {self.order_line_id}"


class ReceivingLine(ArrivalChecks):
    """One batch counted so far. quantity: base units of ``product``.

    counted_quantity: units of the order line it stands for, where another product came in its
    place; None is as many as arrived. location: where it goes, None is the default one.
    quarantine: it waits there for an inspection first.
    """

    receiving = models.ForeignKey(Receiving, on_delete=models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    order_line = models.ForeignKey(PurchaseOrderLine, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("inventory.Product", on_delete=models.PROTECT, related_name="+")
    batch_number = models.CharField(max_length=60, blank=True)
    expiry_date = models.DateField(null=True, blank=True)
    quantity = models.PositiveIntegerField()
    counted_quantity = models.PositiveIntegerField(null=True, blank=True)
    location = models.ForeignKey(
        "inventory.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quarantine = models.BooleanField(default=False)
    substitution_reason = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    receipt_line = models.OneToOneField(
        GoodsReceiptLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receiving_line",
    )

    class Meta:
        verbose_name = _("line of a receiving")
        verbose_name_plural = _("lines of receivings")
        constraints = [
            models.UniqueConstraint(
                fields=["receiving", "line"], name="purchases_receivingline_line_once"
            ),
            models.UniqueConstraint(
                fields=["receiving", "order_line", "product", "batch_number", "expiry_date",
                        "location"],
                nulls_distinct=False,
                name="purchases_receivingline_batch_once",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="purchases_receivingline_quantity_positive"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.receiving_id}/{self.line}"


class ReceivingScan(models.Model):
    """One scan, kept with who made it. A serial number is taken in once, wherever it is.

    quantity: base units it added, counted_quantity: units of the order line they stand for.
    undone_at: taken back, or the goods went back.
    """

    receiving = models.ForeignKey(Receiving, on_delete=models.PROTECT, related_name="scans")
    line = models.ForeignKey(
        ReceivingLine, on_delete=models.SET_NULL, null=True, related_name="scans"
    )
    product = models.ForeignKey("inventory.Product", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=300, blank=True)
    serial = models.CharField(max_length=40, blank=True)
    quantity = models.PositiveIntegerField()
    counted_quantity = models.PositiveIntegerField()
    scanned_at = models.DateTimeField()
    scanned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("scan of a receiving")
        verbose_name_plural = _("scans of receivings")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "serial"],
                condition=~Q(serial="") & Q(undone_at__isnull=True),
                name="purchases_receivingscan_serial_once",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="purchases_receivingscan_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiving_id}: {self.code or self.product_id}"


class InspectionState(models.TextChoices):
    PENDING = "pending", _("pending")
    DECIDED = "decided", _("decided")
    REVERSED = "reversed", _("receipt reversed")


class Inspection(ArrivalChecks, Timestamped):
    """Goods of a receipt line that wait in quarantine, and what was decided about them.

    because: stable words for what called for it. Accepted goods went to ``location``, rejected
    ones stay in ``quarantine`` to be returned to the supplier. Quantities: base units.
    """

    receipt_line = models.OneToOneField(
        GoodsReceiptLine, on_delete=models.PROTECT, related_name="inspection"
    )
    state = models.CharField(
        max_length=8, choices=InspectionState, default=InspectionState.PENDING, db_index=True
    )
    because = models.JSONField(default=list)
    quantity = models.PositiveIntegerField()
    quarantine = models.ForeignKey("inventory.Location", on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(
        "inventory.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_quantity = models.PositiveIntegerField(default=0)
    rejected_quantity = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state="pending",
                    accepted_quantity=0,
                    rejected_quantity=0,
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                )
                | Q(
                    state="decided",
                    quantity=F("accepted_quantity") + F("rejected_quantity"),
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                & (Q(rejected_quantity=0) | ~Q(note=""))
                | Q(state="reversed"),
                name="purchases_inspection_state_agrees",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_line_id}: {self.state}"


class ReceivingPolicy(Timestamped):
    """How exactly deliveries must fit their orders: of a supplier, or of all others (no supplier).

    over_percent, under_percent: of the ordered quantity. price_percent: of the ordered price.
    short_dated_days: goods good for fewer days are flagged; min_shelf_days: for fewer, they need
    permission. price_strict: so does a price beyond its tolerance. inspect_all: everything goes
    into quarantine first. temperature_required: cold-chain goods need their temperature.
    """

    supplier = models.OneToOneField(
        Supplier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receiving_policy",
    )
    over_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    under_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    price_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    price_strict = models.BooleanField(default=False)
    short_dated_days = models.PositiveIntegerField(default=0)
    min_shelf_days = models.PositiveIntegerField(default=0)
    inspect_all = models.BooleanField(default=False)
    temperature_required = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("receiving policy")
        verbose_name_plural = _("receiving policies")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier"],
                nulls_distinct=False,
                name="purchases_receivingpolicy_once",
            ),
            models.CheckConstraint(
                condition=Q(over_percent__range=(0, 100))
                & Q(under_percent__range=(0, 100))
                & Q(price_percent__range=(0, 100)),
                name="purchases_receivingpolicy_percents",
            ),
            models.CheckConstraint(
                condition=Q(short_dated_days__lte=3650, min_shelf_days__lte=3650),
                name="purchases_receivingpolicy_days",
            ),
        ]

    def __str__(self) -> str:
        return str(self.supplier or "-")


class ShelfLifeMinimum(Timestamped):
    """For how many days a product must still be good on arrival, whoever delivers it."""

    product = models.OneToOneField("inventory.Product", on_delete=models.PROTECT, related_name="+")
    min_days = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("minimum shelf life")
        verbose_name_plural = _("minimum shelf lives")
        constraints = [
            models.CheckConstraint(
                condition=Q(min_days__lte=3650), name="purchases_shelflifeminimum_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.min_days}"
