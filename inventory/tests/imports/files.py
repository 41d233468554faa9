"""Files to import, and workers that take them through."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from core.audit import SYSTEM
from inventory.models import ImportJob
from inventory.services.imports.advance import import_advance
from inventory.services.imports.jobs import import_create, import_prepare

_numbers = itertools.count(1)


def csv_of(rows: Sequence[Sequence[object]], *, encoding: str = "utf-8") -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode(encoding)


def xlsx_of(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(content: bytes, name: str = "rows.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def queued(
    kind: str, content: bytes, *, actor=SYSTEM, name: str = "rows.csv", **options
) -> ImportJob:
    return import_create(
        actor=actor,
        now=timezone.now(),
        prepared=import_prepare(file=upload(content, name)),
        kind=kind,
        **options,
    )


def worked(job: ImportJob) -> ImportJob:
    """The job after a worker has taken it as far as it goes."""
    import_advance(job_id=job.pk, now=timezone.now())
    job.refresh_from_db()
    return job


def imported(kind: str, rows: Sequence[Sequence[object]], **options) -> ImportJob:
    return worked(queued(kind, csv_of(rows), **options))


def opening_rows(count: int, *, start: int = 1) -> list[list[object]]:
    """A header and `count` good rows of opening stock, each of another product."""
    header: list[object] = ["name", "quantity", "unit cost", "batch", "expiry", "min", "max"]
    rows: list[list[object]] = [
        [f"Product {n}", 10 + n % 7, "2.5", f"B{n}", "2031-05-31", 5, 50]
        for n in range(start, start + count)
    ]
    return [header, *rows]


def problems_of(job: ImportJob) -> dict[int, list[str]]:
    """Row number -> codes of its errors."""
    return {
        row.number: [each["code"] for each in row.problems if each["severity"] == "error"]
        for row in job.rows.filter(has_errors=True)
    }
