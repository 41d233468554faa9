"""The stock ledger and its documents accept new rows only; every pharmacy starts with one store."""

from django.db import migrations

from core.db import AppendOnly


def create_main_store(apps, schema_editor):
    apps.get_model("inventory", "Location").objects.create(
        code="main", name="المستودع الرئيسي", is_default=True
    )


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        AppendOnly("inventory_stockmovement"),
        AppendOnly("inventory_stockdocument"),
        migrations.RunPython(create_main_store, migrations.RunPython.noop),
    ]
