"""Background work of inventory."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from inventory.selectors.reconciliation import differences
from inventory.services.reservations import EXPIRED_AT_ONCE, reservations_expire

logger = logging.getLogger(__name__)


@shared_task(name="inventory.reconcile", ignore_result=True)
def reconcile() -> None:
    """Every difference is an error in the log, which is what the operations page watches."""
    for sentence in differences():
        logger.error("ledgers differ: %s", sentence)


@shared_task(name="inventory.advance_import", ignore_result=True)
def advance_import(job_id: str) -> None:
    from inventory.services.imports.advance import import_advance  # which sends this task

    import_advance(job_id=UUID(job_id), now=timezone.now())


@shared_task(name="inventory.sweep_imports", ignore_result=True)
def sweep_imports() -> None:
    from inventory.services.imports.sweeping import imports_sweep

    imports_sweep(now=timezone.now())


@shared_task(name="inventory.purge_imports", ignore_result=True)
def purge_imports() -> None:
    from inventory.services.imports.sweeping import imports_purge

    imports_purge(now=timezone.now())


def send_advance_import(job_id: UUID) -> None:
    """Let a worker take the import on once the present transaction has committed.

    Where the broker is down the sweeper finds the job later.
    """
    transaction.on_commit(lambda: advance_import.delay(str(job_id)), robust=True)


@shared_task(name="inventory.expire_reservations", ignore_result=True)
def expire_reservations() -> None:
    """Release the reservations whose time is over, some hundreds per transaction."""
    while reservations_expire(now=timezone.now()) == EXPIRED_AT_ONCE:
        pass
