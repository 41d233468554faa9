"""One-time links sent by e-mail: invitations and password resets."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LinkPurpose(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    PASSWORD_RESET = "password_reset", _("Password reset")


class OneTimeLink(models.Model):
    """A link that works once and until ``expires_at``.

    Only the hash of its secret is stored. The secret itself is derived from ``id`` and the
    server's key when the e-mail is written, so it is neither in the database nor in the broker.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(_("purpose"), max_length=20, choices=LinkPurpose.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="links"
    )
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="users_link_digest_unique"),
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="users_link_one_open_per_purpose",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=LinkPurpose.values), name="users_link_purpose_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="users_link_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                name="users_link_used_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"
