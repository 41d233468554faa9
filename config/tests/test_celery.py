"""The wiring of Celery: correlation ids, and what happens while the broker is away."""

import logging
import threading
import time
from collections.abc import Iterator

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from kombu.exceptions import OperationalError

from config.celery import app
from core.correlation import correlated, current_correlation_id
from core.tasks import relay_outbox

CLOSED_PORT = 1


class Listener:
    """A task that notes under which correlation id it ran."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.arrived = threading.Event()

        @app.task(name="celery.tests.listen")
        def listen() -> None:
            self.heard.append(current_correlation_id())
            self.arrived.set()

        self.task = listen

    def wait(self) -> str:
        assert self.arrived.wait(timeout=10)
        self.arrived.clear()
        return self.heard[-1]


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    app.tasks.unregister("celery.tests.listen")


@pytest.mark.django_db(transaction=True)
def test_a_task_runs_under_the_correlation_id_of_the_request_that_sent_it(listener):
    with start_worker(app, perform_ping_check=False, pool="solo"):
        with correlated("request-0001"):
            listener.task.delay()
        assert listener.wait() == "request-0001"

        listener.task.delay()
        fresh = listener.wait()
        assert fresh not in ("", "request-0001")

        listener.task.delay()
        assert listener.wait() not in ("", fresh)
    assert current_correlation_id() == ""


def test_a_message_for_an_absent_broker_is_refused_soon_and_not_kept_waiting():
    away = Celery("away", broker=f"redis://127.0.0.1:{CLOSED_PORT}/0")
    away.conf.update(
        {
            "broker_transport_options": settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            "task_publish_retry_policy": settings.CELERY_TASK_PUBLISH_RETRY_POLICY,
        }
    )
    started = time.monotonic()

    with pytest.raises(OperationalError):
        away.send_task("core.relay_outbox")

    assert time.monotonic() - started < 5


def test_a_lost_worker_s_message_comes_back_and_one_worker_takes_one_at_a_time():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    hidden_for = app.conf.broker_transport_options["visibility_timeout"]
    assert hidden_for > app.conf.task_time_limit > app.conf.task_soft_time_limit


def test_only_json_travels():
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert relay_outbox.ignore_result


def test_workers_log_as_the_web_process_does():
    with start_worker(app, perform_ping_check=False, pool="solo"):
        pass

    formatters = {type(handler.formatter).__name__ for handler in logging.getLogger().handlers}
    assert "JsonFormatter" in formatters
