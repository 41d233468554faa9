"""`/health/live` and `/health/ready`: JSON for probes, no authentication, a few milliseconds.

Live: this process answers. Ready: it can do its work, that is the database and Redis answer, a
worker is alive and every migration of this code is applied. A probe learns which part failed,
never why: reasons go to the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

from config.heartbeat import live_workers, redis_client

logger = logging.getLogger(__name__)

OK = "ok"
UNREACHABLE = "unreachable"


def check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def check_redis() -> str:
    redis_client(settings.REDIS_URL).ping()
    return OK


def check_worker() -> str:
    return OK if live_workers() else "no live worker"


@lru_cache(maxsize=1)
def known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this code; read from disk once, they do not change while it runs."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations) - {
        replaced for migration in loader.disk_migrations.values() for replaced in migration.replaces
    }


def check_migrations() -> str:
    applied = set(MigrationRecorder(connection).applied_migrations())
    missing = len(known_migrations() - applied)
    return OK if not missing else f"{missing} not applied"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "redis": check_redis,
    "worker": check_worker,
    "migrations": check_migrations,
}


def outcome(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, redis.RedisError) as error:
        logger.warning("readiness: %s failed", name, exc_info=error)
        return UNREACHABLE


def live() -> HttpResponse:
    return JsonResponse({"status": "live"})


def ready() -> HttpResponse:
    checks = {name: outcome(name, check) for name, check in CHECKS.items()}
    if all(result == OK for result in checks.values()):
        return JsonResponse({"status": "ready", "checks": checks})
    logger.warning("not ready", extra={"checks": checks})
    response = JsonResponse(
        {"status": "not ready", "checks": checks}, status=HTTPStatus.SERVICE_UNAVAILABLE
    )
    response._has_been_logged = True  # type: ignore[attr-defined] # else Django logs an error too
    return response


PROBES: dict[str, Callable[[], HttpResponse]] = {"/health/live": live, "/health/ready": ready}


class HealthMiddleware:
    """Answers the probes before host names, TLS, sessions and languages matter.

    A probe comes from inside with whatever `Host` it likes and without TLS; as a view it would be
    refused by ALLOWED_HOSTS or sent to https.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path.removesuffix("/"))
        if probe is None or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        response = probe()
        response["Cache-Control"] = "no-store"
        return response
