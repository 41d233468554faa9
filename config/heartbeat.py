"""Proof of life of the workers.

Each worker's main loop writes its name and the time to a sorted set in Redis. A worker that died,
hangs, or lost the broker stops writing, and its score grows old. `python -m config.heartbeat`
exits 0 when the worker of this host is alive (the container's health check).
"""

from __future__ import annotations

import logging
import socket
import sys
import time
from functools import lru_cache
from typing import Any, cast

import redis
from celery import bootsteps
from django.conf import settings

logger = logging.getLogger(__name__)

BEAT_EVERY_SECONDS = 5
STALE_AFTER_SECONDS = 30
FORGET_AFTER_SECONDS = 86_400


@lru_cache(maxsize=4)
def redis_client(url: str) -> redis.Redis:
    """A client that gives up quickly: probes must answer while Redis does not."""
    return redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)


def heartbeat_key() -> str:
    return f"{settings.REDIS_KEY_PREFIX}:worker-heartbeats"


def record(worker: str) -> None:
    """Note that the worker is alive now, and forget workers not heard of for a day."""
    now = time.time()
    pipeline = redis_client(settings.REDIS_URL).pipeline()
    pipeline.zadd(heartbeat_key(), {worker: now})
    pipeline.zremrangebyscore(heartbeat_key(), 0, now - FORGET_AFTER_SECONDS)
    pipeline.execute()


def forget(worker: str) -> None:
    redis_client(settings.REDIS_URL).zrem(heartbeat_key(), worker)


def live_workers() -> list[str]:
    """Names of the workers heard of within `STALE_AFTER_SECONDS`."""
    since = time.time() - STALE_AFTER_SECONDS
    names = redis_client(settings.REDIS_URL).zrangebyscore(heartbeat_key(), since, "+inf")
    return [str(name, "utf-8") for name in cast("list[bytes]", names)]


class WorkerHeartbeat(bootsteps.StartStopStep):
    """Celery bootstep: records the heartbeat from the worker's own event loop."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.timer_entry: Any = None

    def start(self, worker: Any) -> None:
        self.beat(worker)
        self.timer_entry = worker.timer.call_repeatedly(BEAT_EVERY_SECONDS, self.beat, (worker,))

    def stop(self, worker: Any) -> None:
        if self.timer_entry is not None:
            self.timer_entry.cancel()
            self.timer_entry = None
        try:
            forget(worker.hostname)
        except redis.RedisError:
            logger.warning("heartbeat of %s not removed; it will grow stale", worker.hostname)

    def terminate(self, worker: Any) -> None:
        self.stop(worker)

    def beat(self, worker: Any) -> None:
        try:
            record(worker.hostname)
        except redis.RedisError:
            logger.warning("heartbeat of %s not written", worker.hostname)


def main() -> int:
    suffix = f"@{socket.gethostname()}"
    try:
        alive = any(name.endswith(suffix) for name in live_workers())
    except redis.RedisError:
        alive = False
    return 0 if alive else 1


if __name__ == "__main__":
    sys.exit(main())
