"""The kind of digest that tells of goods waiting for their inspection."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('purchases', '0022_lines_of_a_mix'),
    ]

    operations = [
        migrations.AlterField(
            model_name='purchasingdigest',
            name='kind',
            field=models.CharField(choices=[('invoices_due', 'invoices due'), ('returns_closing', 'return windows closing'), ('goods_waiting', 'goods waiting for inspection')], max_length=16),
        ),
    ]
