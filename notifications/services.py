"""Telling people, and remembering what they have read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from notifications.errors import NotificationNotFound
from notifications.models import Notification, NotificationKind


def notifications_create(
    *,
    now: datetime,
    event_id: int,
    kind: NotificationKind,
    recipient_ids: Iterable[int],
    subject_type: str,
    subject_id: str,
    params: Mapping[str, Any],
) -> None:
    """Tell everybody in `recipient_ids` of an event; whoever was told of it is not told again.

    params: JSON facts the kind's text is made of. subject: what the reader may open.
    """
    Notification.objects.bulk_create(
        (
            Notification(
                recipient_id=recipient_id,
                kind=kind,
                event_id=event_id,
                params=dict(params),
                subject_type=subject_type,
                subject_id=subject_id,
                created_at=now,
            )
            for recipient_id in sorted(set(recipient_ids))
        ),
        ignore_conflicts=True,
    )


def notifications_purge(*, now: datetime) -> int:
    """Delete what was read long ago, and what nobody ever read for twice as long.

    Ages by the setting NOTIFICATION_RETENTION_DAYS. Returns how many were deleted.
    """
    kept = timedelta(days=settings.NOTIFICATION_RETENTION_DAYS)
    deleted, _rows = Notification.objects.filter(
        Q(read_at__lt=now - kept) | Q(created_at__lt=now - 2 * kept)
    ).delete()
    return deleted


def notification_read(*, recipient_id: int, notification_id: int, now: datetime) -> Notification:
    """Mark one of the recipient's own notifications as read; the first reading counts.

    Raises NotificationNotFound, for other people's too.
    """
    own = Notification.objects.filter(pk=notification_id, recipient_id=recipient_id)
    own.filter(read_at__isnull=True).update(read_at=now)
    notification = own.first()
    if notification is None:
        raise NotificationNotFound
    return notification


def notifications_read_all(*, recipient_id: int, now: datetime) -> int:
    """Mark all of the recipient's notifications as read; returns how many were unread."""
    return Notification.objects.filter(recipient_id=recipient_id, read_at__isnull=True).update(
        read_at=now
    )
