"""The one table of what may happen to an import, and the one function that lets it happen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core import audit, outbox
from core.audit import Actor
from inventory.errors import ImportNotFound, ImportStateForbids
from inventory.events import ImportFinished
from inventory.models import WORKING_IMPORTS, ImportJob, ImportState

# (state, action) -> next state.
TRANSITIONS: Mapping[tuple[str, str], ImportState] = MappingProxyType(
    {
        (ImportState.QUEUED, "read"): ImportState.READING,
        (ImportState.READING, "check"): ImportState.CHECKING,
        (ImportState.READING, "refuse"): ImportState.REFUSED,
        (ImportState.CHECKING, "apply"): ImportState.APPLYING,
        (ImportState.CHECKING, "finish"): ImportState.DONE,  # a dry run
        (ImportState.CHECKING, "refuse"): ImportState.REFUSED,
        (ImportState.APPLYING, "finish"): ImportState.DONE,
        (ImportState.APPLYING, "refuse"): ImportState.REFUSED,
        **{(state, "fail"): ImportState.FAILED for state in WORKING_IMPORTS},
        **{(state, "cancel"): ImportState.CANCELLED for state in WORKING_IMPORTS},
    }
)
ACTIONS = tuple(sorted({action for _state, action in TRANSITIONS}))
TOLD = (ImportState.DONE, ImportState.REFUSED, ImportState.FAILED)


def allowed_actions(state: str) -> list[str]:
    return sorted(action for known, action in TRANSITIONS if known == state)


def import_locked(job_id: UUID, *, skip_locked: bool = False) -> ImportJob | None:
    """The job, locked; its rows can still be added to. None only where it is locked already.

    Raises ImportNotFound.
    """
    job = (
        ImportJob.objects.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
        .select_related("file")
        .filter(pk=job_id)
        .first()
    )
    if job is None and not (skip_locked and ImportJob.objects.filter(pk=job_id).exists()):
        raise ImportNotFound
    return job


def import_move(
    job: ImportJob, action: str, *, actor: Actor, now: datetime, **fields: Any
) -> ImportJob:
    """Move a locked job by `action`, write `fields` with it, audit, and tell of its end.

    Raises ImportStateForbids and changes nothing where the table has no such move.
    """
    before = job.state
    if (before, action) not in TRANSITIONS:
        raise ImportStateForbids(
            _("It is %(state)s; possible is: %(possible)s.")
            % {"state": before, "possible": ", ".join(allowed_actions(before)) or "-"},
            extra={"state": before},
        )
    job.state = TRANSITIONS[before, action]
    if job.state not in WORKING_IMPORTS:
        job.finished_at, job.lease_expires_at = now, None
    for name, value in fields.items():
        setattr(job, name, value)
    job.save()
    audit.record(
        actor=actor,
        action=f"inventory.import_{action}",
        subject=job,
        changes={"state": [before, job.state]},
        reason=job.failure_code,
        occurred_at=now,
    )
    if job.state in TOLD:
        outbox.publish(
            ImportFinished(
                job_id=str(job.pk),
                kind=job.kind,
                state=job.state,
                dry_run=job.dry_run,
                file_name=job.file.original_name,
                rows=job.rows_total,
                errors=job.error_count,
                warnings=job.warning_count,
                started_by_id=job.created_by_id,
            )
        )
    return job
