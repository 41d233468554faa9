"""A worker is killed with SIGKILL at statement after statement of its work."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ai_integration.models import EngineResult, ExtractionJob
from ai_integration.services.advance import LEASE, job_advance
from ai_integration.services.sweeping import jobs_sweep
from ai_integration.tasks import advance_job
from ai_integration.tests.factories import ExtractionJobFactory
from core import audit
from core.models import OutboxEvent
from core.tests.crashing import KILLED, run_killed_at
from purchases.tests.factories import OfferFactory

Offer = OfferFactory._meta.model

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def step(job_id: str) -> None:
    """One step of a worker; runs in the process that is killed."""
    advance_job(job_id)


def recover(job):
    """What the sweeper and a living worker do once the dead worker's lease has run out."""
    later = timezone.now() + LEASE + timedelta(seconds=1)
    for _ in range(3):
        jobs_sweep(now=later)
        job_advance(job_id=job.pk, now=later)
        later += LEASE + timedelta(seconds=1)
    job.refresh_from_db()


def killed(job, statement):
    return run_killed_at(statement, "ai_integration.tests.test_crashes", "step", str(job.pk))


def everything_happened_once(job):
    assert job.state == "ready"
    assert ExtractionJob.objects.count() == 1
    assert Offer.objects.count() == 1
    assert job.offer.lines.count() == 2
    assert EngineResult.objects.filter(is_usable=True).count() == 1
    assert OutboxEvent.objects.filter(name="purchases.offer_ready").count() == 1
    assert audit.verify().intact


@pytest.mark.parametrize("statement", [1, 2, 4, 6, 8, 10, 12, 14])
def test_worker_killed_while_reading_loses_nothing_and_does_nothing_twice(statement):
    job = ExtractionJobFactory()
    assert killed(job, statement) == KILLED
    recover(job)
    everything_happened_once(job)


@pytest.mark.parametrize("statement", [2, 5, 9, 13, 17, 21])
def test_worker_killed_while_making_the_offer_loses_nothing_and_does_nothing_twice(statement):
    job = ExtractionJobFactory()
    job_advance(job_id=job.pk, now=timezone.now())
    assert killed(job, statement) == KILLED
    recover(job)
    everything_happened_once(job)


def test_worker_that_is_not_killed_finishes_both_steps():
    job = ExtractionJobFactory()
    assert killed(job, 10_000) == 0
    assert killed(job, 10_000) == 0
    job.refresh_from_db()
    everything_happened_once(job)
