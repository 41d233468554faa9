from datetime import timedelta

import pytest
from django.utils import timezone

from ai_integration.models import EngineResult, ExtractionJob
from ai_integration.services.advance import LEASE, MAX_DEATHS, job_advance
from ai_integration.services.sweeping import jobs_sweep
from ai_integration.services.uploads import job_cancel, job_retry
from ai_integration.tests.factories import OFFER_CSV, ExtractionJobFactory
from core.audit import SYSTEM
from core.models import AuditEntry, OutboxEvent
from files.tests import documents

pytestmark = pytest.mark.django_db


def advance(job, *, at=None):
    job_advance(job_id=job.pk, now=at or timezone.now())
    job.refresh_from_db()
    return job


def run_to_end(job):
    return advance(advance(job))


def test_file_becomes_an_offer_with_the_provenance_of_every_line():
    job = run_to_end(ExtractionJobFactory())
    assert (job.state, job.engine, job.rows_found) == ("ready", "embedded", 2)
    lines = list(job.offer.lines.order_by("row"))
    assert [line.name for line in lines] == ["لوراتيفان 1 ملغ اقراص", "كالسيوم كير"]
    for line in lines:
        assert line.page == 1
        assert line.row
        assert line.raw_text
        assert line.confidence is not None
    assert job.offer.engine.startswith("embedded")


def test_each_step_is_one_job_state_and_audited():
    job = ExtractionJobFactory()
    assert advance(job).state == "received"
    assert EngineResult.objects.get(job=job).is_usable
    assert advance(job).state == "ready"
    actions = AuditEntry.objects.filter(subject_id=str(job.pk)).values_list("action", flat=True)
    assert list(actions) == [
        "ai_integration.job_dispatch",
        "ai_integration.job_receive",
        "ai_integration.job_finish",
    ]


def test_a_finished_job_advances_no_further():
    job = run_to_end(ExtractionJobFactory())
    before = ExtractionJob.objects.values().get()
    advance(job)
    assert ExtractionJob.objects.values().get() == before


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(b"a,b\nc,d\n", "text/csv"), (documents.xlsx([["x"], ["y"]]), documents.XLSX_TYPE)],
)
def test_document_without_a_table_fails_with_the_readers_reason(content, content_type):
    job = advance(ExtractionJobFactory(file__content=content, file__content_type=content_type))
    assert job.state == "failed"
    assert job.failure_code
    assert job.failure_detail
    event = OutboxEvent.objects.get(name="ai_integration.offer_job_failed")
    assert event.payload["reason_code"] == job.failure_code


@pytest.mark.parametrize("price", ["-5", "NaN", "1e20", "100000000000000000000"])
def test_impossible_price_of_a_file_is_flagged_and_never_stored(price):
    content = f"name,price\nConcor 5,{price}\nCetal,31\n".encode()
    job = run_to_end(ExtractionJobFactory(file__content=content))
    impossible, good = job.offer.lines.order_by("row")
    assert (impossible.name, impossible.list_price) == ("Concor 5", None)
    assert impossible.flags
    assert (good.list_price, good.flags) == (31, [])


def test_file_in_the_arabic_encoding_of_windows_becomes_an_offer():
    content = OFFER_CSV.decode().encode("windows-1256")
    job = run_to_end(ExtractionJobFactory(file__content=content))
    names = job.offer.lines.order_by("row").values_list("name", flat=True)
    assert list(names) == ["لوراتيفان 1 ملغ اقراص", "كالسيوم كير"]


def test_dead_workers_job_is_read_again_after_its_lease():
    job = ExtractionJobFactory(
        state="dispatched", attempts=1, lease_expires_at=timezone.now() + LEASE
    )
    jobs_sweep(now=timezone.now())
    job.refresh_from_db()
    assert job.state == "dispatched"
    jobs_sweep(now=timezone.now() + LEASE + timedelta(seconds=1))
    job.refresh_from_db()
    assert job.state == "queued"
    ExtractionJob.objects.update(next_attempt_at=timezone.now())
    assert run_to_end(job).state == "ready"


def test_file_that_keeps_killing_workers_is_given_up():
    job = ExtractionJobFactory(
        state="dispatched", attempts=MAX_DEATHS, lease_expires_at=timezone.now()
    )
    jobs_sweep(now=timezone.now() + timedelta(seconds=1))
    job.refresh_from_db()
    assert (job.state, job.failure_code) == ("failed", "worker_died")


def test_job_under_another_workers_lease_is_left_alone():
    job = ExtractionJobFactory(lease_expires_at=timezone.now() + LEASE)
    assert advance(job).state == "queued"
    assert job.attempts == 0


@pytest.mark.parametrize("steps_before", [0, 1])
def test_unexpected_fault_is_retried_twice_and_then_a_failure(monkeypatch, steps_before):
    job = ExtractionJobFactory()
    for _ in range(steps_before):
        advance(job)
    broken = "_ask_engine" if steps_before == 0 else "_make_offer"
    monkeypatch.setattr(f"ai_integration.services.advance.{broken}", lambda job: 1 / 0)
    states = []
    for _ in range(MAX_DEATHS):
        advance(job, at=timezone.now() + timedelta(hours=1))
        states.append(job.state)
    waiting = "queued" if steps_before == 0 else "received"
    assert states == [waiting, waiting, "failed"]
    assert job.failure_code == "internal_error"


def test_cancelled_job_is_not_read():
    job = ExtractionJobFactory()
    job_cancel(actor=SYSTEM, now=timezone.now(), job_id=job.pk)
    assert run_to_end(job).state == "cancelled"
    assert not EngineResult.objects.exists()


def test_cancelling_while_a_worker_reads_stops_it_and_keeps_no_result(monkeypatch):
    job = ExtractionJobFactory()
    from ai_integration.services import advance as module

    note = module._note_progress

    def cancel_first(reading, *done):
        job_cancel(actor=SYSTEM, now=timezone.now(), job_id=job.pk)
        note(reading, *done)

    monkeypatch.setattr(module, "_note_progress", cancel_first)
    assert advance(job).state == "cancelled"
    assert not EngineResult.objects.exists()


def test_retry_after_a_cancelled_reading_reads_again():
    job = ExtractionJobFactory()
    job_cancel(actor=SYSTEM, now=timezone.now(), job_id=job.pk)
    job_retry(actor=SYSTEM, now=timezone.now(), job_id=job.pk)
    assert run_to_end(job).state == "ready"
    assert job.round == 2


def test_retry_takes_up_a_result_that_is_already_here():
    job = advance(ExtractionJobFactory())
    job_cancel(actor=SYSTEM, now=timezone.now(), job_id=job.pk)
    job_retry(actor=SYSTEM, now=timezone.now(), job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "received"
    assert advance(job).state == "ready"
    assert EngineResult.objects.count() == 1
