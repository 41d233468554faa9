"""Taking a file through an import in a database of its own, with the time of every phase."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def own_database() -> Iterator[None]:
    """A migrated database that is removed at the end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    kept = setup_databases(verbosity=0, interactive=False, aliases=["default"])
    try:
        yield
    finally:
        connection.close()
        teardown_databases(kept, verbosity=0)


def taken_through(kind: str, content: bytes, name: str, **options: Any) -> tuple[Any, float]:
    """The job after a worker has finished with it, and seconds from upload to end; prints phases.

    Beside the seconds on the clock stand the processor seconds of this process and of its
    database server: together, and but for waits of the disk, they are the clock of a machine with
    nothing else to do.
    """
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection
    from django.utils import timezone

    from core.audit import SYSTEM
    from inventory.services.imports import steps
    from inventory.services.imports.advance import import_advance
    from inventory.services.imports.jobs import import_create, import_prepare

    connection.ensure_connection()
    server: int = connection.connection.info.backend_pid
    marks: list[tuple[str, float, float]] = []
    queries = 0

    def now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time() + _processor_seconds(server)

    def mark(title: str) -> None:
        marks.append((title, *now()))

    def watched(step: Callable[[Any], None], title: str) -> Callable[[Any], None]:
        def run(job: Any) -> None:
            mark(title)
            step(job)

        return run

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*args)

    own = {state: watched(step, str(state)) for state, step in steps.STEPS.items()}
    mark("upload")
    with (
        mock.patch.object(steps, "STEPS", own),
        mock.patch.object(steps, "progress_write", lambda _job, step, _done: mark(f"  {step}")),
        connection.execute_wrapper(counted),
    ):
        prepared = import_prepare(file=SimpleUploadedFile(name, content))
        job = import_create(
            actor=SYSTEM, now=timezone.now(), prepared=prepared, kind=kind, **options
        )
        import_advance(job_id=job.pk, now=timezone.now())
    mark("end")
    job.refresh_from_db()
    print(f"{name} ({len(content) / 1e6:.1f} MB, {job.encoding}): {job.state}, {queries} queries")
    for (title, clock, processor), (_next, later, busier) in pairwise(marks):
        print(f"  {title:24} {later - clock:7.1f} s on the clock  {busier - processor:6.1f} s busy")
    clock, busy = marks[-1][1] - marks[0][1], marks[-1][2] - marks[0][2]
    print(f"  {'all':24} {clock:7.1f} s on the clock  {busy:6.1f} s busy")
    return job, min(clock, busy) if busy else clock


def _processor_seconds(pid: int) -> float:
    """Of another process; 0 where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
