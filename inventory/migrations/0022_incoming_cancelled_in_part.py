"""A part of goods on their way may be called off."""

import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0021_revaluation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='incoming',
            name='inventory_incoming_received_within_quantity',
        ),
        migrations.RemoveIndex(
            model_name='incoming',
            name='inventory_incoming_open',
        ),
        migrations.AddField(
            model_name='incoming',
            name='cancelled',
            field=models.BigIntegerField(db_default=0, default=0, verbose_name='cancelled'),
        ),
        migrations.AddIndex(
            model_name='incoming',
            index=models.Index(condition=models.Q(('cancelled_at__isnull', True), ('received__lt', django.db.models.expressions.CombinedExpression(models.F('quantity'), '-', models.F('cancelled')))), fields=['product'], name='inventory_incoming_open'),
        ),
        migrations.AddConstraint(
            model_name='incoming',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled__gte', 0), ('received__gte', 0), ('received__lte', django.db.models.expressions.CombinedExpression(models.F('quantity'), '-', models.F('cancelled')))), name='inventory_incoming_received_within_quantity'),
        ),
    ]
