from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("purchases", "0013_suppliers_contacts")]

    operations = [
        migrations.RemoveField(model_name="supplier", name="contact_name"),
        migrations.RemoveField(model_name="supplier", name="email"),
        migrations.RemoveField(model_name="supplier", name="phone"),
    ]
