"""The cache: Redis, whose absence must not stop the till.

What is cached here (counts of throttles, what can be worked out again) may be missing at any
moment. Lock-outs, idempotency and jobs are rows in PostgreSQL and do not depend on it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)


def _forgiving(method: Callable[..., Any], answer: Callable[..., Any]) -> Callable[..., Any]:
    """`method`, but with `answer` of the same arguments while Redis cannot be reached."""

    @wraps(method)
    def attempt(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except (redis.ConnectionError, redis.TimeoutError):
            logger.warning("cache unreachable: %s skipped", method.__name__)
            return answer(*args, **kwargs)

    return attempt


def _default(key: str, default: Any = None, version: int | None = None) -> Any:
    return default


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache that is empty and forgetful, instead of raising, without Redis."""

    get = _forgiving(RedisCache.get, _default)
    get_many = _forgiving(RedisCache.get_many, lambda *_, **__: {})
    has_key = _forgiving(RedisCache.has_key, lambda *_, **__: False)
    set = _forgiving(RedisCache.set, lambda *_, **__: None)
    set_many = _forgiving(RedisCache.set_many, lambda data, *_, **__: list(data))
    # "Added": whoever asks whether it is the first must go on.
    add = _forgiving(RedisCache.add, lambda *_, **__: True)
    touch = _forgiving(RedisCache.touch, lambda *_, **__: False)
    delete = _forgiving(RedisCache.delete, lambda *_, **__: False)
    delete_many = _forgiving(RedisCache.delete_many, lambda *_, **__: None)
