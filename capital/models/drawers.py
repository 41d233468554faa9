"""Cash drawers, the sessions of their cashiers, and every count."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from capital.models.accounts import Account
from capital.models.journal import JournalEntry
from core.money import MoneyModelField

ZERO = Decimal(0)


class DrawerKind(models.TextChoices):
    TILL = "till", _("Till drawer")
    SAFE = "safe", _("Safe")


class CashDrawer(models.Model):
    """A place that holds cash. Its money is the balance of its account, an account of `cash`.

    The default drawer takes what is sold without an open session.
    """

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=4, choices=DrawerKind, default=DrawerKind.TILL)
    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, related_name="drawer", verbose_name=_("account")
    )
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("cash drawer")
        verbose_name_plural = _("cash drawers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="capital_drawer_code_unique"),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="capital_drawer_one_default",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DrawerKind.values), name="capital_drawer_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True, kind=DrawerKind.TILL),
                name="capital_drawer_default_is_a_till",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name=""), name="capital_drawer_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SessionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    COUNTED = "counted", _("Counted")
    CLOSED = "closed", _("Closed")


class CashSession(models.Model):
    """One cashier's turn at one drawer, from the counted float to the explained difference.

    Expected amounts come from the ledger: the balance of the drawer's account at that moment.
    `opened_after` and `counted_upto` are the newest entries of the ledger then, so that exactly
    the entries between them belong to the session.
    """

    number = models.CharField(_("number"), max_length=30)
    drawer = models.ForeignKey(
        CashDrawer, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("drawer")
    )
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("cashier"),
    )
    status = models.CharField(
        _("status"), max_length=7, choices=SessionStatus, default=SessionStatus.OPEN
    )
    blind = models.BooleanField(_("counted blind"), default=False)
    opened_at = models.DateTimeField(_("opened at"))
    opening_float = MoneyModelField(_("float counted at opening"))
    opening_expected = MoneyModelField(_("float expected at opening"))
    opening_reason = models.TextField(_("reason of the opening difference"), blank=True, default="")
    opening_entry = models.OneToOneField(
        JournalEntry,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("entry of the opening difference"),
    )
    opened_after = models.BigIntegerField(_("newest entry at opening"))
    counted_at = models.DateTimeField(_("counted at"), null=True)
    counted_amount = MoneyModelField(_("counted"), null=True)
    expected_amount = MoneyModelField(_("expected"), null=True)
    counted_upto = models.BigIntegerField(_("newest entry at the count"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closing_reason = models.TextField(_("reason of the difference"), blank=True, default="")
    closing_entry = models.OneToOneField(
        JournalEntry,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("entry of the difference"),
    )

    class Meta:
        verbose_name = _("cash session")
        verbose_name_plural = _("cash sessions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="capital_session_number_unique"),
            models.UniqueConstraint(
                fields=["drawer"],
                condition=~Q(status=SessionStatus.CLOSED),
                name="capital_session_one_per_drawer",
            ),
            models.UniqueConstraint(
                fields=["cashier"],
                condition=~Q(status=SessionStatus.CLOSED),
                name="capital_session_one_per_cashier",
            ),
            models.CheckConstraint(
                condition=Q(opening_float__gte=0, opening_expected__gte=0)
                & (Q(counted_amount__isnull=True) | Q(counted_amount__gte=0))
                & (Q(expected_amount__isnull=True) | Q(expected_amount__gte=0)),
                name="capital_session_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(status=SessionStatus.OPEN, counted_at__isnull=True)
                | Q(
                    status__in=[SessionStatus.COUNTED, SessionStatus.CLOSED],
                    counted_at__isnull=False,
                ),
                name="capital_session_counted_agrees",
            ),
            models.CheckConstraint(
                condition=Q(
                    counted_at__isnull=True,
                    counted_amount__isnull=True,
                    expected_amount__isnull=True,
                    counted_upto__isnull=True,
                )
                | Q(
                    counted_at__isnull=False,
                    counted_amount__isnull=False,
                    expected_amount__isnull=False,
                    counted_upto__isnull=False,
                ),
                name="capital_session_count_whole",
            ),
            models.CheckConstraint(
                condition=Q(status=SessionStatus.CLOSED, closed_at__isnull=False)
                | (
                    ~Q(status=SessionStatus.CLOSED)
                    & Q(closed_at__isnull=True, closing_entry__isnull=True)
                ),
                name="capital_session_closed_agrees",
            ),
            # A difference is always posted, and nothing is posted where there is none.
            models.CheckConstraint(
                condition=Q(opening_float=F("opening_expected"), opening_entry__isnull=True)
                | (~Q(opening_float=F("opening_expected")) & Q(opening_entry__isnull=False)),
                name="capital_session_opening_difference_posted",
            ),
            models.CheckConstraint(
                condition=~Q(status=SessionStatus.CLOSED)
                | Q(counted_amount=F("expected_amount"), closing_entry__isnull=True)
                | (~Q(counted_amount=F("expected_amount")) & Q(closing_entry__isnull=False)),
                name="capital_session_closing_difference_posted",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def opening_difference(self) -> Decimal:
        """Counted minus expected: above zero is too much in the drawer."""
        return self.opening_float - self.opening_expected

    @property
    def difference(self) -> Decimal | None:
        """Counted minus expected; None before the first count."""
        if self.counted_amount is None or self.expected_amount is None:
            return None
        return self.counted_amount - self.expected_amount


class CashCount(models.Model):
    """One count of a session's drawer. Append-only: a recount is a further row.

    denominations: pieces by face value, `{"5000": 12}`; empty where only the sum was given.
    """

    session = models.ForeignKey(
        CashSession, on_delete=models.PROTECT, related_name="counts", verbose_name=_("session")
    )
    counted_at = models.DateTimeField(_("counted at"))
    counted_amount = MoneyModelField(_("counted"))
    expected_amount = MoneyModelField(_("expected"))
    denominations = models.JSONField(_("denominations"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("cash count")
        verbose_name_plural = _("cash counts")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(counted_amount__gte=0, expected_amount__gte=0),
                name="capital_count_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.counted_amount}"
