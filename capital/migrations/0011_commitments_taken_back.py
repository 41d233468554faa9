"""What a promise of money was used for may be taken back."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('capital', '0010_reconciled_lines_are_not_emptied'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='commitmentchange',
            name='capital_commitmentchange_kind_known',
        ),
        migrations.AlterField(
            model_name='commitmentchange',
            name='kind',
            field=models.CharField(choices=[('created', 'Created'), ('consumed', 'Consumed'), ('released', 'Released'), ('restored', 'Consumption taken back'), ('reclaimed', 'Release taken back')], max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='commitmentchange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['created', 'consumed', 'released', 'restored', 'reclaimed'])), name='capital_commitmentchange_kind_known'),
        ),
    ]
