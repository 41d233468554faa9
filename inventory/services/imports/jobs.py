"""Taking in a file to import, and what people may ask of its job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.models import local_date
from files.public import InspectedFile, file_inspect, file_put, file_register
from inventory.errors import ImportAlreadyRunning, ImportNotFound
from inventory.imports.table import unreadable
from inventory.models import WORKING_IMPORTS, ImportJob, ImportKind, ImportMode
from inventory.services.imports.progress import cancel_ask
from inventory.services.imports.transitions import import_locked, import_move
from inventory.services.opening import opening_refuse_known
from inventory.tasks import send_advance_import

TABLES = {
    "text/csv",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """A good table, its content stored, not yet known to the database."""

    inspected: InspectedFile
    storage_key: str


def import_prepare(*, file: UploadedFile) -> PreparedImport:
    """Everything slow, before any transaction: inspect the file and store its content.

    Raises ImportFileUnreadable for what is no table, and what `file_inspect` refuses.
    """
    inspected = file_inspect(file)
    if inspected.content_type not in TABLES:
        raise unreadable("not_a_table", _("This is neither CSV nor a workbook. Save it as XLSX."))
    return PreparedImport(inspected, file_put(inspected))


@transaction.atomic
def import_create(
    *,
    actor: Actor,
    now: datetime,
    prepared: PreparedImport,
    kind: str,
    dry_run: bool = False,
    mode: str = ImportMode.BOTH,
    skip_faulty: bool = False,
    placeholder_price: Decimal | None = None,
) -> ImportJob:
    """Queue the import of a prepared file; workers do the rest.

    skip_faulty: of a catalogue, take the good rows and leave the others. placeholder_price:
    prices up to this one are taken for not known. Raises ImportAlreadyRunning, and
    OpeningAlreadyImported for an opening balance that was taken in before.
    """
    digest = prepared.inspected.sha256
    if kind == ImportKind.OPENING and not dry_run:
        opening_refuse_known(digest)
    if not dry_run:
        _refuse_running(kind, digest)
    stored = file_register(
        actor=actor, now=now, inspected=prepared.inspected, storage_key=prepared.storage_key
    )
    job = ImportJob(
        kind=kind,
        mode=mode,
        dry_run=dry_run,
        skip_faulty=skip_faulty,
        placeholder_price=placeholder_price,
        file=stored,
        file_sha256=digest,
        language=get_language() or "en",
        as_of_date=local_date(now),
        next_attempt_at=now,
        created_by_id=actor.id,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        _refuse_running(kind, digest)
        raise
    audit.record(
        actor=actor,
        action="inventory.import_queued",
        subject=job,
        changes={"kind": kind, "mode": mode, "dry_run": dry_run, "file_id": stored.pk},
        occurred_at=now,
    )
    send_advance_import(job.pk)
    return job


@transaction.atomic
def import_cancel(*, actor: Actor, now: datetime, job_id: UUID, kind: str) -> ImportJob:
    """Stop an import that is not at its end; nothing of it stays.

    A worker that is applying at the moment is asked to stop and undo, which it may be too late
    for: the job then ends as `done`. Raises ImportNotFound (also for another kind),
    ImportStateForbids.
    """
    found = ImportJob.objects.select_related("file").filter(pk=job_id, kind=kind).first()
    if found is None:
        raise ImportNotFound
    job = import_locked(job_id, skip_locked=True)
    if job is None:
        cancel_ask(job_id, actor)
        return found
    return import_move(job, "cancel", actor=actor, now=now)


def _refuse_running(kind: str, digest: str) -> None:
    running = ImportJob.objects.filter(
        kind=kind, file_sha256=digest, dry_run=False, state__in=WORKING_IMPORTS
    ).first()
    if running is not None:
        raise ImportAlreadyRunning(extra={"job_id": str(running.pk), "state": running.state})
