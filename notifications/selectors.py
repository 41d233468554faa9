"""Reads of notifications."""

from __future__ import annotations

from django.db.models import QuerySet

from notifications.models import Notification


def notifications_of(recipient_id: int, *, unread: bool | None = None) -> QuerySet[Notification]:
    """A person's notifications, newest first. unread: only those unread (or only those read)."""
    found = Notification.objects.filter(recipient_id=recipient_id).order_by("-id")
    return found if unread is None else found.filter(read_at__isnull=unread)


def unread_count(recipient_id: int) -> int:
    return notifications_of(recipient_id, unread=True).count()
