"""The opening balance as a background import: progress, refusal, cancelling, all or nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.public import capital_summary
from core.models import OutboxEvent
from inventory.errors import ImportAlreadyRunning, ImportStateForbids, OpeningAlreadyImported
from inventory.models import ImportJob, Product, StockDocument, StockLevel, StockMovement
from inventory.services.imports import advance, steps
from inventory.services.imports.advance import LEASE, MOST_ATTEMPTS, import_advance
from inventory.services.imports.jobs import import_cancel
from inventory.services.imports.progress import cancel_ask, progress_read
from inventory.services.imports.sweeping import ROWS_KEPT, imports_purge
from inventory.tests.imports.files import (
    csv_of,
    imported,
    opening_rows,
    problems_of,
    queued,
    worked,
    xlsx_of,
)

pytestmark = pytest.mark.django_db


def nothing_was_imported() -> bool:
    return not (
        Product.objects.exists()
        or StockMovement.objects.exists()
        or StockDocument.objects.exists()
        or StockLevel.objects.exists()
    )


def test_good_file_becomes_stock_and_the_job_tells_what_it_did(actor):
    job = imported("opening", opening_rows(3), actor=actor)
    assert (job.state, job.rows_total, job.rows_checked, job.rows_applied) == ("done", 3, 3, 3)
    assert job.error_count == 0
    assert job.counts["products_created"] == 3
    assert job.document.number == job.counts["number"]
    assert StockMovement.objects.count() == 3
    assert set(StockMovement.objects.values_list("actor_id", flat=True)) == {actor.id}
    assert capital_summary().stock_at_cost == sum(level.value for level in StockLevel.objects.all())
    rows = list(job.rows.all())
    assert {row.outcome for row in rows} == {"stocked"}
    assert {row.product_id for row in rows} == set(Product.objects.values_list("pk", flat=True))
    told = OutboxEvent.objects.get(name="inventory.import_finished").payload
    assert (told["state"], told["rows"], told["started_by_id"]) == ("done", 3, actor.id)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1256"])
def test_encoding_of_an_arabic_file_is_found_and_told(encoding):
    rows = [["الاسم", "الكمية", "الكلفة"], ["باراسيتول 500", "12", "100"]]
    job = worked(queued("opening", csv_of(rows, encoding=encoding)))
    assert (job.state, job.encoding) == ("done", encoding)
    assert Product.objects.get().name_ar == "باراسيتول 500"


def test_workbook_is_read_with_its_days_and_numbers():
    expiry = timezone.datetime(2031, 5, 31)
    content = xlsx_of([["name", "quantity", "unit cost", "expiry"], ["Paracetol", 12, 2.5, expiry]])
    job = worked(queued("opening", content, name="rows.xlsx"))
    assert (job.state, job.encoding) == ("done", "xlsx")
    assert StockLevel.objects.get().batch.expiry_date == expiry.date()


def test_dry_run_reports_as_the_real_run_and_changes_nothing():
    rows = [*opening_rows(3), ["Bad", "many", "2", "", "", 0, 0]]
    dry = imported("opening", rows, dry_run=True)
    assert nothing_was_imported()
    real = imported("opening", rows)
    assert nothing_was_imported()
    assert (dry.state, real.state) == ("refused", "refused")
    assert (dry.error_count, dry.counts) == (real.error_count, real.counts)
    fields = ("number", "outcome", "problems", "changes")
    assert list(dry.rows.values(*fields)) == list(real.rows.values(*fields))


def test_dry_run_of_a_good_file_is_done_and_can_then_be_imported():
    rows = opening_rows(2)
    dry = imported("opening", rows, dry_run=True)
    assert (dry.state, dry.rows_applied, dry.document) == ("done", 0, None)
    assert nothing_was_imported()
    assert imported("opening", rows).rows_applied == 2


def test_every_fault_of_every_row_is_reported_with_column_value_and_remedy():
    rows = [
        *opening_rows(1),
        ["", "-1", "x", "", "never", 0, 0],
        ["Product 7", "1.5", "2", "", "2031-05-31", 0, 0],
    ]
    job = imported("opening", rows)
    assert (job.state, job.error_count) == ("refused", 5)
    assert nothing_was_imported()
    assert problems_of(job) == {
        3: ["too_small", "required", "not_a_date", "not_a_number"],
        4: ["not_whole"],
    }
    (fault,) = job.rows.get(number=4).problems
    assert (fault["column"], fault["value"], fault["severity"]) == ("quantity", "1.5", "error")
    assert "whole" in fault["detail"]


@pytest.mark.parametrize("cost", ["-1", "NaN", "Infinity", "1e20", "100000000000000000000"])
def test_cost_that_is_no_price_is_refused_by_its_column(cost):
    rows = opening_rows(2)
    rows[2][2] = cost
    job = imported("opening", rows)
    assert job.state == "refused"
    assert [fault["column"] for fault in job.rows.get(number=3).problems] == ["unit_cost"]
    assert nothing_was_imported()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b\n1,2\n", "no_header"),
        (b"name,quantity,unit cost\n", "no_rows"),
        (b"name,quantity,quantity,unit cost\nx,1,1,1\n", "column_twice"),
        (b"name,quantity\nx,1\n", "column_missing"),
        (b'name,quantity,unit cost\n"x,1,1\n', "broken_csv"),
    ],
)
def test_file_that_is_no_such_table_is_refused_with_the_reason(content, code):
    job = worked(queued("opening", content))
    assert job.state == "refused"
    assert [problem["code"] for problem in job.file_problems] == [code]
    assert nothing_was_imported()


def test_same_file_is_neither_imported_twice_nor_at_the_same_time():
    first = queued("opening", csv_of(opening_rows(1)))
    with pytest.raises(ImportAlreadyRunning):
        queued("opening", csv_of(opening_rows(1)))
    worked(first)
    with pytest.raises(OpeningAlreadyImported):
        queued("opening", csv_of(opening_rows(1)))
    assert StockMovement.objects.count() == 1


def test_job_cancelled_before_its_end_leaves_nothing(actor):
    job = queued("opening", csv_of(opening_rows(2)))
    import_cancel(actor=actor, now=timezone.now(), job_id=job.pk, kind="opening")
    assert worked(job).state == "cancelled"
    assert nothing_was_imported()
    with pytest.raises(ImportStateForbids):
        import_cancel(actor=actor, now=timezone.now(), job_id=job.pk, kind="opening")


def test_progress_is_shown_and_a_wish_to_cancel_undoes_what_was_written(actor, monkeypatch):
    """The wish arrives while the worker is in the middle of writing."""
    job = queued("opening", csv_of(opening_rows(2)))
    seen = []
    write = steps.progress_write

    def interrupted(current, step, done):
        if step == "posting stock":
            seen.append(Product.objects.count())
            cancel_ask(job.pk, actor)
        write(current, step, done)

    monkeypatch.setattr(steps, "progress_write", interrupted)
    worked(job)
    assert seen == [2]
    assert job.state == "cancelled"
    assert progress_read(job.pk).step == "posting stock"
    assert nothing_was_imported()


def test_fault_of_ours_is_tried_again_and_then_fails(monkeypatch):
    job = queued("opening", csv_of(opening_rows(1)))

    def broken(_job):
        raise RuntimeError("a bug")

    monkeypatch.setitem(steps.STEPS, "applying", broken)
    now = timezone.now()
    for _ in range(MOST_ATTEMPTS):
        job.refresh_from_db()
        assert job.state != "failed"
        import_advance(job_id=job.pk, now=now)
        now += timedelta(hours=1)
    job.refresh_from_db()
    assert (job.state, job.failure_code) == ("failed", "internal_error")
    assert nothing_was_imported()


def test_worker_that_lost_its_lease_stops_without_writing(monkeypatch):
    job = queued("opening", csv_of(opening_rows(2)))
    check = steps.STEPS["checking"]

    def overtaken(current):
        ImportJob.objects.filter(pk=job.pk).update(attempts=current.attempts + 1)
        check(current)

    monkeypatch.setitem(steps.STEPS, "checking", overtaken)
    worked(job)
    assert (job.state, job.rows_checked) == ("checking", 0)
    monkeypatch.undo()
    import_advance(job_id=job.pk, now=timezone.now() + LEASE + timedelta(seconds=1))
    job.refresh_from_db()
    assert (job.state, StockMovement.objects.count()) == ("done", 2)


def test_checking_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(steps, "CHUNK", 2)
    job = queued("opening", csv_of(opening_rows(5)))
    rules = steps.rules_of(job)
    looked_at = []

    class Watched(type(rules)):
        def check(self, rows, options):
            if len(looked_at) == 1:
                looked_at.append([])
                raise advance.ImportTakenAway
            looked_at.append([row.number for row in rows])
            return super().check(rows, options)

    monkeypatch.setattr(steps, "rules_of", lambda _job: Watched())
    worked(job)
    assert (job.state, job.rows_checked) == ("checking", 2)
    import_advance(job_id=job.pk, now=timezone.now() + LEASE + timedelta(seconds=1))
    job.refresh_from_db()
    assert looked_at == [[2, 3], [], [4, 5], [6]]
    assert (job.state, StockMovement.objects.count()) == ("done", 5)


def test_rows_are_forgotten_after_ninety_days_and_the_job_stays():
    job = imported("opening", opening_rows(2))
    assert imports_purge(now=timezone.now() + ROWS_KEPT - timedelta(minutes=1)) == 0
    assert imports_purge(now=timezone.now() + ROWS_KEPT + timedelta(minutes=1)) == 2
    assert ImportJob.objects.get() == job


def test_one_row_and_three_hundred_take_the_same_number_of_queries():
    counts = []
    for number in (1, 300):
        job = queued("opening", csv_of(opening_rows(number, start=number * 1000)))
        with CaptureQueriesContext(connection) as queries:
            worked(job)
        assert job.state == "done", job.failure_detail
        counts.append(len(queries))
    assert counts[0] == counts[1]
