"""Where a person let more be ordered than a supplier gives credit for: kept for good."""

import core.money
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from core.db import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('purchases', '0016_dispatch_queued_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CreditOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('credit_limit', core.money.MoneyModelField(verbose_name='credit limit')),
                ('exposure', core.money.MoneyModelField(verbose_name='owed and on order')),
                ('amount', core.money.MoneyModelField(verbose_name='ordered on top')),
                ('reason', models.TextField(verbose_name='reason')),
                ('overridden_at', models.DateTimeField()),
                ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_overrides', to='purchases.purchaseorder')),
                ('overridden_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_overrides', to='purchases.proposal')),
            ],
            options={
                'verbose_name': 'exceeded credit limit',
                'verbose_name_plural': 'exceeded credit limits',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('order__isnull', True)), fields=('proposal',), name='purchases_creditoverride_once_per_approval'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='purchases_creditoverride_has_reason'), models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('credit_limit__lt', django.db.models.expressions.CombinedExpression(models.F('exposure'), '+', models.F('amount')))), name='purchases_creditoverride_exceeds')],
            },
        ),
        AppendOnly("purchases_creditoverride"),
    ]
