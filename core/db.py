"""What the database itself must enforce, as migration operations, and ordered locking."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import migrations, models
from django.db.models import QuerySet

M = TypeVar("M", bound=models.Model)

_REFUSE = """
CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


class AppendOnly(migrations.RunSQL):
    """Migration operation: ``table`` accepts INSERT only, whoever asks.

    UPDATE, DELETE and TRUNCATE raise SQLSTATE 23001. A correction is a further row.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=f"""
            {_REFUSE}
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
            CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
            """,
            reverse_sql=f"""
            DROP TRIGGER {table}_append_only ON {table};
            DROP TRIGGER {table}_no_truncate ON {table};
            """,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {})


def lock(queryset: QuerySet[M]) -> list[M]:
    """The rows of ``queryset``, locked in primary-key order (no deadlocks).

    Two who lock the same row wait for each other; who only inserts rows that refer to it does
    not (FOR NO KEY UPDATE): such a wait would come at commit, when the audit log is locked
    already. Only the model's own table is locked. Raises OperationalError after ``lock_timeout``,
    which becomes a 409 ``resource_busy``.
    """
    return list(queryset.order_by("pk").select_for_update(of=("self",), no_key=True))
