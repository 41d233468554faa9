import pytest
from django.utils import timezone

from ai_integration.errors import JobStateForbids
from ai_integration.models import ExtractionJob, JobState
from ai_integration.tests.factories import ExtractionJobFactory
from ai_integration.transitions import ACTIONS, TRANSITIONS, job_move
from core.audit import SYSTEM
from core.models import AuditEntry
from purchases.tests.factories import OfferFactory

pytestmark = pytest.mark.django_db


def job_in(state):
    finished = state in (JobState.READY, JobState.FAILED, JobState.CANCELLED, JobState.TIMED_OUT)
    return ExtractionJobFactory(
        state=state,
        finished_at=timezone.now() if finished else None,
        failure_code="x" if state in (JobState.FAILED, JobState.TIMED_OUT) else "",
        offer=OfferFactory() if state == JobState.READY else None,
    )


def move(job, action):
    fails = action in ("fail", "time_out")
    return job_move(
        job,
        action,
        actor=SYSTEM,
        now=timezone.now(),
        failure_code="why" if fails else "",
        **({"offer": OfferFactory()} if action == "finish" else {}),
    )


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", JobState.values)
def test_every_action_in_every_state_follows_the_table(state, action):
    job = job_in(state)
    before = ExtractionJob.objects.values().get()
    if (state, action) in TRANSITIONS:
        move(job, action)
        job.refresh_from_db()
        assert job.state == TRANSITIONS[state, action]
        assert AuditEntry.objects.filter(action=f"ai_integration.job_{action}").exists()
    else:
        with pytest.raises(JobStateForbids) as refusal:
            move(job, action)
        assert action not in refusal.value.extra["allowed_actions"]
        assert ExtractionJob.objects.values().get() == before


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("owner", True),
        ("pharmacist", True),
        ("purchasing", True),
        ("cashier", False),
        ("accountant", False),
        ("auditor", False),
    ],
)
def test_who_may_cancel_and_retry(client_as, role, allowed):
    job = job_in(JobState.QUEUED)
    client = client_as(role)
    for action, state in (("cancel", "cancelled"), ("retry", "queued")):
        response = client.post(f"/api/v1/offers/jobs/{job.pk}/{action}/")
        job.refresh_from_db()
        if allowed:
            assert (response.status_code, job.state) == (200, state)
        else:
            assert (response.status_code, job.state) == (403, "queued")


def test_refused_action_names_what_is_possible(client_as):
    job = job_in(JobState.READY)
    response = client_as("owner").post(f"/api/v1/offers/jobs/{job.pk}/cancel/")
    body = response.json()
    assert (response.status_code, body["code"]) == (409, "job_state_forbids")
    assert (body["job_state"], body["allowed_actions"]) == ("ready", [])
