"""Reads of imports and their rows."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from inventory.errors import ImportNotFound
from inventory.models import ImportJob, ImportRow


def imports_list(
    *, kind: str = "", state: str = "", dry_run: bool | None = None
) -> QuerySet[ImportJob]:
    """Imports with their file, in no order of their own."""
    found = ImportJob.objects.select_related("file")
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(state=state)
    if dry_run is not None:
        found = found.filter(dry_run=dry_run)
    return found


def import_by_id(job_id: UUID) -> ImportJob:
    """Raises ImportNotFound."""
    job = imports_list().filter(pk=job_id).first()
    if job is None:
        raise ImportNotFound
    return job


def import_rows(job_id: UUID, *, outcome: str = "", problems: str = "") -> QuerySet[ImportRow]:
    """Rows of an import; problems: "any" or "errors" leaves out those without.

    Raises ImportNotFound.
    """
    import_by_id(job_id)
    rows = ImportRow.objects.filter(job=job_id)
    if outcome:
        rows = rows.filter(outcome=outcome)
    if problems == "errors":
        rows = rows.filter(has_errors=True)
    elif problems == "any":
        rows = rows.exclude(problems=[])
    return rows
