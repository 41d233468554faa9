"""Reading jobs."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from ai_integration.errors import JobNotFound
from ai_integration.models import ExtractionJob


def jobs(*, state: str = "", supplier_id: int | None = None) -> QuerySet[ExtractionJob]:
    """Jobs with their supplier and file, in no order of their own."""
    found = ExtractionJob.objects.select_related("supplier", "file")
    if state:
        found = found.filter(state=state)
    if supplier_id is not None:
        found = found.filter(supplier_id=supplier_id)
    return found


def job_by_id(job_id: UUID) -> ExtractionJob:
    """Raises JobNotFound."""
    job = jobs().filter(pk=job_id).first()
    if job is None:
        raise JobNotFound
    return job
