"""Payments to suppliers and what settles which invoice."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField
from purchases.models.invoices import SupplierInvoice
from purchases.models.returns import CreditNote
from purchases.models.suppliers import Supplier

ZERO = Decimal(0)


class SupplierPayment(models.Model):
    """A payment of the ledger, with how much of it is spoken for.

    ``entry``: the journal entry that paid it; ``allocated``: what of it settles invoices.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="payments")
    entry = models.OneToOneField("capital.JournalEntry", on_delete=models.PROTECT, related_name="+")
    amount = MoneyModelField()
    allocated = MoneyModelField(default=ZERO)
    paid_on = models.DateField()
    reversed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("supplier payment")
        verbose_name_plural = _("supplier payments")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=10**15),
                name="purchases_payment_amount_sane",
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("amount")),
                name="purchases_payment_not_overallocated",
            ),
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True) | Q(allocated=0),
                name="purchases_payment_reversed_is_free",
            ),
        ]
        indexes = [models.Index(fields=["supplier", "-id"], name="purchases_payment_of_supplier")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class SettlementKind(models.TextChoices):
    PAYMENT = "payment", _("payment")
    CREDIT_NOTE = "credit_note", _("credit note")
    DISCOUNT = "discount", _("early payment discount")


class Settlement(models.Model):
    """Money of a payment or credit note that settles an invoice. Append-only.

    amount: > 0; of a row that undoes another, ``reverses``, exactly its opposite. A discount is
    what the supplier lets off for the payment it came with; ``entry_id`` is its journal entry.
    """

    invoice = models.ForeignKey(
        SupplierInvoice, on_delete=models.PROTECT, related_name="settlements"
    )
    kind = models.CharField(max_length=12, choices=SettlementKind)
    payment = models.ForeignKey(
        SupplierPayment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="settlements",
    )
    credit_note = models.ForeignKey(
        CreditNote, on_delete=models.PROTECT, null=True, blank=True, related_name="settlements"
    )
    amount = MoneyModelField()
    entry_id = models.BigIntegerField(null=True, blank=True)
    settled_on = models.DateField()
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses__isnull=True)
                | Q(amount__lt=0, reverses__isnull=False),
                name="purchases_settlement_sign_agrees",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["payment", "discount"],
                    payment__isnull=False,
                    credit_note__isnull=True,
                )
                | Q(kind="credit_note", payment__isnull=True, credit_note__isnull=False),
                name="purchases_settlement_source_agrees",
            ),
            models.CheckConstraint(
                condition=Q(kind="discount", entry_id__isnull=False)
                | (~Q(kind="discount") & Q(entry_id__isnull=True)),
                name="purchases_settlement_entry_agrees",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=-(10**15), amount__lte=10**15),
                name="purchases_settlement_amount_sane",
            ),
        ]
        indexes = [
            models.Index(fields=["invoice", "settled_on"], name="purchases_settlement_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.amount}"


class DigestKind(models.TextChoices):
    INVOICES_DUE = "invoices_due", _("invoices due")
    RETURNS_CLOSING = "returns_closing", _("return windows closing")
    GOODS_WAITING = "goods_waiting", _("goods waiting for inspection")


class PurchasingDigest(models.Model):
    """A day's digest that was told: once per kind and day, however often a worker asks."""

    kind = models.CharField(max_length=16, choices=DigestKind)
    day = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = _("purchasing digest")
        verbose_name_plural = _("purchasing digests")
        constraints = [
            models.UniqueConstraint(fields=["kind", "day"], name="purchases_digest_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"
