"""Supplier invoices: what was billed, and how it agrees with the order and the receipt."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from purchases.models.orders import PurchaseOrderLine
from purchases.models.receipts import GoodsReceipt, GoodsReceiptLine
from purchases.models.suppliers import Supplier

ZERO = Decimal(0)
# Numeric columns accept NaN, which PostgreSQL sorts above every number: an upper bound keeps it out
LARGEST_AMOUNT = 10**15


class InvoiceState(models.TextChoices):
    DRAFT = "draft", _("draft")
    MATCHED = "matched", _("matched")
    DIFFERENCES = "differences", _("differences")
    APPROVED = "approved", _("approved")
    POSTED = "posted", _("posted")
    CANCELLED = "cancelled", _("cancelled")
    REVERSED = "reversed", _("reversed")


# An invoice in one of these no longer stands in the way of another with its number.
ENDED_INVOICE_STATES = (InvoiceState.CANCELLED, InvoiceState.REVERSED)


class SupplierInvoice(Timestamped):
    """A supplier's invoice. Amounts are money as printed; the sums are checked by the database.

    ``total`` = ``goods`` (lines, their discounts taken off) - ``discount`` + ``charges`` + ``tax``
    + ``rounding`` (signed). ``tax`` counts the lines' and ``charges_tax``.
    ``payable``: what of the total is owed; ``disputed``: the rest, for which a credit note is
    expected, ``dispute_settled`` what of it has come. ``settled``: paid or credited so far. All
    four are zero until it is approved. ``number_key``: the supplier's number, folded.
    ``entry_id``: the journal entry of what differs from the receipts, if anything does.
    """

    number = models.CharField(max_length=30)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="invoices")
    supplier_number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60, editable=False)
    invoice_date = models.DateField()
    due_date = models.DateField()
    state = models.CharField(
        max_length=12, choices=InvoiceState, default=InvoiceState.DRAFT, db_index=True
    )
    goods = MoneyModelField()
    discount = MoneyModelField(default=ZERO)
    charges = MoneyModelField(default=ZERO)
    charges_note = models.CharField(max_length=200, blank=True)
    charges_tax = MoneyModelField(default=ZERO)
    tax = MoneyModelField(default=ZERO)
    rounding = MoneyModelField(default=ZERO)
    total = MoneyModelField()
    payable = MoneyModelField(default=ZERO)
    disputed = MoneyModelField(default=ZERO)
    dispute_settled = MoneyModelField(default=ZERO)
    settled = MoneyModelField(default=ZERO)
    note = models.TextField(blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    matched_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approval_reason = models.TextField(blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    posted_at = models.DateTimeField(null=True, blank=True)
    entry_id = models.BigIntegerField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)
    receipts = models.ManyToManyField(GoodsReceipt, related_name="+", blank=True)

    class Meta:
        verbose_name = _("supplier invoice")
        verbose_name_plural = _("supplier invoices")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchases_invoice_number_once"),
            models.UniqueConstraint(
                fields=["supplier", "number_key"],
                condition=~Q(state__in=["cancelled", "reversed"]),
                name="purchases_invoice_supplier_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(number_key=""), name="purchases_invoice_number_readable"
            ),
            models.CheckConstraint(
                condition=Q(state__in=InvoiceState.values), name="purchases_invoice_state_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    total=F("goods") - F("discount") + F("charges") + F("tax") + F("rounding")
                ),
                name="purchases_invoice_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(goods__gte=0, discount__gte=0, charges__gte=0, charges_tax__gte=0)
                & Q(tax__gte=F("charges_tax"), total__gt=0, total__lte=LARGEST_AMOUNT)
                & Q(goods__lte=LARGEST_AMOUNT, tax__lte=LARGEST_AMOUNT),
                name="purchases_invoice_amounts_sane",
            ),
            models.CheckConstraint(
                condition=Q(due_date__gte=F("invoice_date")), name="purchases_invoice_due_after"
            ),
            models.CheckConstraint(
                condition=Q(settled__gte=0, settled__lte=F("payable")),
                name="purchases_invoice_not_oversettled",
            ),
            models.CheckConstraint(
                condition=Q(dispute_settled__gte=0, dispute_settled__lte=F("disputed")),
                name="purchases_invoice_dispute_within",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["approved", "posted", "reversed"],
                    total=F("payable") + F("disputed"),
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                )
                | Q(
                    state__in=["draft", "matched", "differences", "cancelled"],
                    payable=0,
                    disputed=0,
                    settled=0,
                ),
                name="purchases_invoice_approved_agrees",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["posted", "reversed"],
                    posted_by__isnull=False,
                    posted_at__isnull=False,
                )
                | (
                    ~Q(state__in=["posted", "reversed"])
                    & Q(posted_by__isnull=True, posted_at__isnull=True, entry_id__isnull=True)
                    & Q(settled=0, dispute_settled=0)
                ),
                name="purchases_invoice_posted_agrees",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["cancelled", "reversed"], ended_at__isnull=False)
                    & Q(ended_by__isnull=False, settled=0)
                    & ~Q(end_reason="")
                )
                | (
                    ~Q(state__in=["cancelled", "reversed"])
                    & Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                ),
                name="purchases_invoice_ended_agrees",
            ),
        ]
        indexes = [
            models.Index(fields=["supplier", "-id"], name="purchases_invoice_of_supplier"),
            models.Index(
                fields=["due_date"],
                condition=Q(state="posted") & ~Q(settled=F("payable")),
                name="purchases_invoice_to_pay",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open_amount(self) -> Decimal:
        """What of it is still to be paid; nothing before it is posted or after it is reversed."""
        return self.payable - self.settled if self.state == InvoiceState.POSTED else ZERO

    @property
    def is_paid(self) -> bool:
        return self.state == InvoiceState.POSTED and self.settled == self.payable


class SupplierInvoiceLine(models.Model):
    """One billed product. quantity, free_quantity: base units billed and given free.

    ``pack_price``: money per pack of ``pack_units`` base units, None where only the amount is
    printed. ``amount``: for the line, ``discount`` taken off, without ``tax``. ``product`` is
    empty while nobody knows what the line means. ``order_line``, ``receipt_line``: what the line
    is said to be of; the match finds out where they are empty.
    """

    invoice = models.ForeignKey(SupplierInvoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    product = models.ForeignKey(
        "inventory.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    description = models.CharField(max_length=300, blank=True)
    order_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    receipt_line = models.ForeignKey(
        GoodsReceiptLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quantity = models.PositiveIntegerField()
    free_quantity = models.PositiveIntegerField(default=0)
    pack_units = models.PositiveIntegerField(default=1)
    pack_price = MoneyModelField(null=True, blank=True)
    discount = MoneyModelField(default=ZERO)
    amount = MoneyModelField()
    tax = MoneyModelField(default=ZERO)

    class Meta:
        verbose_name = _("supplier invoice line")
        verbose_name_plural = _("supplier invoice lines")
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "position"], name="purchases_invoiceline_position_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=0, free_quantity__gte=0, pack_units__gte=1)
                & (Q(quantity__gt=0) | Q(free_quantity__gt=0)),
                name="purchases_invoiceline_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=LARGEST_AMOUNT, discount__gte=0)
                & Q(tax__gte=0, tax__lte=LARGEST_AMOUNT, discount__lte=LARGEST_AMOUNT)
                & (Q(pack_price__isnull=True) | Q(pack_price__gte=0, pack_price__lte=10**12)),
                name="purchases_invoiceline_amounts_sane",
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=False) | ~Q(description=""),
                name="purchases_invoiceline_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"

    @property
    def units(self) -> int:
        """Base units the line stands for, free ones included."""
        return self.quantity + self.free_quantity


class InvoiceMatch(models.Model):
    """Base units of an invoice line that are goods of a receipt line, and their money.

    ``received_amount``: what the receipt owes for them already, ``ordered_amount``: what the order
    would have cost. ``owed_amount``: what the posted invoice owes for them; None until posted.
    """

    line = models.ForeignKey(SupplierInvoiceLine, on_delete=models.CASCADE, related_name="matches")
    receipt_line = models.ForeignKey(
        GoodsReceiptLine, on_delete=models.PROTECT, related_name="invoice_matches"
    )
    quantity = models.PositiveIntegerField()
    received_amount = MoneyModelField()
    ordered_amount = MoneyModelField()
    owed_amount = MoneyModelField(null=True, blank=True)

    class Meta:
        verbose_name = _("invoice match")
        verbose_name_plural = _("invoice matches")
        constraints = [
            models.UniqueConstraint(
                fields=["line", "receipt_line"], name="purchases_invoicematch_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, received_amount__gte=0, ordered_amount__gte=0)
                & (Q(owed_amount__isnull=True) | Q(owed_amount__gte=0)),
                name="purchases_invoicematch_quantity_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} = {self.receipt_line_id}"


class InvoicedQuantity(models.Model):
    """How much of a receipt line posted invoices have billed: a projection that the database keeps
    from exceeding what was received."""

    receipt_line = models.OneToOneField(
        GoodsReceiptLine, on_delete=models.PROTECT, related_name="invoiced", primary_key=True
    )
    received_quantity = models.PositiveIntegerField()
    invoiced_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("invoiced quantity")
        verbose_name_plural = _("invoiced quantities")
        constraints = [
            models.CheckConstraint(
                condition=Q(invoiced_quantity__gte=0)
                & Q(invoiced_quantity__lte=F("received_quantity")),
                name="purchases_invoicedquantity_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_line_id}: {self.invoiced_quantity}/{self.received_quantity}"


class DifferenceKind(models.TextChoices):
    PRICE = "price", _("another price than ordered")
    QUANTITY = "quantity", _("more billed than received")
    NOT_ORDERED = "not_ordered", _("not ordered")
    NOT_RECEIVED = "not_received", _("not received")
    MISSING = "missing", _("received but not billed")
    DUPLICATE = "duplicate", _("billed already")
    ARITHMETIC = "arithmetic", _("the line does not add up")


class Resolution(models.TextChoices):
    OPEN = "", _("undecided")
    ACCEPT = "accept", _("accepted")
    DISPUTE = "dispute", _("disputed")


class InvoiceDifference(models.Model):
    """One thing about an invoice that is not as ordered and received, beyond the tolerance.

    expected, found: base units or money, by ``kind``. amount: money by which the invoice asks for
    more (> 0) or less (< 0) than expected. ``receipt_line``: for what was received and not billed.
    """

    invoice = models.ForeignKey(
        SupplierInvoice, on_delete=models.CASCADE, related_name="differences"
    )
    line = models.ForeignKey(
        SupplierInvoiceLine,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="differences",
    )
    receipt_line = models.ForeignKey(
        GoodsReceiptLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=14, choices=DifferenceKind)
    expected = models.DecimalField(max_digits=20, decimal_places=3)
    found = models.DecimalField(max_digits=20, decimal_places=3)
    amount = MoneyModelField()
    resolution = models.CharField(max_length=8, choices=Resolution, blank=True)

    class Meta:
        verbose_name = _("invoice difference")
        verbose_name_plural = _("invoice differences")
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "line", "receipt_line", "kind"],
                nulls_distinct=False,
                name="purchases_invoicedifference_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="missing", line__isnull=True, receipt_line__isnull=False)
                | (~Q(kind="missing") & Q(line__isnull=False, receipt_line__isnull=True)),
                name="purchases_invoicedifference_subject_fits",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DifferenceKind.values, resolution__in=Resolution.values),
                name="purchases_invoicedifference_kind_known",
            ),
            # Goods that are not there are not paid for: such a line is disputed, or waits.
            models.CheckConstraint(
                condition=~Q(resolution="accept") | Q(kind__in=["price", "missing", "arithmetic"]),
                name="purchases_invoicedifference_acceptable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.kind}"


class SupplierInvoiceFile(models.Model):
    """The invoice as it came: a PDF, or photos of its pages. Append-only."""

    invoice = models.ForeignKey(SupplierInvoice, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    attached_at = models.DateTimeField()
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("file of a supplier invoice")
        verbose_name_plural = _("files of supplier invoices")
        constraints = [
            models.UniqueConstraint(fields=["file"], name="purchases_invoicefile_once"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.file_id}"
