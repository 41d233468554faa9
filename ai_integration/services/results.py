"""Results of engines: checked, kept verbatim, accepted once."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ai_integration.errors import (
    DuplicateOffer,
    ResultAlreadyReceived,
    ResultUnusable,
    UnknownJob,
)
from ai_integration.models import LIVE_STATES, EngineResult, ExtractionJob, JobState
from ai_integration.reading.engine_shapes import parse_engine_payload
from ai_integration.reading.errors import UnusablePayload
from ai_integration.tasks import send_advance
from ai_integration.transitions import job_move
from core.audit import SYSTEM
from core.errors import FieldProblem

MAX_LISTED_FAULTS = 20


def result_accept(
    *, job_id: UUID, payload: Any, now: datetime, round: int | None = None
) -> ExtractionJob:
    """Take an engine's result and let the job go on.

    payload: as it came, kept as its JSON text. round: of the reading that made it, None for a
    callback, which cannot know. The same result again changes nothing. An unusable one fails the
    job, is kept as evidence, and then refused.

    Raises UnknownJob, ResultAlreadyReceived (another result was accepted), ResultUnusable,
    JobStateForbids (cancelled), DuplicateOffer (late, and the file was sent again meanwhile).
    """
    body = json.dumps(payload, ensure_ascii=False)
    faults = _faults_of(payload)
    with transaction.atomic():
        job = _known_job(job_id)
        if round is not None and round != job.round:
            return job  # read for a round that is over
        if not _is_replay(job, body):
            _receive(job, body, is_usable=not faults, now=now)
    if faults:
        raise ResultUnusable(_("Nothing was taken from this result."), errors=faults)
    return job


def payload_of(result: EngineResult) -> Any:
    """The payload of a kept result."""
    return json.loads(result.body)


def _known_job(job_id: UUID) -> ExtractionJob:
    job = ExtractionJob.objects.select_for_update(of=("self",)).filter(pk=job_id).first()
    if job is None:
        raise UnknownJob(errors=[FieldProblem("job_id", UnknownJob.code, _("Unknown job."))])
    return job


def _faults_of(payload: Any) -> list[FieldProblem]:
    try:
        parse_engine_payload(payload)
    except UnusablePayload as exc:
        return [
            FieldProblem(f"payload{fault['pointer']}", ResultUnusable.code, fault["reason"])
            for fault in exc.errors[:MAX_LISTED_FAULTS]
        ] or [FieldProblem("payload", ResultUnusable.code, exc.detail)]
    return []


def _is_replay(job: ExtractionJob, body: str) -> bool:
    """Whether this very result was taken before; raises where another one was."""
    known = list(EngineResult.objects.filter(job=job).order_by("-round", "-id"))
    if any(result.digest == _digest(body) for result in known):
        return True
    is_taken = any(result.is_usable and result.round == job.round for result in known)
    if is_taken and job.state != JobState.CANCELLED:
        raise ResultAlreadyReceived
    return False


def _receive(job: ExtractionJob, body: str, *, is_usable: bool, now: datetime) -> None:
    _refuse_if_superseded(job)
    if is_usable:
        fresh: dict[str, Any] = {"next_attempt_at": now, "result_due_at": None, "attempts": 0}
        job_move(job, "receive", actor=SYSTEM, now=now, **fresh)
        send_advance(job.pk)
    elif job.state in (JobState.QUEUED, JobState.DISPATCHED):
        job_move(
            job,
            "fail",
            actor=SYSTEM,
            now=now,
            failure_code=ResultUnusable.code,
            failure_detail=str(ResultUnusable.title),
        )
    EngineResult.objects.create(
        job=job,
        round=job.round,
        engine=job.engine or "http",
        body=body,
        digest=_digest(body),
        is_usable=is_usable,
        received_at=now,
    )


def _refuse_if_superseded(job: ExtractionJob) -> None:
    if job.state in LIVE_STATES:
        return
    newer = ExtractionJob.objects.filter(
        supplier_id=job.supplier_id, file_sha256=job.file_sha256, state__in=LIVE_STATES
    ).first()
    if newer is not None:
        raise DuplicateOffer(newer.pk, newer.state)


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
