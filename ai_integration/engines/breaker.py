"""A circuit breaker shared by all workers, kept in Redis.

After ``THRESHOLD`` failures in a row nobody calls the engine for ``OPEN_SECONDS``; then one
worker may try while the others still wait. Losing Redis's memory closes the circuit, which only
means that the engine is tried again.
"""

from __future__ import annotations

from django.core.cache import cache

from ai_integration.engines.port import EngineUnavailable

THRESHOLD = 5
OPEN_SECONDS = 30
# Failures further apart than this are not "in a row".
MEMORY_SECONDS = 600

_FAILURES = "ai_engine:failures"
_OPEN = "ai_engine:open"
_PROBE = "ai_engine:probe"


class CircuitOpen(EngineUnavailable):
    """The engine is known to be down; asking costs nothing and counts as no attempt."""

    def __init__(self) -> None:
        super().__init__("engine_down", "The engine is down; calls are held back.")


def check() -> None:
    """Raises CircuitOpen unless this caller may try the engine now."""
    if cache.get(_OPEN):
        raise CircuitOpen
    is_suspect = (cache.get(_FAILURES) or 0) >= THRESHOLD
    if is_suspect and not cache.add(_PROBE, 1, OPEN_SECONDS):
        raise CircuitOpen


def failed() -> None:
    cache.add(_FAILURES, 0, MEMORY_SECONDS)
    if cache.incr(_FAILURES) >= THRESHOLD:
        cache.touch(_FAILURES, MEMORY_SECONDS)
        cache.set(_OPEN, 1, OPEN_SECONDS)
        cache.delete(_PROBE)


def succeeded() -> None:
    cache.delete_many([_FAILURES, _OPEN, _PROBE])
