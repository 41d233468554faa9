"""The states of a period as people read them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('capital', '0004_guards_of_periods_and_drawers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accountingperiod',
            name='status',
            field=models.CharField(choices=[('open', 'Books open'), ('closed', 'Books closed')], default='open', max_length=6, verbose_name='status'),
        ),
    ]
