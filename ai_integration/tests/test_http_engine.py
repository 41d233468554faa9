import json
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from ai_integration.engines import breaker
from ai_integration.models import EngineResult, ExtractionJob
from ai_integration.services.advance import job_advance
from ai_integration.services.sweeping import jobs_sweep
from ai_integration.services.uploads import job_cancel, job_retry
from ai_integration.tests import payloads
from ai_integration.tests.factories import ExtractionJobFactory
from core.audit import SYSTEM
from purchases.tests.factories import OfferFactory, OfferLineFactory

Offer = OfferFactory._meta.model
OfferLine = OfferLineFactory._meta.model

pytestmark = pytest.mark.django_db
URL = "/api/v1/ocr/result/"


def advance(job):
    ExtractionJob.objects.filter(pk=job.pk).update(next_attempt_at=timezone.now())
    job_advance(job_id=job.pk, now=timezone.now())
    job.refresh_from_db()
    return job


@pytest.fixture
def deliver(api, settings):
    def send(job, payload, token=None):
        return api.post(
            URL,
            json.dumps({"job_id": str(getattr(job, "pk", job)), "payload": payload}),
            content_type="application/json",
            headers={"Authorization": token or settings.INTERNAL_SERVICE_TOKEN},
        )

    return send


@pytest.fixture
def dispatched(played_engine):
    return advance(ExtractionJobFactory())


def test_job_is_handed_over_exactly_as_the_contract_says(played_engine):
    job = advance(ExtractionJobFactory())
    (request,) = played_engine.requests
    assert request["path"] == "/v1/process"
    assert request["authorization"] == "the-engine-key"
    assert request["content_type"] == "application/json"
    assert request["json"] == {
        "job_id": str(job.pk),
        "file_reference": job.file.storage_key,
        "target_items": [],
    }
    assert (job.state, job.engine) == ("dispatched", "http")


@pytest.mark.parametrize("shape", payloads.BY_SHAPE)
def test_result_of_each_shape_becomes_an_offer(deliver, dispatched, shape):
    payload, lines = payloads.BY_SHAPE[shape]
    response = deliver(dispatched, payload)
    assert response.status_code == 200
    assert response.json() == {"status": "received", "job_id": str(dispatched.pk)}
    assert advance(dispatched).state == "ready"
    assert OfferLine.objects.count() == dispatched.rows_found == lines
    assert json.loads(EngineResult.objects.get().body) == payload


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "engine_key_refused"),
        (404, "engine_address_wrong"),
        (422, "engine_refused_request"),
    ],
)
def test_engine_that_says_no_fails_the_job_at_once(played_engine, status, code):
    played_engine.status = status
    job = advance(ExtractionJobFactory())
    assert (job.state, job.failure_code) == ("failed", code)


@pytest.mark.parametrize("status", [500, 503, 200, 302])
def test_engine_in_trouble_is_asked_again_later(played_engine, status):
    played_engine.status = status
    job = advance(ExtractionJobFactory())
    assert job.state == "queued"
    assert job.next_attempt_at > timezone.now()
    assert job.lease_expires_at is None
    played_engine.status = 202
    assert advance(job).state == "dispatched"


def test_engine_that_is_slow_or_down_is_asked_again_later(played_engine, settings):
    played_engine.delay = 2
    job = advance(ExtractionJobFactory())
    assert job.state == "queued"
    settings.AI_ENGINE_PROCESS_URL = "http://127.0.0.1:9/v1/process"
    assert advance(job).state == "queued"
    assert job.attempts == 2


def test_pauses_grow_with_the_attempts(played_engine):
    played_engine.status = 500
    job = ExtractionJobFactory()
    pauses = []
    for _ in range(3):
        before = timezone.now()
        pauses.append(advance(job).next_attempt_at - before)
    assert pauses[0] < pauses[1] < pauses[2]


def test_open_circuit_spares_the_engine_and_the_jobs_attempts(played_engine):
    played_engine.status = 500
    job = ExtractionJobFactory()
    for _ in range(breaker.THRESHOLD):
        advance(job)
    asked = len(played_engine.requests)
    attempts = job.attempts
    advance(job)
    assert len(played_engine.requests) == asked
    assert (job.state, job.attempts) == ("queued", attempts)


def test_after_a_while_one_job_probes_and_success_closes_the_circuit(played_engine):
    played_engine.status = 500
    jobs = [ExtractionJobFactory(file__content=b"a,%d" % number) for number in range(3)]
    for _ in range(breaker.THRESHOLD):
        advance(jobs[0])
    cache.delete("ai_engine:open")  # as after OPEN_SECONDS
    cache.add("ai_engine:probe", 1, 30)  # another worker is probing
    asked = len(played_engine.requests)
    advance(jobs[1])
    assert len(played_engine.requests) == asked
    cache.delete("ai_engine:probe")
    played_engine.status = 202
    assert advance(jobs[1]).state == "dispatched"
    assert advance(jobs[2]).state == "dispatched"


def test_engine_down_for_longer_than_a_day_fails_the_job(played_engine):
    played_engine.status = 503
    job = advance(ExtractionJobFactory())
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        assert advance(job).state == "failed"
    assert job.failure_code == "engine_error"


def test_engine_that_never_answers_times_the_job_out(dispatched):
    jobs_sweep(now=dispatched.result_due_at)
    dispatched.refresh_from_db()
    assert dispatched.state == "dispatched"
    jobs_sweep(now=dispatched.result_due_at + timedelta(seconds=1))
    dispatched.refresh_from_db()
    assert (dispatched.state, dispatched.failure_code) == ("timed_out", "no_result")


