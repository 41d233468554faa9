from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.audit import Actor
from purchases.tests.factories import actor_with


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def buyer(db) -> Actor:
    return actor_with("purchasing")


@pytest.fixture
def pharmacist(db) -> Actor:
    return actor_with("pharmacist")


@pytest.fixture
def together() -> Callable[[Sequence[Callable[[], Any]]], list[Any]]:
    """Runs all at the same moment on connections of their own; results or exceptions."""

    def run_all(works: Sequence[Callable[[], Any]]) -> list[Any]:
        barrier = Barrier(len(works))

        def run(work: Callable[[], Any]) -> Any:
            try:
                barrier.wait(timeout=10)
                return work()
            except Exception as exc:  # noqa: BLE001 - the test judges it
                return exc
            finally:
                connection.close()

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(run, works))

    return run_all
