"""What was reconciled cannot be emptied either: TRUNCATE passes by triggers of rows."""

from django.db import migrations

_TABLES = ("capital_reconciledbankline", "capital_reconciledjournalline")


def _guard(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();",
        f"DROP TRIGGER {table}_no_truncate ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("capital", "0009_names_of_reconciled_lines")]

    operations = [_guard(table) for table in _TABLES]
