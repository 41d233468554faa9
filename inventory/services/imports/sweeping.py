"""What dead workers left of imports, and rows nobody will ask for any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from inventory.models import WORKING_IMPORTS, ImportJob, ImportRow
from inventory.tasks import send_advance_import

ROWS_KEPT = timedelta(days=90)


def imports_sweep(*, now: datetime) -> None:
    """Send on every import that is due and that no living worker holds.

    One that is being applied is sent too; its row is locked, and the worker who gets the message
    leaves it alone.
    """
    due = ImportJob.objects.filter(state__in=WORKING_IMPORTS, next_attempt_at__lte=now).exclude(
        lease_expires_at__gt=now
    )
    for job_id in due.values_list("pk", flat=True):
        send_advance_import(job_id)


def imports_purge(*, now: datetime) -> int:
    """Forget the rows of imports finished 90 days ago; job, file and audit stay."""
    old = ImportRow.objects.filter(job__finished_at__lt=now - ROWS_KEPT)
    return old.delete()[0]
