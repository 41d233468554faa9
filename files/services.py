"""Writing files: content into the storage first, then a row in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import audit
from core.audit import Actor
from files.inspection import InspectedFile
from files.models import StoredFile

FOLDER = "offers"


def file_put(inspected: InspectedFile) -> str:
    """Lay the content into the storage and return its key; call before any transaction.

    The key is made of the content's hash, so that the same content is stored once. If the
    process dies after this, the content is an orphan that ``files.tasks`` sweeps up.
    """
    digest = inspected.sha256
    key = f"{FOLDER}/{digest[:2]}/{digest}.{inspected.extension}"
    if default_storage.exists(key) and default_storage.size(key) == len(inspected.content):
        return key
    return default_storage.save(key, ContentFile(inspected.content))


def file_register(
    *, actor: Actor, now: datetime, inspected: InspectedFile, storage_key: str
) -> StoredFile:
    """Write the row of a file whose content ``file_put`` has stored."""
    stored = StoredFile.objects.create(
        sha256=inspected.sha256,
        byte_size=len(inspected.content),
        content_type=inspected.content_type,
        original_name=inspected.name,
        storage_key=storage_key,
        pages=inspected.pages,
        uploaded_by_id=actor.id,
        created_at=now,
    )
    audit.record(
        actor=actor,
        action="files.file_stored",
        subject=stored,
        changes={"sha256": stored.sha256, "content_type": stored.content_type},
        occurred_at=now,
    )
    return stored


def orphans_sweep(*, before: datetime) -> int:
    """Delete stored content older than ``before`` that no row refers to; returns how many."""
    swept = 0
    for folder in default_storage.listdir(FOLDER)[0] if default_storage.exists(FOLDER) else []:
        for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
            key = f"{FOLDER}/{folder}/{name}"
            if default_storage.get_modified_time(key) >= before:
                continue
            if not StoredFile.objects.filter(storage_key=key).exists():
                default_storage.delete(key)
                swept += 1
    return swept
