"""Background work of reading offers. Tasks carry ids only; the row is the job."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone


@shared_task(name="ai_integration.advance_job", ignore_result=True)
def advance_job(job_id: str) -> None:
    from ai_integration.services.advance import job_advance  # which sends this task

    job_advance(job_id=UUID(job_id), now=timezone.now())


@shared_task(name="ai_integration.sweep_jobs", ignore_result=True)
def sweep_jobs() -> None:
    from ai_integration.services.sweeping import jobs_sweep

    jobs_sweep(now=timezone.now())


def send_advance(job_id: UUID) -> None:
    """Let a worker take the job's next step once the present transaction has committed.

    Where the broker is down the sweeper finds the job later.
    """
    transaction.on_commit(lambda: advance_job.delay(str(job_id)), robust=True)
