"""The chart of accounts and what stands on each account."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from capital.chart import AccountType, Side
from core.money import MoneyModelField

ZERO = Decimal(0)


class Account(models.Model):
    """An account of the chart.

    `system_code` names the ones the program posts to. Own accounts stand below one of them, at
    any depth, and share its type and normal side; `system_group` is the system code at the top
    of their branch (a system account's own), so that a branch is read without walking the tree.
    """

    code = models.CharField(_("code"), max_length=20)
    system_code = models.CharField(_("system code"), max_length=40, null=True, editable=False)  # noqa: DJ001 - NULL: own accounts have none
    name_en = models.CharField(_("English name"), max_length=120)
    name_ar = models.CharField(_("Arabic name"), max_length=120)
    type = models.CharField(_("type"), max_length=10, choices=AccountType)
    normal_side = models.CharField(_("normal side"), max_length=6, choices=Side)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("below"),
    )
    system_group = models.CharField(_("system group"), max_length=40, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="capital_account_code_unique"),
            models.UniqueConstraint(
                fields=["system_code"], name="capital_account_system_code_unique"
            ),
            models.CheckConstraint(
                condition=Q(type__in=AccountType.values), name="capital_account_type_known"
            ),
            models.CheckConstraint(
                condition=Q(normal_side__in=Side.values), name="capital_account_side_known"
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_en="") & ~Q(name_ar=""),
                name="capital_account_is_named",
            ),
            models.CheckConstraint(
                condition=Q(
                    system_code__isnull=False,
                    parent__isnull=True,
                    is_active=True,
                    system_group=F("system_code"),
                )
                | Q(system_code__isnull=True, parent__isnull=False),
                name="capital_account_own_below_system",
            ),
        ]
        indexes = [models.Index(fields=["system_group"], name="capital_account_by_group")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return self.name_ar if (get_language() or "").startswith("ar") else self.name_en

    @property
    def natural_balance(self) -> Decimal:
        """The balance on the account's normal side; negative when it stands on the other."""
        debit_balance = self.balance.debit_balance
        return debit_balance if self.normal_side == Side.DEBIT else -debit_balance


class AccountBalance(models.Model):
    """Projection of the ledger: what has ever been debited and credited to an account."""

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    debit_total = MoneyModelField(_("debited"), default=ZERO)
    credit_total = MoneyModelField(_("credited"), default=ZERO)
    # A drawer cannot hold less than nothing, nor can a shelf.
    never_negative = models.BooleanField(_("never negative"), default=False, editable=False)

    class Meta:
        verbose_name = _("account balance")
        verbose_name_plural = _("account balances")
        ordering = ["account_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(debit_total__gte=0) & Q(credit_total__gte=0),
                name="capital_balance_totals_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(never_negative=False) | Q(debit_total__gte=F("credit_total")),
                name="capital_balance_covered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.debit_balance}"

    @property
    def debit_balance(self) -> Decimal:
        """Debits minus credits: positive for what the pharmacy has or has spent."""
        return self.debit_total - self.credit_total
