"""Background work of inventory."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from core.models import local_date
from core.outbox import publish
from inventory.events import LedgersDiffer
from inventory.selectors.reconciliation import differences
from inventory.services.alerts import alerts_digest, alerts_refresh_all
from inventory.services.kept_demand import demand_keep
from inventory.services.reservations import EXPIRED_AT_ONCE, reservations_expire

logger = logging.getLogger(__name__)


@shared_task(name="inventory.reconcile", ignore_result=True)
def reconcile() -> None:
    """Every difference is an error in the log; that there are some is told to the owner."""
    now = timezone.now()
    found = differences(now=now)
    for sentence in found:
        logger.error("ledgers differ: %s", sentence)
    if found:
        with transaction.atomic():
            publish(LedgersDiffer(day=local_date(now), differences=len(found), first=found[:10]))


@shared_task(name="inventory.refresh_alerts", ignore_result=True)
def refresh_alerts() -> None:
    """Bring alerts up to what the day has changed."""
    alerts_refresh_all(now=timezone.now())


@shared_task(name="inventory.keep_demand", ignore_result=True)
def keep_demand() -> None:
    """Work out what was asked for on the days that are over, or what has changed of it."""
    demand_keep(now=timezone.now())


@shared_task(name="inventory.digest_alerts", ignore_result=True)
def digest_alerts() -> None:
    """Tell in one message of what began since yesterday's."""
    alerts_digest(now=timezone.now())


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
