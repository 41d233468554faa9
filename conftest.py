"""What all tests share: how the database, Redis keys and media files of a test go away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from config.heartbeat import redis_client

# Deadlines would measure the machine's load, not the code. A failure prints what repeats it.
hypothesis_settings.register_profile(
    "default",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.register_profile(
    "soak", hypothesis_settings.get_profile("default"), max_examples=5_000, stateful_step_count=200
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# The audit chain starts empty in every test.
_NOT_KEPT = {"django_migrations", "core_auditentry", "core_auditseal"}


def _tables_with_rows(cursor) -> list[str]:
    filled = []
    for name in connection.introspection.table_names(cursor):
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name})")
        if cursor.fetchone()[0] and name not in _NOT_KEPT:
            filled.append(name)
    return filled


def _truncate_refusals(cursor) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE '%_no_truncate'"
    )
    return cursor.fetchall()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After a test with real commits, empties the tables and puts back what migrations created.

    Django's flush truncates, which the ledgers' triggers refuse, and would lose the system
    accounts, roles and locations; so it runs with the triggers off, and copies kept beside the
    tables are put back.
    """
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            kept = _tables_with_rows(cursor)
            cursor.execute("CREATE SCHEMA IF NOT EXISTS kept_rows")
            for name in kept:
                cursor.execute(f"DROP TABLE IF EXISTS kept_rows.{name}")
                cursor.execute(f"CREATE TABLE kept_rows.{name} AS TABLE {name}")
        # Nothing of the test run may keep a connection that the fixtures do not know of.
        connection.close()

    def execute_sql_flush(self, sql_list):
        with transaction.atomic(), self.connection.cursor() as cursor:
            refusals = _truncate_refusals(cursor)
            for table, trigger in refusals:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
            for sql in sql_list:
                cursor.execute(sql)
            for table, trigger in refusals:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
            for name in kept:
                cursor.execute(f"INSERT INTO {name} SELECT * FROM kept_rows.{name}")

    original = DatabaseOperations.execute_sql_flush
    DatabaseOperations.execute_sql_flush = execute_sql_flush
    yield
    DatabaseOperations.execute_sql_flush = original


def pytest_make_parametrize_id(val: object) -> str | None:
    """Documents carry time stamps: as parts of ids they would differ between test processes."""
    return "bytes" if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def _language_of_the_settings():
    """A request in Arabic leaves its thread in Arabic, as the next request sets its own."""
    yield
    translation.deactivate()


_DATABASE_FIXTURES = {"db", "transactional_db"}


@pytest.fixture(autouse=True)
def _own_redis_keys(request: pytest.FixtureRequest):
    """Throttle counts, cached answers and queued messages of one test are not met by the next."""
    yield
    if request.node.get_closest_marker("django_db") or _DATABASE_FIXTURES & {*request.fixturenames}:
        client = redis_client(settings.REDIS_URL)
        keys = list(client.scan_iter(match=f"{settings.REDIS_KEY_PREFIX}:*", count=1000))
        if keys:
            client.delete(*keys)


def pytest_sessionfinish() -> None:
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files; skips with a reason where it is absent."""
    beside = Path(__file__).resolve().parent.parent / "shared" / "data"
    folder = Path(os.environ.get("PHARMACIO_SHARED_DATA", beside))
    if not folder.is_dir():
        pytest.skip("the real files of ../shared/data are not here")
    return folder


class UserClient(APIClient):
    """Speaks as ``user``, with a real access token."""

    def __init__(self, user) -> None:
        from users.services.sessions import session_start

        super().__init__()
        self.user = user
        pair = session_start(user=user, address="", user_agent="tests", now=timezone.now())
        self.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")


@pytest.fixture
def api() -> APIClient:
    """A client nobody has signed in."""
    return APIClient()


@pytest.fixture
def client_of(db) -> Callable[..., UserClient]:
    """``client_of(user)``: a client signed in as that user."""
    return UserClient


@pytest.fixture
def user_as(db) -> Callable:
    """``user_as("pharmacist")``: a fresh user with that role."""
    from rbac.tests.factories import user_with_role

    return user_with_role


@pytest.fixture
def user_holding(db) -> Callable:
    """``user_holding("inventory.view", …)``: a fresh user with exactly these permissions."""
    from rbac.tests.factories import user_with_permissions

    return user_with_permissions


@pytest.fixture
def client_as(user_as) -> Callable[[str], UserClient]:
    """``client_as("pharmacist")``: a client signed in as a fresh user with that role."""
    return lambda role_code: UserClient(user_as(role_code))


@pytest.fixture
def actor(db):
    """A saved user acting."""
    from core.audit import Actor
    from users.tests.factories import UserFactory

    user = UserFactory()
    return Actor(id=user.pk, label=user.username, ip="192.0.2.1")
