"""Migrations are cheap to run: each fresh database pays for them, of a test run, of a demo."""

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddIndex, CreateModel

from config.tests.test_foreign_keys import LEVEL_OF


def test_tables_are_created_with_their_constraints_and_indexes():
    """Each operation on a model renders all models it is related to: a tenth of a second."""
    apart = []
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        operations = migration.operations if app in LEVEL_OF else []
        created = {each.name_lower for each in operations if isinstance(each, CreateModel)}
        apart += [
            f"{app}.{name}: {each.describe()}"
            for each in operations
            if isinstance(each, AddConstraint | AddIndex) and each.model_name_lower in created
        ]
    assert not apart, f"move these into the options of CreateModel: {apart}"
