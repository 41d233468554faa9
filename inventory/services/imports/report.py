"""Writing into the staged rows what became of each of them, a few thousand in one statement."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from inventory.imports.judgement import Verdict
from inventory.imports.remarks import Remarks
from inventory.models import ImportJob, RowOutcome

CHUNK = 5_000
ERROR, WARNING = "error", "warning"
_WRITE = """
UPDATE inventory_importrow AS held
   SET outcome = told.outcome, product_id = told.product_id,
       changes = told.changes::jsonb, problems = told.problems::jsonb,
       has_errors = told.has_errors
  FROM unnest(%s::int[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::boolean[])
       AS told (number, outcome, product_id, changes, problems, has_errors)
 WHERE held.job_id = %s AND held.number = told.number
"""
_PENDING = Verdict(RowOutcome.PENDING)
_FAULTY = Verdict(RowOutcome.FAULTY)


def report_write(
    job: ImportJob,
    numbers: Iterable[int],
    *,
    faults: Remarks,
    warnings: Remarks,
    verdicts: Mapping[int, Verdict],
    created: Mapping[int, int],
) -> None:
    """Keep verdict and problems of these rows. created: row -> id of the product it made."""
    problems = _problems_by_row(faults, warnings)
    faulty = faults.rows
    lines = [
        _line(
            number,
            _FAULTY if number in faulty else verdicts.get(number, _PENDING),
            created.get(number),
            problems.get(number, []),
        )
        for number in numbers
    ]
    for chunk in _chunks(lines):
        columns = [list(column) for column in zip(*chunk, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [*columns, job.pk])


def _line(
    number: int, verdict: Verdict, product_id: int | None, problems: list[dict[str, str]]
) -> tuple[Any, ...]:
    return (
        number,
        str(verdict.outcome),
        product_id or verdict.product_id,
        json.dumps(verdict.changes, cls=DjangoJSONEncoder, ensure_ascii=False),
        json.dumps(problems, ensure_ascii=False),
        any(problem["severity"] == ERROR for problem in problems),
    )


def _problems_by_row(faults: Remarks, warnings: Remarks) -> dict[int, list[dict[str, str]]]:
    told: dict[int, list[dict[str, str]]] = defaultdict(list)
    for severity, remarks in ((ERROR, faults), (WARNING, warnings)):
        for remark in remarks.items:
            told[remark.row].append(
                {
                    "severity": severity,
                    "column": remark.column,
                    "value": remark.value,
                    "code": remark.code,
                    "detail": str(remark.detail),
                }
            )
    return told


def _chunks(lines: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    for start in range(0, len(lines), CHUNK):
        yield lines[start : start + CHUNK]
