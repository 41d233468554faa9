"""Fixtures every app's tests share."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

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
