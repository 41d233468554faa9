"""Background work of stored files."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from files import services

ORPHAN_AGE = timedelta(days=1)


@shared_task(name="files.sweep_orphans", ignore_result=True)
def sweep_orphans() -> None:
    services.orphans_sweep(before=timezone.now() - ORPHAN_AGE)
