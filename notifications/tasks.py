"""Background work of notifications."""

from celery import shared_task
from django.utils import timezone

from notifications.services import notifications_purge


@shared_task(name="notifications.purge", ignore_result=True)
def purge() -> None:
    notifications_purge(now=timezone.now())
