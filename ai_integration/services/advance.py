"""Moving a job on: one step of one worker, which may die between any two lines.

A worker first takes the job's lease in a transaction of its own, then works without one, then
writes the outcome in another, after looking whether the job is still its own. A worker that
dies leaves a lease that runs out; ``services.sweeping`` then gives the job to another.
"""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ai_integration.engines import configured_engine
from ai_integration.engines.breaker import CircuitOpen
from ai_integration.engines.port import (
    Engine,
    EngineRefused,
    EngineRequest,
    EngineUnavailable,
    JobTakenAway,
)
from ai_integration.models import WORKING_STATES, EngineResult, ExtractionJob, JobState
from ai_integration.reading.engine_shapes import parse_engine_payload
from ai_integration.reading.errors import NoTableFound, ReadingError
from ai_integration.reading.lines import ExtractedDocument
from ai_integration.services.results import payload_of, result_accept
from ai_integration.transitions import job_locked, job_move
from core.audit import SYSTEM
from core.errors import DomainError
from files.public import file_open
from purchases.public import OfferDraft, OfferLineDraft, offer_create, target_items

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
# How often a lease is renewed at most: by the clock, so that long offers cost no more statements.
RENEWAL = LEASE / 6
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
# A document that stopped this many workers is not given to a further one.
MAX_DEATHS = 3


def job_advance(*, job_id: UUID, now: datetime) -> None:
    """Take the next step of a job, or do nothing where there is none to take now."""
    job = _claim(job_id, now)
    if job is None:
        return
    try:
        if job.state == JobState.QUEUED:
            _ask_engine(job)
        else:
            _make_offer(job)
    except Exception:  # a fault of ours must not leave the job waiting for ever
        logger.exception("a step of a job failed", extra={"job_id": str(job_id)})
        _stumble(job)


@transaction.atomic
def _claim(job_id: UUID, now: datetime) -> ExtractionJob | None:
    """The job under a fresh lease, None where nothing is due or another worker has it."""
    job = (
        ExtractionJob.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("file")
        .filter(pk=job_id, state__in=[JobState.QUEUED, JobState.RECEIVED])
        .filter(next_attempt_at__lte=now)
        .first()
    )
    if job is None or (job.lease_expires_at and job.lease_expires_at > now):
        return None
    job.lease_expires_at = now + LEASE
    job.attempts += 1
    job.save(update_fields=["lease_expires_at", "attempts", "updated_at"])
    return job


# --- Asking the engine ------------------------------------------------------------------------


def _ask_engine(job: ExtractionJob) -> None:
    engine = configured_engine()
    if not engine.answers_later:
        _mark_dispatched(job, engine)
    try:
        payload = engine.read(_request_for(job), lambda *done: _note_progress(job, *done))
    except JobTakenAway:
        return
    except EngineUnavailable as exc:
        _try_again_later(job, exc)
        return
    except EngineRefused as exc:
        _give_up(job, exc.code, exc.detail)
        return
    if engine.answers_later:
        _mark_dispatched(job, engine)
    else:
        result_accept(job_id=job.pk, payload=payload, now=timezone.now(), round=job.round)


def _request_for(job: ExtractionJob) -> EngineRequest:
    def open_content() -> bytes:
        with file_open(job.file_id) as content:
            return content.read()

    return EngineRequest(
        job_id=job.pk,
        file_reference=job.file.storage_key,
        content_type=job.file.content_type,
        open_content=open_content,
        target_items=target_items,
    )


@transaction.atomic
def _mark_dispatched(job: ExtractionJob, engine: Engine) -> None:
    """Queued → dispatched, unless the result was quicker or somebody cancelled."""
    now = timezone.now()
    current = job_locked(job.pk)
    if current.state != JobState.QUEUED or current.round != job.round:
        return
    moved: dict[str, Any] = {"engine": engine.name}
    if engine.answers_later:
        moved["result_due_at"] = now + timedelta(minutes=settings.AI_ENGINE_RESULT_TIMEOUT_MINUTES)
    job_move(current, "dispatch", actor=SYSTEM, now=now, **moved)
    if not engine.answers_later:
        ExtractionJob.objects.filter(pk=job.pk).update(lease_expires_at=now + LEASE)


def _note_progress(job: ExtractionJob, pages_done: int, pages: int, rows: int) -> None:
    """Write how far the reading is and renew the lease; raises JobTakenAway."""
    still_ours = ExtractionJob.objects.filter(
        pk=job.pk, state=JobState.DISPATCHED, round=job.round
    ).update(
        pages_done=pages_done,
        pages_total=pages,
        rows_found=rows,
        lease_expires_at=timezone.now() + LEASE,
    )
    if not still_ours:
        raise JobTakenAway


