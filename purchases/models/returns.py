"""Goods that go back to their supplier, and the rules of who takes what back until when."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from purchases.models.receipts import GoodsReceiptLine
from purchases.models.suppliers import Supplier

ZERO = Decimal(0)


class ReturnReason(models.TextChoices):
    DAMAGED = "damaged", _("damaged")
    EXPIRED = "expired", _("expired")
    NEAR_EXPIRY = "near_expiry", _("near expiry")
    RECALL = "recall", _("recalled")
    WRONG_ITEM = "wrong_item", _("wrong item")
    OVERSTOCK = "overstock", _("overstock")
    REJECTED = "rejected", _("rejected on inspection")


class ReturnPolicy(Timestamped):
    """Until when a supplier takes goods back for a reason, and for how much.

    An empty ``supplier`` is the default of all, an empty ``reason`` that of all reasons; the most
    specific row counts. The last day is the earliest of: ``days_after_receipt`` after the day of
    receipt; ``latest_months_before_expiry`` before, or ``latest_months_after_expiry`` after, the
    expiry date. ``earliest_months_before_expiry``: not before that. ``credit_percent``: of what
    was paid.
    """

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="return_policies"
    )
    reason = models.CharField(max_length=12, choices=ReturnReason, blank=True)
    accepted = models.BooleanField(default=True)
    days_after_receipt = models.PositiveSmallIntegerField(null=True, blank=True)
    earliest_months_before_expiry = models.PositiveSmallIntegerField(null=True, blank=True)
    latest_months_before_expiry = models.PositiveSmallIntegerField(null=True, blank=True)
    latest_months_after_expiry = models.PositiveSmallIntegerField(null=True, blank=True)
    credit_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(100))

    class Meta:
        verbose_name = _("return policy")
        verbose_name_plural = _("return policies")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "reason"],
                nulls_distinct=False,
                name="purchases_returnpolicy_once",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *ReturnReason.values]),
                name="purchases_returnpolicy_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(latest_months_before_expiry__isnull=True)
                | Q(latest_months_after_expiry__isnull=True),
                name="purchases_returnpolicy_one_last_month",
            ),
            models.CheckConstraint(
                condition=Q(credit_percent__gte=0, credit_percent__lte=100),
                name="purchases_returnpolicy_percent_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier or '*'}: {self.get_reason_display() or '*'}"


class ReturnState(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    DISPATCHED = "dispatched", _("dispatched")
    CREDITED = "credited", _("credited")
    CLOSED = "closed", _("closed without credit")
    CANCELLED = "cancelled", _("cancelled")


class SupplierReturn(Timestamped):
    """Goods going back. ``expected_credit``: the sum of the lines; ``credited``: of the notes that
    came for goods (without tax). Closed: nothing more is expected, the rest was taken as a loss.

    requested_by: who stated it last. cancel_requested_by: the first of two people who take back a
    dispatch of controlled products; the second is ``ended_by``.
    """

    number = models.CharField(max_length=30)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="returns")
    state = models.CharField(
        max_length=10, choices=ReturnState, default=ReturnState.DRAFT, db_index=True
    )
    note = models.TextField(blank=True)
    expected_credit = MoneyModelField(default=ZERO)
    credited = MoneyModelField(default=ZERO)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approval_reason = models.TextField(blank=True)
    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dispatched_at = models.DateTimeField(null=True, blank=True)
    dispatch_reference = models.CharField(max_length=60, blank=True)
    cancel_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("supplier return")
        verbose_name_plural = _("supplier returns")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchases_return_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=ReturnState.values), name="purchases_return_state_known"
            ),
            models.CheckConstraint(
                condition=Q(expected_credit__gte=0, expected_credit__lte=10**15)
                & Q(credited__gte=0, credited__lte=10**15),
                name="purchases_return_credit_sane",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="purchases_return_approved_agrees",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["dispatched", "credited", "closed"],
                    dispatched_by__isnull=False,
                    dispatched_at__isnull=False,
                )
                | Q(
                    state__in=["draft", "approved", "cancelled"],
                    dispatched_by__isnull=True,
                    dispatched_at__isnull=True,
                    credited=0,
                ),
                name="purchases_return_dispatched_agrees",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["closed", "cancelled"], ended_at__isnull=False)
                    & Q(ended_by__isnull=False)
                    & ~Q(end_reason="")
                )
                | (
                    ~Q(state__in=["closed", "cancelled"])
                    & Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                ),
                name="purchases_return_ended_agrees",
            ),
            models.CheckConstraint(
                condition=Q(cancel_requested_by__isnull=True, cancel_requested_at__isnull=True)
                | (
                    Q(cancel_requested_by__isnull=False, cancel_requested_at__isnull=False)
                    & (~Q(state="cancelled") | ~Q(cancel_requested_by=F("ended_by")))
                ),
                name="purchases_return_cancelled_by_two",
            ),
        ]
        indexes = [models.Index(fields=["supplier", "-id"], name="purchases_return_of_supplier")]

    def __str__(self) -> str:
        return self.number


class SupplierReturnLine(models.Model):
    """Goods of one batch. quantity: base units. ``receipt_line``: what they came by, if known.

    ``expected_credit``: money the supplier is to give. ``last_day``: the last day on which the
    policy takes them back, None where there is no such rule; ``outside_window``: it was over, or
    had not begun, when the line was written. ``cost``, ``movement_id``: once dispatched.
    """

    supplier_return = models.ForeignKey(
        SupplierReturn, on_delete=models.CASCADE, related_name="lines"
    )
    position = models.PositiveIntegerField()
    product = models.ForeignKey("inventory.Product", on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey("inventory.Batch", on_delete=models.PROTECT, related_name="+")
    receipt_line = models.ForeignKey(
        GoodsReceiptLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="return_lines",
    )
    location_id = models.BigIntegerField(null=True, blank=True)
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=12, choices=ReturnReason)
    note = models.CharField(max_length=300, blank=True)
    expected_credit = MoneyModelField()
    last_day = models.DateField(null=True, blank=True)
    outside_window = models.BooleanField(default=False)
    cost = MoneyModelField(null=True, blank=True)
    movement_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("supplier return line")
        verbose_name_plural = _("supplier return lines")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier_return", "position"], name="purchases_returnline_position_once"
            ),
            models.UniqueConstraint(
                fields=["movement_id"], name="purchases_returnline_movement_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, expected_credit__gte=0)
                & Q(expected_credit__lte=10**15),
                name="purchases_returnline_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=ReturnReason.values),
                name="purchases_returnline_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True, movement_id__isnull=True)
                | Q(cost__gte=0, movement_id__isnull=False),
                name="purchases_returnline_dispatched_agrees",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_return_id}/{self.position}"


class CreditReason(models.TextChoices):
    RETURN = "return", _("goods returned")
    DISPUTE = "dispute", _("a disputed invoice")
    ALLOWANCE = "allowance", _("a rebate or allowance")


class CreditNote(Timestamped):
    """A supplier's credit note, posted as it is entered; undone by ``reversed_at``.

    ``amount``: all of it, ``tax`` included. ``allocatable``: what of it lowers the debt and can
    settle invoices: all, or, for a dispute, what it gives beyond what was disputed.
    ``difference``: money for goods given above (> 0) or below (< 0) what was expected.
    """

    number = models.CharField(max_length=30)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="credit_notes")
    supplier_number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60, editable=False)
    note_date = models.DateField()
    reason = models.CharField(max_length=10, choices=CreditReason)
    supplier_return = models.ForeignKey(
        SupplierReturn, on_delete=models.PROTECT, null=True, blank=True, related_name="notes"
    )
    invoice = models.ForeignKey(
        "purchases.SupplierInvoice",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
    )
    amount = MoneyModelField()
    tax = MoneyModelField(default=ZERO)
    difference = MoneyModelField(default=ZERO)
    allocatable = MoneyModelField()
    allocated = MoneyModelField(default=ZERO)
    entry_id = models.BigIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversal_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchases_creditnote_number_once"),
            models.UniqueConstraint(
                fields=["supplier", "number_key"],
                condition=Q(reversed_at__isnull=True),
                name="purchases_creditnote_supplier_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(number_key=""), name="purchases_creditnote_number_readable"
            ),
            models.CheckConstraint(
                condition=Q(reason="return", supplier_return__isnull=False, invoice__isnull=True)
                | Q(reason="dispute", supplier_return__isnull=True, invoice__isnull=False)
                | Q(reason="allowance", supplier_return__isnull=True, invoice__isnull=True),
                name="purchases_creditnote_reason_agrees",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=10**15, tax__gte=0, tax__lte=F("amount")),
                name="purchases_creditnote_amount_sane",
            ),
            models.CheckConstraint(
                condition=Q(allocatable__gte=0, allocatable__lte=F("amount"))
                & Q(allocated__gte=0, allocated__lte=F("allocatable")),
                name="purchases_creditnote_not_overallocated",
            ),
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True, reversed_by__isnull=True, reversal_reason="")
                | (
                    Q(reversed_at__isnull=False, reversed_by__isnull=False, allocated=0)
                    & ~Q(reversal_reason="")
                ),
                name="purchases_creditnote_reversed_agrees",
            ),
        ]

    def __str__(self) -> str:
        return self.number
