"""Taking in an offer file, and what people may ask of its job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from ai_integration.errors import DuplicateOffer, SupplierUnknown
from ai_integration.models import LIVE_STATES, EngineResult, ExtractionJob
from ai_integration.tasks import send_advance
from ai_integration.transitions import job_locked, job_move
from core import audit
from core.audit import Actor
from files.public import InspectedFile, file_inspect, file_put, file_register
from purchases.public import supplier_exists, supplier_id_by_name


@dataclass(frozen=True, slots=True)
class PreparedUpload:
    """A good file, its content stored, not yet known to the database."""

    supplier_id: int
    inspected: InspectedFile
    storage_key: str


def upload_prepare(
    *, file: UploadedFile, supplier_id: int | None = None, warehouse_name: str = ""
) -> PreparedUpload:
    """Everything slow, before any transaction: inspect the file and store its content.

    Raises SupplierUnknown, and what ``file_inspect`` refuses.
    """
    if supplier_id is None:
        supplier_id = supplier_id_by_name(warehouse_name)
        if supplier_id is None:
            raise SupplierUnknown("warehouse_name")
    elif not supplier_exists(supplier_id):
        raise SupplierUnknown("supplier_id")
    inspected = file_inspect(file)
    return PreparedUpload(supplier_id, inspected, file_put(inspected))


@transaction.atomic
def job_create(*, actor: Actor, now: datetime, prepared: PreparedUpload) -> ExtractionJob:
    """Queue the reading of a prepared file.

    Raises DuplicateOffer where a live job of the supplier has this content, however many uploads
    come at once.
    """
    supplier_id, inspected = prepared.supplier_id, prepared.inspected
    _refuse_duplicate(supplier_id, inspected.sha256)
    try:
        with transaction.atomic():
            stored = file_register(
                actor=actor, now=now, inspected=inspected, storage_key=prepared.storage_key
            )
            job = ExtractionJob.objects.create(
                supplier_id=supplier_id,
                file=stored,
                file_sha256=inspected.sha256,
                queued_at=now,
                next_attempt_at=now,
                pages_total=inspected.pages,
                uploaded_by_id=actor.id,
            )
    except IntegrityError:
        _refuse_duplicate(supplier_id, inspected.sha256)
        raise
    audit.record(
        actor=actor,
        action="ai_integration.job_created",
        subject=job,
        changes={"supplier_id": supplier_id, "file_id": stored.pk},
        occurred_at=now,
    )
    send_advance(job.pk)
    return job


@transaction.atomic
def job_retry(*, actor: Actor, now: datetime, job_id: UUID) -> ExtractionJob:
    """Start anew; a usable result that is already here is taken up instead of asking again.

    Raises JobNotFound, JobStateForbids, DuplicateOffer where the file was sent again meanwhile.
    """
    job = job_locked(job_id)
    _refuse_duplicate(job.supplier_id, job.file_sha256, besides=job.pk)
    fresh: dict[str, Any] = {"attempts": 0, "next_attempt_at": now, "result_due_at": None}
    if EngineResult.objects.filter(job=job, round=job.round, is_usable=True).exists():
        job_move(job, "retry", actor=actor, now=now, queued_at=now, **fresh)
        job_move(job, "receive", actor=actor, now=now)
    else:
        fresh |= {"round": job.round + 1, "pages_done": 0, "rows_found": 0}
        job_move(job, "retry", actor=actor, now=now, queued_at=now, **fresh)
    send_advance(job.pk)
    return job


@transaction.atomic
def job_cancel(*, actor: Actor, now: datetime, job_id: UUID) -> ExtractionJob:
    """Stop; a worker that is reading notices at its next page.

    Raises JobNotFound, JobStateForbids.
    """
    return job_move(job_locked(job_id), "cancel", actor=actor, now=now)


def _refuse_duplicate(supplier_id: int, sha256: str, besides: UUID | None = None) -> None:
    live = ExtractionJob.objects.filter(
        supplier_id=supplier_id, file_sha256=sha256, state__in=LIVE_STATES
    ).first()
    if live is not None and live.pk != besides:
        raise DuplicateOffer(live.pk, live.state)