@transaction.atomic
def _try_again_later(job: ExtractionJob, exc: EngineUnavailable) -> None:
    now = timezone.now()
    current = job_locked(job.pk)
    if current.state != JobState.QUEUED:
        return
    if now - current.queued_at > timedelta(hours=settings.AI_ENGINE_GIVE_UP_HOURS):
        job_move(
            current, "fail", actor=SYSTEM, now=now, failure_code=exc.code, failure_detail=exc.detail
        )
        return
    # A call that was held back is no attempt: it must not stretch the pauses of a sound job.
    spent = F("attempts") - 1 if isinstance(exc, CircuitOpen) else F("attempts")
    ExtractionJob.objects.filter(pk=job.pk).update(
        attempts=spent, lease_expires_at=None, next_attempt_at=now + _pause(current.attempts)
    )


@transaction.atomic
def _stumble(job: ExtractionJob) -> None:
    """After an unexpected fault: once more after a pause, and the third time it is a failure."""
    now = timezone.now()
    current = job_locked(job.pk)
    if current.state not in WORKING_STATES or current.round != job.round:
        return
    if current.attempts >= MAX_DEATHS:
        job_move(
            current,
            "fail",
            actor=SYSTEM,
            now=now,
            failure_code="internal_error",
            failure_detail="A fault of ours; quote the job's id.",
        )
        return
    if current.state == JobState.DISPATCHED:
        job_move(current, "requeue", actor=SYSTEM, now=now)
    ExtractionJob.objects.filter(pk=job.pk).update(
        lease_expires_at=None, next_attempt_at=now + _pause(current.attempts)
    )


def _pause(attempts: int) -> timedelta:
    """Doubling pauses with up to half of jitter, so that waiting jobs do not come all at once."""
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return pause * (1 + random.random() / 2)  # noqa: S311 - jitter, not a secret


@transaction.atomic
def _give_up(job: ExtractionJob, code: str, detail: str) -> None:
    current = job_locked(job.pk)
    if current.round == job.round and current.state not in (JobState.CANCELLED, JobState.READY):
        job_move(
            current,
            "fail",
            actor=SYSTEM,
            now=timezone.now(),
            failure_code=code,
            failure_detail=detail,
        )


# --- From the result to an offer --------------------------------------------------------------


def _make_offer(job: ExtractionJob) -> None:
    result = EngineResult.objects.get(job=job, round=job.round, is_usable=True)
    try:
        document = parse_engine_payload(payload_of(result))
        if not document.lines:
            raise NoTableFound("The engine found no product in this file.")
        offer_id = offer_create(
            actor=SYSTEM,
            now=timezone.now(),
            draft=_draft(job, document),
            on_progress=_Renewal(job),
        )
    except ReadingError as exc:
        _give_up(job, exc.code, exc.detail)
    except DomainError as exc:
        _give_up(job, exc.code, str(exc.detail))
    else:
        _finish(job, document, offer_id)


class _Renewal:
    """Told of progress, renews the lease of a job when a good part of it has passed."""

    def __init__(self, job: ExtractionJob) -> None:
        self.job_id = job.pk
        self.due_at = timezone.now() + RENEWAL

    def __call__(self, _done: int, _of: int) -> None:
        now = timezone.now()
        if now >= self.due_at:
            ExtractionJob.objects.filter(pk=self.job_id).update(lease_expires_at=now + LEASE)
            self.due_at = now + RENEWAL


@transaction.atomic
def _finish(job: ExtractionJob, document: ExtractedDocument, offer_id: int) -> None:
    current = job_locked(job.pk)
    if current.state != JobState.RECEIVED:
        return  # another worker was quicker, or it was cancelled
    pages = max(document.pages, current.pages_total or 0)
    job_move(
        current,
        "finish",
        actor=SYSTEM,
        now=timezone.now(),
        offer_id=offer_id,
        pages_total=pages,
        pages_done=pages,
        rows_found=len(document.lines),
    )


def _draft(job: ExtractionJob, document: ExtractedDocument) -> OfferDraft:
    return OfferDraft(
        supplier_id=job.supplier_id,
        source_type="ai_integration.job",
        source_id=f"{job.pk}:{job.round}",
        file_id=job.file_id,
        engine=document.engine,
        pages=document.pages,
        texts=document.texts,
        lines=tuple(
            OfferLineDraft(
                page=line.page,
                row=line.row,
                box=line.box,
                name=line.name,
                company=line.company,
                list_price=line.list_price,
                public_price=line.public_price,
                discount_percent=line.discount_percent,
                deal_text=line.deal_text,
                raw_text=line.raw_text,
                confidence=Decimal(str(round(line.confidence, 4))),
                flags=line.flags,
            )
            for line in document.lines
        ),
    )
