"""What notifications refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import NotFound


class NotificationNotFound(NotFound):
    code = "notification_not_found"
    title = _("You have no such notification")
