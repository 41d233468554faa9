"""API, worker and beat as real processes, as `make run` and the demo start them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import connection

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

STACK = settings.BASE_DIR / "scripts" / "stack.py"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    def __init__(self, folder: Path) -> None:
        database = connection.settings_dict
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.output = folder / "stack.log"
        with self.output.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(STACK), "--port", str(port)],
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "config.settings.dev",
                    "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
                        **database
                    ),
                    "REDIS_KEY_PREFIX": settings.REDIS_KEY_PREFIX,
                    "PHARMACIO_RUN_DIR": str(folder),
                    "WEB_CONCURRENCY": "1",
                },
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while "ready: http" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=10) as response:
            return response.read()


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(timeout=60)


def test_the_stack_becomes_ready_serves_logs_and_ends_whole(stack):
    stack.wait_until_ready()

    assert json.loads(stack.get("/health/ready"))["status"] == "ready"
    assert b"openapi: 3.1" in stack.get("/api/schema/?signature=secret-value")
    assert b"swagger-ui" in stack.get("/api/docs/")
    assert stack.get("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css")

    children = stack.children()
    assert len(children) >= 6  # three masters, their children
    stack.process.send_signal(signal.SIGINT)
    assert stack.process.wait(timeout=60) == 0
    assert [child for child in children if child.is_running()] == []

    log = stack.output.read_text()
    requests = [json.loads(line) for line in log.splitlines() if "gunicorn.access" in line]
    assert any(line["message"].startswith("GET /api/schema/ 200") for line in requests)
    assert "secret-value" not in log
    assert not any("/health/" in line["message"] for line in requests)


def test_the_stack_ends_when_one_of_the_three_does(stack):
    stack.wait_until_ready()
    beat = next(child for child in stack.children() if "beat" in child.cmdline())

    beat.kill()

    assert stack.process.wait(timeout=60) == 1
    assert "stopping: beat ended" in stack.output.read_text()
