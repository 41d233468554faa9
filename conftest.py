"""What all tests share: how the database, Redis keys and media files of a test go away."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from config.heartbeat import redis_client
from config.tests.documented import check_documented
from core.tests.real_files import path_of

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

_NEVER_EMPTIED = {"django_migrations"}
# The audit chain starts empty in every test.
_EMPTY_AT_FIRST = {"core_auditentry", "core_auditseal"}


def _tables_with_rows(cursor) -> list[str]:
    names = [n for n in connection.introspection.table_names(cursor) if n not in _NEVER_EMPTIED]
    cursor.execute(
        " UNION ALL ".join(f"SELECT '{n}' WHERE EXISTS (SELECT 1 FROM {n})" for n in names)
    )
    return [name for (name,) in cursor.fetchall()]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After a test with real commits, empties the tables and puts back what migrations created.

    Django's flush would lose the system accounts, roles and locations, and truncates: the ledgers'
    triggers refuse that, and it makes new files of every table and index (half a second a test).
    So rows are deleted where there are any, with the triggers off, and copies kept beside the
    tables are put back; nothing is left for the signal after migrations to create.
    """
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            kept = [name for name in _tables_with_rows(cursor) if name not in _EMPTY_AT_FIRST]
            cursor.execute("CREATE SCHEMA IF NOT EXISTS kept_rows")
            for name in kept:
                cursor.execute(f"DROP TABLE IF EXISTS kept_rows.{name}")
                cursor.execute(f"CREATE TABLE kept_rows.{name} AS TABLE {name}")
        # Nothing of the test run may keep a connection that the fixtures do not know of.
        connection.close()

    def execute_sql_flush(self, sql_list):
        with transaction.atomic(), self.connection.cursor() as cursor:
            filled = {*_tables_with_rows(cursor), *kept}
            for name in filled:
                cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            for name in filled:
                cursor.execute(f"DELETE FROM {name}")
            for name in kept:
                cursor.execute(f"INSERT INTO {name} SELECT * FROM kept_rows.{name}")
            # No table may be altered while deferred checks of it are due.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name in filled:
                cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        patched.setattr(flush, "emit_post_migrate_signal", lambda *args, **kwargs: None)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of tests with one id, parallel test processes would silently run only one."""
    counts = Counter(item.nodeid for item in items)
    if repeated := [name for name, count in counts.items() if count > 1]:
        raise pytest.UsageError(f"Several tests have the id {repeated[0]}.")


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
    return path_of(".")


class DocumentedClient(APIClient):
    """Fails a test that is answered otherwise than the OpenAPI document promises."""

    def generic(self, method, path, *args, **kwargs):
        response = super().generic(method, path, *args, **kwargs)
        check_documented(response, method=method, path=str(path))
        return response


class UserClient(DocumentedClient):
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
    return DocumentedClient()


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
