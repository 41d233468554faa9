"""Documents that prove entries: invoices, receipts, contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from capital.errors import DuplicateAttachment, EntryNotFound
from capital.models import EntryAttachment, JournalEntry
from core import audit
from core.audit import Actor
from core.db import lock
from files.public import InspectedFile, file_inspect, file_put, file_register


@dataclass(frozen=True, slots=True)
class PreparedAttachment:
    """A good file, its content stored, not yet known to the database."""

    inspected: InspectedFile
    storage_key: str
    note: str


def attachment_prepare(*, file: UploadedFile, note: str = "") -> PreparedAttachment:
    """Everything slow, before any transaction. Raises what `file_inspect` refuses."""
    inspected = file_inspect(file)
    return PreparedAttachment(inspected, file_put(inspected), note)


@transaction.atomic
def attachment_add(
    *, actor: Actor, now: datetime, entry_id: int, prepared: PreparedAttachment
) -> EntryAttachment:
    """Attach a prepared document to an entry, for good.

    The books of the entry's day may be closed: a proof can always be added.

    Raises EntryNotFound, DuplicateAttachment (the same content on the same entry).
    """
    found = lock(JournalEntry.objects.filter(pk=entry_id))
    if not found:
        raise EntryNotFound
    entry = found[0]
    if entry.attachments.filter(file__sha256=prepared.inspected.sha256).exists():
        raise DuplicateAttachment
    stored = file_register(
        actor=actor, now=now, inspected=prepared.inspected, storage_key=prepared.storage_key
    )
    attachment = EntryAttachment.objects.create(
        entry=entry, file=stored, note=prepared.note, attached_at=now, attached_by_id=actor.id
    )
    audit.record(
        actor=actor,
        action="capital.entry_attachment_added",
        subject=entry,
        changes={"file_id": stored.pk, "name": stored.original_name},
        occurred_at=now,
    )
    return attachment
