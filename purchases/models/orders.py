"""Purchase orders."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField, allocate
from purchases.models.proposals import Proposal, ProposalLine
from purchases.models.suppliers import Supplier, SupplierDivision


class OrderState(models.TextChoices):
    OPEN = "open", _("open")
    SENT = "sent", _("sent")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    PARTIALLY_RECEIVED = "partially_received", _("partially received")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


UNRECEIVED_STATES = (OrderState.OPEN, OrderState.SENT, OrderState.ACKNOWLEDGED)
# Goods are still to come.
WAITING_STATES = (*UNRECEIVED_STATES, OrderState.PARTIALLY_RECEIVED)
ENDED_STATES = (OrderState.RECEIVED, OrderState.CANCELLED, OrderState.EXPIRED)


class PurchaseOrder(Timestamped):
    """An approved proposal, ordered from its supplier.

    ``total``: money for what is wanted, cancelled parts left out. ``division``: the supplier's one
    division that sells all of it, if there is one. ``revision``: how often it was amended or
    cancelled in part. ``receive_on_order``: the supplier was marked *immediate*, a worker receives
    it at once. A cancelled or expired order may have been received in part: what will not come is
    the rest. ``expires_at``: from then on nothing more is expected; empty is never.

    sent_at, acknowledged_at: of the present revision, empty while it waits for that.
    expected_date: when it should come, by the supplier's terms, or as promised where
    ``promised_date`` is set.
    """

    number = models.CharField(max_length=30)
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="order")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="orders")
    division = models.ForeignKey(
        SupplierDivision, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    state = models.CharField(
        max_length=20, choices=OrderState, default=OrderState.OPEN, db_index=True
    )
    total = MoneyModelField()
    revision = models.PositiveIntegerField(default=0)
    receive_on_order = models.BooleanField(default=False)
    ordered_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    expected_date = models.DateField()
    promised_date = models.DateField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(total__gte=0, total__lte=10**15), name="purchases_order_total_sane"
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAITING_STATES, closed_at__isnull=True)
                | Q(state__in=ENDED_STATES, closed_at__isnull=False),
                name="purchases_order_closed_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False, acknowledged_at__isnull=True),
                name="purchases_order_sent_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged") | Q(acknowledged_at__isnull=False),
                name="purchases_order_acknowledged_agrees",
            ),
            models.CheckConstraint(
                condition=Q(promised_date__isnull=True) | Q(expected_date=F("promised_date")),
                name="purchases_order_expected_as_promised",
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
                condition=Q(state__in=UNRECEIVED_STATES, receive_on_order=True),
                name="purchases_order_to_receive",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=WAITING_STATES, expires_at__isnull=False),
                name="purchases_order_to_expire",
            ),
            models.Index(
                fields=["expected_date"],
                condition=Q(state__in=WAITING_STATES),
                name="purchases_order_expected",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def unreceived_state(self) -> OrderState:
        """The state it is in as long as nothing has arrived."""
        if self.acknowledged_at is not None:
            return OrderState.ACKNOWLEDGED
        return OrderState.OPEN if self.sent_at is None else OrderState.SENT


class PurchaseOrderLine(models.Model):
    """One ordered product. Quantities in base units; ``amount``: money for all of them.

    ``position`` is the proposal line's, and the line of its "incoming" row in inventory.
    ``received_quantity`` counts free goods too, and what was delivered in place of the product;
    ``received_amount``: the part of ``amount`` that belongs to it. ``cancelled_quantity``: what
    will not come of the rest. ``over_quantity``: what came beyond the order; it counts for nothing
    else. ``pack_price``: money per pack of ``purchase_units``, before ``discount_percent``.
    ``promised_date``: when the supplier said this line will come, where it differs. ``mix``: as the
    proposal line's: lines of an order with the same number earn their free goods together.
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
    pack_price = MoneyModelField()
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    amount = MoneyModelField()
    promised_date = models.DateField(null=True, blank=True)
    received_quantity = models.PositiveIntegerField(default=0)
    received_amount = MoneyModelField(default=0)
    cancelled_quantity = models.PositiveIntegerField(default=0)
    over_quantity = models.PositiveIntegerField(default=0)
    mix = models.PositiveIntegerField(_("mix of strengths"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(pack_price__gt=0, pack_price__lte=10**15)
                & Q(discount_percent__gte=0, discount_percent__lt=100),
                name="purchases_orderline_price_sane",
            ),
            models.CheckConstraint(
                condition=Q(mix__isnull=True) | Q(mix__gte=1),
                name="purchases_orderline_mix_counts",
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

    @property
    def packs(self) -> int:
        """Packs bought, as ordered."""
        return self.bought_quantity // self.purchase_units

    @property
    def free_packs(self) -> int:
        return self.free_quantity // self.purchase_units

    @property
    def wanted_quantity(self) -> int:
        """Base units that have come or are still to come: what was cancelled is left out."""
        return self.ordered_quantity - self.cancelled_quantity

    @property
    def wanted_amount(self) -> Decimal:
        """Money for what is wanted: the part of ``amount`` that is not cancelled."""
        return allocate(self.amount, [self.wanted_quantity, self.cancelled_quantity])[0]

    @property
    def outstanding_amount(self) -> Decimal:
        """Money for what is still to come, as ordered."""
        return max(self.wanted_amount - self.received_amount, Decimal(0))
