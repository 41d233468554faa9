"""What the owner decides about money: the policy, limits of operations, kinds of expenses."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from capital.models.accounts import Account
from core.money import MoneyModelField

ZERO = Decimal(0)


class CreditTerms(models.TextChoices):
    """Whether more may be promised to orders than the pharmacy has at hand."""

    NONE = "none", _("Only the available capital")
    LIMITED = "limited", _("Up to a limit beyond it")
    UNLIMITED = "unlimited", _("Without limit")


class CapitalPolicy(models.Model):
    """The one row of rules for money; changed by its service, with permission and audit.

    credit_limit: money, what may be promised beyond the available capital under `limited`.
    customer_credit_limit: money, how far a customer may pay ahead of what he owes.
    difference_tolerance: money, cash differences up to it need no explanation.
    """

    credit_terms = models.CharField(
        _("credit terms"), max_length=9, choices=CreditTerms, default=CreditTerms.NONE
    )
    credit_limit = MoneyModelField(_("credit limit"), default=ZERO)
    customer_credit_limit = MoneyModelField(_("customers may pay ahead"), default=ZERO)
    session_required = models.BooleanField(_("the till needs an open cash session"), default=False)
    blind_close = models.BooleanField(
        _("cashiers count without seeing what is expected"), default=False
    )
    difference_tolerance = MoneyModelField(_("difference without explanation"), default=ZERO)
    updated_at = models.DateTimeField(_("changed at"), null=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("changed by"),
    )

    class Meta:
        verbose_name = _("capital policy")
        verbose_name_plural = _("capital policy")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="capital_policy_only_one"),
            models.CheckConstraint(
                condition=Q(credit_terms=CreditTerms.LIMITED, credit_limit__gt=0)
                | Q(credit_terms__in=[CreditTerms.NONE, CreditTerms.UNLIMITED], credit_limit=0),
                name="capital_policy_credit_limit_agrees",
            ),
            models.CheckConstraint(
                condition=Q(customer_credit_limit__gte=0, difference_tolerance__gte=0),
                name="capital_policy_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return str(self.credit_terms)


class OperationKind(models.TextChoices):
    """What people do with the pharmacy's money; also the kind of the journal entry."""

    OWNER_CONTRIBUTION = "owner_contribution", _("Owner puts money in")
    OWNER_WITHDRAWAL = "owner_withdrawal", _("Owner takes money out")
    EXPENSE = "expense", _("Expense")
    TRANSFER = "transfer", _("Transfer between drawers and bank")
    SUPPLIER_PAYMENT = "supplier_payment", _("Payment to a supplier")
    CUSTOMER_RECEIPT = "customer_receipt", _("Receipt from a customer")


class OperationLimit(models.Model):
    """The most a role may move with one kind of operation. Empty is no limit.

    per_operation, per_day: money; the day is the pharmacy's.
    """

    role = models.ForeignKey(
        "rbac.Role", on_delete=models.CASCADE, related_name="+", verbose_name=_("role")
    )
    operation = models.CharField(_("operation"), max_length=20, choices=OperationKind)
    per_operation = MoneyModelField(_("per operation"), null=True, blank=True)
    per_day = MoneyModelField(_("per day"), null=True, blank=True)

    class Meta:
        verbose_name = _("limit of operations")
        verbose_name_plural = _("limits of operations")
        ordering = ["role_id", "operation"]
        constraints = [
            models.UniqueConstraint(fields=["role", "operation"], name="capital_limit_once"),
            models.CheckConstraint(
                condition=Q(operation__in=OperationKind.values),
                name="capital_limit_operation_known",
            ),
            models.CheckConstraint(
                condition=(Q(per_operation__isnull=True) | Q(per_operation__gte=0))
                & (Q(per_day__isnull=True) | Q(per_day__gte=0))
                & (Q(per_operation__isnull=False) | Q(per_day__isnull=False)),
                name="capital_limit_amounts_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.operation}"


class ExpenseCategory(models.Model):
    """What money is spent on (rent, electricity, wages); each posts to an account of `expenses`."""

    name_en = models.CharField(_("English name"), max_length=120)
    name_ar = models.CharField(_("Arabic name"), max_length=120)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("expense category")
        verbose_name_plural = _("expense categories")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["name_en"], name="capital_category_name_en_unique"),
            models.UniqueConstraint(fields=["name_ar"], name="capital_category_name_ar_unique"),
            models.CheckConstraint(
                condition=~Q(name_en="") & ~Q(name_ar=""), name="capital_category_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_ar if (get_language() or "").startswith("ar") else self.name_en
