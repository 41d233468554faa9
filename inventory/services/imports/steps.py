"""What a worker does in each state of an import: reading, checking, applying."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import SYSTEM
from core.errors import DomainError
from files.public import file_open
from inventory.imports.columns import columns_find
from inventory.imports.judgement import Judgement, OnProgress
from inventory.imports.staging import cells_pack, cells_unpack
from inventory.imports.table import Row, Table, table_read, unreadable
from inventory.models import ImportJob, ImportRow, ImportState
from inventory.services.imports.advance import actor_of, held
from inventory.services.imports.kinds import options_of, rules_of
from inventory.services.imports.progress import progress_write
from inventory.services.imports.report import report_write

from .transitions import import_move

CHUNK = 1_000


def start(job: ImportJob) -> None:
    """Queued -> reading."""
    with held(job) as current:
        import_move(current, "read", actor=SYSTEM, now=timezone.now())


def read(job: ImportJob) -> None:
    """Put the file's rows beside the job; those an earlier worker has put there stay."""
    try:
        table, header = _table_of(job)
    except DomainError as refusal:
        _refuse_file(job, refusal)
        return
    rows = [row for row in table.rows if row.number > header.number]
    with held(job) as current:
        current.encoding = table.encoding
        current.header_row, current.header = header.number, cells_pack(header.cells)
        current.columns = columns_find([header], rules_of(job).columns)[0]
        current.rows_total = len(rows)
        last = ImportRow.objects.filter(job=job).order_by("-number").first()
    rows = [row for row in rows if last is None or row.number > last.number]
    for start_at in range(0, len(rows), CHUNK):
        with held(job):
            ImportRow.objects.bulk_create(
                ImportRow(job=job, number=row.number, cells=cells_pack(row.cells))
                for row in rows[start_at : start_at + CHUNK]
            )
    with held(job) as current:
        import_move(current, "check", actor=SYSTEM, now=timezone.now())


def check(job: ImportJob) -> None:
    """Look at each row alone, chunk by chunk; then apply, or in a dry run judge and end."""
    rules, options = rules_of(job), options_of(job)
    while job.rows_checked < job.rows_total:
        rows = _rows(job)[job.rows_checked : job.rows_checked + CHUNK]
        chunk = [Row(number, cells_unpack(cells)) for number, cells in rows]
        faults, warnings = rules.check(chunk, options)
        told = faults.rows | warnings.rows
        with held(job) as current:
            report_write(current, told, faults=faults, warnings=warnings, verdicts={}, created={})
            current.rows_checked += len(chunk)
            current.error_count += faults.count
            current.warning_count += warnings.count
    if not job.dry_run:
        with held(job) as current:
            import_move(current, "apply", actor=SYSTEM, now=timezone.now())
        return
    with held(job) as current:
        judgement = _judge(current)
        if _is_refused(current, judgement):
            _refuse(current, judgement)
        else:
            _finish(current, judgement, created={})


def apply(job: ImportJob) -> None:
    """Judge and write in one transaction; a file with faults writes only its report."""
    with held(job) as current:
        judgement = _judge(current)
        if _is_refused(current, judgement):
            _refuse(current, judgement)
            return
        applied = rules_of(current).apply(
            actor=actor_of(job),
            now=timezone.now(),
            judgement=judgement,
            options=options_of(current),
            on_progress=_progress_of(current),
        )
        judgement.counts |= applied.counts
        _finish(
            current,
            judgement,
            created=applied.created,
            document_id=applied.document_id,
            rows_applied=len(judgement.verdicts),
        )


STEPS: Mapping[str, Callable[[ImportJob], None]] = {
    ImportState.QUEUED: start,
    ImportState.READING: read,
    ImportState.CHECKING: check,
    ImportState.APPLYING: apply,
}


def _table_of(job: ImportJob) -> tuple[Table, Row]:
    with file_open(job.file_id) as content:
        table = table_read(content.read())
    _columns, header = columns_find(table.rows, rules_of(job).columns)
    if table.rows[-1] is header:
        raise unreadable("no_rows", _("There are no rows below the header."))
    return table, header


def _rows(job: ImportJob) -> Any:
    return ImportRow.objects.filter(job=job).order_by("number").values_list("number", "cells")


def _judge(job: ImportJob) -> Judgement:
    rows = [Row(number, cells_unpack(cells)) for number, cells in _rows(job).iterator(CHUNK)]
    return rules_of(job).judge(rows, options_of(job), _progress_of(job))


def _progress_of(job: ImportJob) -> OnProgress:
    return lambda step, done: progress_write(job, step, done)


def _is_refused(job: ImportJob, judgement: Judgement) -> bool:
    """Whether faults forbid all of it; with `skip_faulty` only if no good row is left."""
    if not judgement.faults.count:
        return False
    return not (job.skip_faulty and judgement.verdicts)


def _refuse_file(job: ImportJob, refusal: DomainError) -> None:
    problems = [
        {"code": problem.code, "detail": str(problem.detail)} for problem in refusal.errors
    ] or [{"code": refusal.code, "detail": str(refusal.detail)}]
    with held(job) as current:
        import_move(
            current, "refuse", actor=SYSTEM, now=timezone.now(),
            file_problems=problems, error_count=len(problems),
        )  # fmt: skip


def _refuse(job: ImportJob, judgement: Judgement) -> None:
    _report(job, judgement, created={})
    import_move(job, "refuse", actor=SYSTEM, now=timezone.now(), **_totals(judgement))


def _finish(
    job: ImportJob, judgement: Judgement, *, created: Mapping[int, int], **fields: Any
) -> None:
    _report(job, judgement, created=created)
    now = timezone.now()
    import_move(job, "finish", actor=SYSTEM, now=now, **_totals(judgement), **fields)


def _totals(judgement: Judgement) -> dict[str, Any]:
    return {
        "error_count": judgement.faults.count,
        "warning_count": judgement.warnings.count,
        "counts": judgement.counts,
    }


def _report(job: ImportJob, judgement: Judgement, *, created: Mapping[int, int]) -> None:
    numbers: Sequence[int] = sorted(
        judgement.verdicts.keys() | judgement.faults.rows | judgement.warnings.rows
    )
    report_write(
        job,
        numbers,
        faults=judgement.faults,
        warnings=judgement.warnings,
        verdicts=judgement.verdicts,
        created=created,
    )
