from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
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
def accountant(db) -> Actor:
    return actor_with("accountant")


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


class Running:
    """Work on a connection of its own, under way."""

    def __init__(self, work: Callable[[], Any], pool: ThreadPoolExecutor) -> None:
        self._future = pool.submit(self._run, work)

    @staticmethod
    def _run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as exc:  # noqa: BLE001 - the test judges it
            return exc
        finally:
            connection.close()

    def done_within(self, seconds: float) -> bool:
        return bool(wait([self._future], timeout=seconds).done)

    def result(self) -> Any:
        """What it returned or raised."""
        return self._future.result(timeout=30)


@pytest.fixture
def in_thread() -> Iterator[Callable[[Callable[[], Any]], Running]]:
    """Starts work on a connection of its own and goes on; it ends before the test does."""
    with ThreadPoolExecutor(4) as pool:
        yield lambda work: Running(work, pool)
