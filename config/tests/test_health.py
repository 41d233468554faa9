import json
import time

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.celery import app
from config.heartbeat import STALE_AFTER_SECONDS, heartbeat_key, main, record, redis_client

CLOSED_PORT = 1


@pytest.fixture
def live_worker():
    record("worker@elsewhere")


@pytest.mark.django_db
class TestReady:
    def test_says_ready_with_every_part_in_order(self, client, live_worker):
        response = client.get("/health/ready")

        assert response.status_code == 200
        assert response.json() == {
            "status": "ready",
            "checks": {"database": "ok", "redis": "ok", "worker": "ok", "migrations": "ok"},
        }

    def test_needs_no_known_host_no_tls_and_no_cookie(self, client, live_worker, settings):
        settings.SECURE_SSL_REDIRECT = True

        response = client.get("/health/ready", HTTP_HOST="10.0.0.7:8000")

        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies

    def test_says_when_there_is_no_worker(self, client):
        response = client.get("/health/ready")

        assert response.status_code == 503
        assert response.json()["status"] == "not ready"
        assert response.json()["checks"]["worker"] == "no live worker"

    def test_is_logged_once_and_with_its_reason_when_not_ready(self, client, caplog):
        client.get("/health/ready")

        (record,) = [record for record in caplog.records if record.name != "celery"]
        assert record.levelname == "WARNING"
        assert record.checks["worker"] == "no live worker"

    def test_does_not_believe_a_worker_that_fell_silent(self, client):
        silent_since = time.time() - STALE_AFTER_SECONDS - 1
        redis_client(settings.REDIS_URL).zadd(heartbeat_key(), {"worker@gone": silent_since})

        assert client.get("/health/ready").status_code == 503

    def test_says_when_redis_is_down(self, client, live_worker, settings):
        settings.REDIS_URL = f"redis://127.0.0.1:{CLOSED_PORT}/0"

        response = client.get("/health/ready")

        assert response.status_code == 503
        checks = response.json()["checks"]
        assert (checks["redis"], checks["worker"]) == ("unreachable", "unreachable")
        assert checks["database"] == "ok"

    def test_counts_migrations_that_are_not_applied(self, client, live_worker):
        MigrationRecorder.Migration.objects.filter(app="users").order_by("id")[:1].get().delete()

        response = client.get("/health/ready")

        assert response.status_code == 503
        assert response.json()["checks"]["migrations"] == "1 not applied"

    def test_takes_two_queries(self, client, live_worker, django_assert_max_num_queries):
        client.get("/health/ready")

        # SELECT 1, whether the migrations table exists, and its rows
        with django_assert_max_num_queries(3):
            client.get("/health/ready")


@pytest.mark.django_db(transaction=True)
def test_says_when_the_database_is_down_without_saying_why(client, live_worker, monkeypatch):
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", CLOSED_PORT)
        response = client.get("/health/ready")
        live = client.get("/health/live")
        connection.close()

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "unreachable"
    assert str(CLOSED_PORT) not in json.dumps(response.json())
    assert live.status_code == 200


def test_live_answers_without_touching_anything(client):
    response = client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "live"})


@pytest.mark.django_db
def test_probes_are_read_only(client):
    assert client.post("/health/live").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_running_worker_is_heard_and_a_stopped_one_is_not(client):
    with start_worker(app, perform_ping_check=False, pool="solo") as worker:
        deadline = time.monotonic() + 10
        while client.get("/health/ready").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert client.get("/health/ready").json()["checks"]["worker"] == "ok"
        heard = redis_client(settings.REDIS_URL).zrange(heartbeat_key(), 0, -1)
        assert heard == [worker.hostname.encode()]

    assert client.get("/health/ready").json()["checks"]["worker"] == "no live worker"


@pytest.mark.django_db
def test_the_container_check_asks_for_the_worker_of_this_host(monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "this-host")
    record("celery@other-host")
    assert main() == 1

    record("celery@this-host")
    assert main() == 0
