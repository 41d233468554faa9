"""A worker is killed with SIGKILL at statement after statement of an import."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import audit
from core.models import OutboxEvent
from core.tests.crashing import KILLED, run_killed_at
from inventory.models import ImportRow, Product, StockDocument, StockLevel, StockMovement
from inventory.selectors.reconciliation import differences
from inventory.services.imports.advance import LEASE, import_advance
from inventory.services.imports.sweeping import imports_sweep
from inventory.tasks import advance_import
from inventory.tests.imports.files import csv_of, opening_rows, queued

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROWS = 5


def step(job_id: str) -> None:
    """One worker's run; in the process that is killed, in chunks of two rows."""
    from inventory.services.imports import steps

    steps.CHUNK = 2
    advance_import(job_id)


def killed(job, statement):
    return run_killed_at(statement, "inventory.tests.imports.test_crashes", "step", str(job.pk))


def everything_happened_once(job):
    job.refresh_from_db()
    assert (job.state, job.rows_checked, job.rows_applied) == ("done", ROWS, ROWS)
    assert ImportRow.objects.filter(job=job, outcome="stocked").count() == ROWS
    assert Product.objects.count() == StockMovement.objects.count() == ROWS
    assert StockLevel.objects.count() == ROWS
    assert StockDocument.objects.get().number.endswith("-000001")
    assert OutboxEvent.objects.filter(name="inventory.import_finished").count() == 1
    assert list(differences()) == []
    assert audit.verify().intact


@pytest.mark.parametrize("statement", [3, 9, 15, 21, 27, 35, 45, 55, 65, 75])
def test_worker_killed_anywhere_loses_nothing_and_does_nothing_twice(statement):
    job = queued("opening", csv_of(opening_rows(ROWS)))
    assert killed(job, statement) == KILLED
    job.refresh_from_db()
    if job.state != "done":
        assert not Product.objects.exists()
    later = timezone.now() + LEASE + timedelta(seconds=1)
    imports_sweep(now=later)
    import_advance(job_id=job.pk, now=later)
    everything_happened_once(job)


def test_worker_that_is_not_killed_finishes():
    job = queued("opening", csv_of(opening_rows(ROWS)))
    assert killed(job, 10_000) == 0
    everything_happened_once(job)
