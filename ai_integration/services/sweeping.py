"""What dead workers and silent engines leave: found by the clock, from the rows alone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ai_integration.models import ExtractionJob, JobState
from ai_integration.services.advance import MAX_DEATHS
from ai_integration.tasks import send_advance
from ai_integration.transitions import job_locked, job_move
from core.audit import SYSTEM


def jobs_sweep(*, now: datetime) -> None:
    """Time out what is overdue, take jobs from dead workers, and send on whatever is due."""
    _time_out_overdue(now)
    _requeue_orphans(now)
    due = ExtractionJob.objects.filter(
        state__in=[JobState.QUEUED, JobState.RECEIVED], next_attempt_at__lte=now
    ).exclude(lease_expires_at__gt=now)
    for job_id in due.values_list("pk", flat=True):
        send_advance(job_id)


def _time_out_overdue(now: datetime) -> None:
    overdue = ExtractionJob.objects.filter(state=JobState.DISPATCHED, result_due_at__lt=now)
    for job_id in overdue.values_list("pk", flat=True):
        with transaction.atomic():
            job = job_locked(job_id)
            if job.state == JobState.DISPATCHED and job.result_due_at and job.result_due_at < now:
                job_move(
                    job,
                    "time_out",
                    actor=SYSTEM,
                    now=now,
                    failure_code="no_result",
                    failure_detail="The engine took the job and never answered.",
                )


def _requeue_orphans(now: datetime) -> None:
    orphans = ExtractionJob.objects.filter(
        state=JobState.DISPATCHED, result_due_at__isnull=True, lease_expires_at__lt=now
    )
    for job_id in orphans.values_list("pk", flat=True):
        with transaction.atomic():
            job = job_locked(job_id)
            lost = job.lease_expires_at is not None and job.lease_expires_at < now
            if job.state != JobState.DISPATCHED or not lost:
                continue
            if job.attempts >= MAX_DEATHS:
                job_move(
                    job,
                    "fail",
                    actor=SYSTEM,
                    now=now,
                    failure_code="worker_died",
                    failure_detail="Reading this file stopped the worker several times.",
                )
            else:
                job_move(job, "requeue", actor=SYSTEM, now=now, next_attempt_at=now)
