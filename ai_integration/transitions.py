"""The one table of what may happen to a job, and the one function that lets it happen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from ai_integration.errors import JobNotFound, JobStateForbids
from ai_integration.events import OfferJobFailed
from ai_integration.models import WORKING_STATES, ExtractionJob, JobState
from core import audit, outbox
from core.audit import Actor

# (state, action) -> next state. A result is welcome even late: work that was done is not thrown
# away. `requeue` is the sweeper's, for a worker that died while reading.
TRANSITIONS: Mapping[tuple[str, str], JobState] = MappingProxyType(
    {
        (JobState.QUEUED, "dispatch"): JobState.DISPATCHED,
        (JobState.QUEUED, "receive"): JobState.RECEIVED,
        (JobState.QUEUED, "fail"): JobState.FAILED,
        (JobState.QUEUED, "cancel"): JobState.CANCELLED,
        (JobState.DISPATCHED, "receive"): JobState.RECEIVED,
        (JobState.DISPATCHED, "requeue"): JobState.QUEUED,
        (JobState.DISPATCHED, "fail"): JobState.FAILED,
        (JobState.DISPATCHED, "time_out"): JobState.TIMED_OUT,
        (JobState.DISPATCHED, "cancel"): JobState.CANCELLED,
        (JobState.RECEIVED, "finish"): JobState.READY,
        (JobState.RECEIVED, "fail"): JobState.FAILED,
        (JobState.RECEIVED, "cancel"): JobState.CANCELLED,
        (JobState.TIMED_OUT, "receive"): JobState.RECEIVED,
        (JobState.TIMED_OUT, "retry"): JobState.QUEUED,
        (JobState.FAILED, "receive"): JobState.RECEIVED,
        (JobState.FAILED, "retry"): JobState.QUEUED,
        (JobState.CANCELLED, "retry"): JobState.QUEUED,
    }
)
ACTIONS = tuple(sorted({action for _, action in TRANSITIONS}))


def allowed_actions(state: str) -> list[str]:
    return sorted(action for known, action in TRANSITIONS if known == state)


def job_locked(job_id: UUID) -> ExtractionJob:
    """The job, locked FOR UPDATE. Raises JobNotFound."""
    job = ExtractionJob.objects.select_for_update(of=("self",)).filter(pk=job_id).first()
    if job is None:
        raise JobNotFound
    return job


def job_move(
    job: ExtractionJob,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    failure_code: str = "",
    failure_detail: str = "",
    **fields: Any,
) -> ExtractionJob:
    """Move a locked job by ``action``, write ``fields`` with it, audit and tell.

    Leaving a state ends the worker's lease. Raises JobStateForbids and changes nothing where the
    table has no such move.
    """
    before = job.state
    if (before, action) not in TRANSITIONS:
        raise JobStateForbids(before, action, allowed_actions(before))
    job.state = TRANSITIONS[before, action]
    job.failure_code, job.failure_detail = failure_code, failure_detail
    job.finished_at = None if job.state in WORKING_STATES else now
    job.lease_expires_at = None
    for name, value in fields.items():
        setattr(job, name, value)
    job.save()
    audit.record(
        actor=actor,
        action=f"ai_integration.job_{action}",
        subject=job,
        changes={"state": [before, job.state]},
        reason=failure_code,
        occurred_at=now,
    )
    if job.state in (JobState.FAILED, JobState.TIMED_OUT):
        outbox.publish(
            OfferJobFailed(
                job_id=str(job.pk),
                supplier_name=job.supplier.name,
                file_name=job.file.original_name,
                uploaded_by_id=job.uploaded_by_id,
                reason_code=failure_code,
                reason=failure_detail,
            )
        )
    return job