def time_out(job):
    jobs_sweep(now=job.result_due_at + timedelta(seconds=1))
    job.refresh_from_db()


def test_late_result_is_still_taken(deliver, dispatched):
    time_out(dispatched)
    assert deliver(dispatched, payloads.ITEMS).status_code == 200
    assert advance(dispatched).state == "ready"
    assert dispatched.failure_code == ""


def test_late_result_is_refused_where_the_file_was_sent_again(deliver, dispatched):
    time_out(dispatched)
    ExtractionJobFactory(supplier=dispatched.supplier, file=dispatched.file)
    response = deliver(dispatched, payloads.ITEMS)
    assert (response.status_code, response.json()["code"]) == (409, "duplicate_offer")
    assert not EngineResult.objects.exists()


def test_result_quicker_than_our_own_note_is_taken(deliver, played_engine):
    job = ExtractionJobFactory()
    assert deliver(job, payloads.ITEMS).status_code == 200
    assert advance(job).state == "ready"
    assert played_engine.requests == []


def test_result_sent_twice_is_answered_alike_and_changes_nothing(deliver, dispatched):
    deliver(dispatched, payloads.ITEMS)
    advance(dispatched)
    before = ExtractionJob.objects.values().get()
    response = deliver(dispatched, payloads.ITEMS)
    assert response.status_code == 200
    assert ExtractionJob.objects.values().get() == before
    assert (EngineResult.objects.count(), Offer.objects.count()) == (1, 1)


@pytest.mark.parametrize("is_ready", [False, True])
def test_a_different_second_result_is_refused(deliver, dispatched, is_ready):
    deliver(dispatched, payloads.ITEMS)
    if is_ready:
        advance(dispatched)
    before = ExtractionJob.objects.values().get()
    response = deliver(dispatched, payloads.RAW_TABLES)
    assert (response.status_code, response.json()["code"]) == (409, "result_already_received")
    assert ExtractionJob.objects.values().get() == before
    assert EngineResult.objects.count() == 1


@pytest.mark.parametrize("payload", payloads.GARBAGE, ids=json.dumps)
def test_garbage_is_refused_kept_as_evidence_and_fails_the_job(deliver, dispatched, payload):
    response = deliver(dispatched, payload)
    assert response.status_code in (400, 422)
    assert response.json()["errors"][0]["field"].startswith("payload")
    if response.status_code == 422:
        dispatched.refresh_from_db()
        assert (dispatched.state, dispatched.failure_code) == ("failed", "result_unusable")
        assert not EngineResult.objects.get().is_usable
    assert not Offer.objects.exists()


def test_good_result_after_garbage_is_taken(deliver, dispatched):
    deliver(dispatched, {"items": "no list"})
    assert deliver(dispatched, payloads.ITEMS).status_code == 200
    assert advance(dispatched).state == "ready"


@pytest.mark.parametrize(
    "price", [-5, 1e20, float("nan"), float("inf"), "-5", "NaN", "10^20", "1" * 40]
)
def test_impossible_price_is_flagged_and_never_stored(deliver, dispatched, price):
    payload = {"items": [{**payloads.ITEMS["items"][0], "price": price}]}
    assert deliver(dispatched, payload).status_code == 200
    assert advance(dispatched).state == "ready"
    line = OfferLine.objects.get()
    assert line.list_price is None
    assert line.flags


def test_empty_result_makes_no_offer_and_says_so(deliver, dispatched):
    response = deliver(dispatched, {"items": []})
    assert response.status_code == 200
    advance(dispatched)
    assert (dispatched.state, dispatched.failure_code) == ("failed", "no_table_found")
    assert not Offer.objects.exists()


@pytest.mark.parametrize("job_id", ["00000000-0000-4000-8000-000000000000", "no-uuid", 5])
def test_unknown_job_is_400(deliver, db, job_id):
    response = deliver(job_id, payloads.ITEMS)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "job_id"


@pytest.mark.parametrize("token", ["wrong", "Bearer test-internal-token", " "])
def test_wrong_token_is_401_and_changes_nothing(deliver, dispatched, token):
    response = deliver(dispatched, payloads.ITEMS, token=token)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert not EngineResult.objects.exists()


@pytest.mark.parametrize("token", ["x", "wrong" * 50])
def test_tokens_are_compared_in_constant_time(deliver, dispatched, monkeypatch, settings, token):
    compared = []

    def spy(one, other):
        compared.append({one, other})
        return False

    monkeypatch.setattr("secrets.compare_digest", spy)
    assert deliver(dispatched, payloads.ITEMS, token=token).status_code == 401
    assert compared == [{token.encode(), settings.INTERNAL_SERVICE_TOKEN.encode()}]


def test_without_a_configured_token_nobody_gets_in(deliver, dispatched, settings):
    settings.INTERNAL_SERVICE_TOKEN = ""
    assert deliver(dispatched, payloads.ITEMS, token=" ").status_code == 401


def test_result_of_a_cancelled_job_is_refused(deliver, dispatched):
    job_cancel(actor=SYSTEM, now=timezone.now(), job_id=dispatched.pk)
    response = deliver(dispatched, payloads.ITEMS)
    assert (response.status_code, response.json()["code"]) == (409, "job_state_forbids")
    assert not EngineResult.objects.exists()


def test_retry_asks_the_engine_anew(played_engine, dispatched):
    time_out(dispatched)
    job_retry(actor=SYSTEM, now=timezone.now(), job_id=dispatched.pk)
    assert advance(dispatched).state == "dispatched"
    assert len(played_engine.requests) == 2
