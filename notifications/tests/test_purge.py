from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Notification
from notifications.services import notifications_purge
from notifications.tasks import purge
from notifications.tests.factories import happen, offer_ready
from rbac.tests.factories import user_with_role

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _ten_days(settings):
    settings.NOTIFICATION_RETENTION_DAYS = 10


@pytest.fixture
def message() -> Notification:
    user_with_role("owner")
    happen(offer_ready())
    return Notification.objects.get()


@pytest.mark.parametrize(
    ("created", "read", "goes"),
    [
        (9, 9, False),
        (11, 9, False),
        (11, 11, True),
        (19, None, False),
        (21, None, True),
        (21, 9, True),
    ],
)
def test_what_was_read_long_ago_goes_and_the_unread_twice_as_late(message, created, read, goes):
    Notification.objects.update(
        created_at=NOW - timedelta(days=created),
        read_at=None if read is None else NOW - timedelta(days=read),
    )
    assert notifications_purge(now=NOW) == int(goes)
    assert Notification.objects.exists() is not goes


def test_the_nightly_task_purges(message):
    Notification.objects.update(created_at=NOW - timedelta(days=21))
    purge()
    assert not Notification.objects.exists()
