"""Sales as they happened at the till. Rows are written once; the database refuses changes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField


class PaymentMethod(models.TextChoices):
    CASH = "cash", _("Cash")


class Sale(models.Model):
    """One completed sale: goods handed over, money taken."""

    number = models.CharField(_("number"), max_length=30)
    sold_at = models.DateTimeField(_("sold at"))
    business_date = models.DateField(_("date"))  # day of sold_at where the pharmacy is
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("cashier"),
    )
    payment_method = models.CharField(
        _("payment method"), max_length=10, choices=PaymentMethod, default=PaymentMethod.CASH
    )
    total = MoneyModelField(_("total"))
    tendered = MoneyModelField(_("handed over"))
    change = MoneyModelField(_("change given"))
    cost = MoneyModelField(_("cost of goods"))

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="sales_sale_number_unique"),
            models.CheckConstraint(
                condition=Q(total__gt=0, cost__gte=0), name="sales_sale_amounts_positive"
            ),
            models.CheckConstraint(
                condition=Q(change__gte=0) & Q(tendered=F("total") + F("change")),
                name="sales_sale_change_agrees",
            ),
            models.CheckConstraint(
                condition=Q(payment_method__in=PaymentMethod.values),
                name="sales_sale_payment_method_known",
            ),
        ]
        indexes = [models.Index(fields=["business_date", "id"], name="sales_sale_by_date")]

    def __str__(self) -> str:
        return self.number


class SaleLine(models.Model):
    """One product of a sale, in the pack it was sold in, at the server's price of that moment."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField(_("line"))
    product = models.ForeignKey(
        "inventory.Product",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("product"),
    )
    product_name = models.CharField(_("product name"), max_length=400)
    packaging_name = models.CharField(_("packaging"), max_length=60, blank=True, default="")
    packaging_units = models.PositiveIntegerField(_("base units in a pack"), default=1)
    quantity = models.PositiveIntegerField(_("packs"))
    base_quantity = models.PositiveIntegerField(_("base units"))
    unit_price = MoneyModelField(_("price of a pack"))
    line_total = MoneyModelField(_("line total"))
    cost = MoneyModelField(_("cost of goods"))

    class Meta:
        verbose_name = _("sale line")
        verbose_name_plural = _("sale lines")
        ordering = ["sale_id", "line"]
        constraints = [
            models.UniqueConstraint(fields=["sale", "line"], name="sales_line_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, packaging_units__gt=0),
                name="sales_line_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(base_quantity=F("quantity") * F("packaging_units")),
                name="sales_line_base_quantity_agrees",
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gt=0, cost__gte=0), name="sales_line_amounts_positive"
            ),
            models.CheckConstraint(
                condition=Q(line_total=F("unit_price") * F("quantity")),
                name="sales_line_total_agrees",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id}/{self.line}"


class SaleAllocation(models.Model):
    """The batch some units of a line came from, and what those units had cost."""

    sale_line = models.ForeignKey(SaleLine, on_delete=models.PROTECT, related_name="allocations")
    movement = models.OneToOneField(
        "inventory.StockMovement", on_delete=models.PROTECT, related_name="+"
    )
    batch = models.ForeignKey(
        "inventory.Batch", on_delete=models.PROTECT, related_name="+", verbose_name=_("batch")
    )
    batch_number = models.CharField(_("batch number"), max_length=60, blank=True)
    expiry_date = models.DateField(_("expiry"), null=True)
    quantity = models.PositiveIntegerField(_("base units"))
    cost = MoneyModelField(_("cost of goods"))

    class Meta:
        verbose_name = _("sale allocation")
        verbose_name_plural = _("sale allocations")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, cost__gte=0), name="sales_allocation_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale_line_id} <- {self.batch_number}"
