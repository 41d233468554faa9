"""Counters of failed attempts, behind throttling and lockout."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AttemptKind(models.TextChoices):
    LOGIN_ACCOUNT = "login_account", _("Logins of one account")
    LOGIN_ADDRESS = "login_address", _("Logins from one address")
    LINK_ADDRESS = "link_address", _("One-time links tried from one address")
    RESET_ACCOUNT = "reset_account", _("Password resets asked for one account")
    RESET_ADDRESS = "reset_address", _("Password resets asked from one address")


class AttemptCounter(models.Model):
    """Attempts of one kind by or against one party, and until when further ones are refused.

    ``key`` is a keyed hash: the table holds no addresses and no names somebody typed.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=AttemptKind.choices)
    key = models.CharField(_("key"), max_length=64)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_attempt_at = models.DateTimeField(_("last attempt at"), db_index=True)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)

    class Meta:
        verbose_name = _("attempt counter")
        verbose_name_plural = _("attempt counters")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="users_attempts_one_per_party"),
            models.CheckConstraint(
                condition=Q(kind__in=AttemptKind.values), name="users_attempts_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"
