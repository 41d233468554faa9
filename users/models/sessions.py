"""Sessions: one per sign-in, carried on by rotating refresh tokens."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class EndReason(models.TextChoices):
    LOGOUT = "logout", _("Signed out")
    LOGOUT_EVERYWHERE = "logout_everywhere", _("Signed out everywhere")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    DEACTIVATED = "deactivated", _("User deactivated")
    TOKEN_REUSED = "token_reused", _("A used refresh token came again")


class Session(models.Model):
    """One sign-in of one user on one device.

    Of all refresh tokens ever issued to a session only the one named by ``refresh_jti`` is
    good; every other one has been used, and its return means that somebody copied it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sessions"
    )
    refresh_jti = models.CharField(max_length=64, editable=False)
    started_at = models.DateTimeField(_("started at"))
    refreshed_at = models.DateTimeField(_("refreshed at"))
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.CharField(
        _("end reason"), max_length=20, choices=EndReason.choices, blank=True, default=""
    )
    client_ip = models.CharField(_("address"), max_length=45, blank=True, default="")
    user_agent = models.CharField(_("device"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, end_reason__in=EndReason.values),
                name="users_session_ended_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("started_at")), name="users_session_expires_later"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user"], condition=Q(ended_at__isnull=True), name="users_session_open"
            ),
            models.Index(fields=["expires_at"], name="users_session_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.id)
