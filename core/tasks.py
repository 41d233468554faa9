"""Background work of the kernel."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core import idempotency, outbox

OUTBOX_RETENTION = timedelta(days=30)


@shared_task(name="core.relay_outbox", ignore_result=True)
def relay_outbox() -> None:
    outbox.relay()


@shared_task(name="core.purge_expired", ignore_result=True)
def purge_expired() -> None:
    now = timezone.now()
    outbox.purge(before=now - OUTBOX_RETENTION)
    idempotency.purge(now=now)
