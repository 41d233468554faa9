"""Receipts of controlled products are taken back by two people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('purchases', '0019_scans_count_for_order_lines'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReceiptReversalRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lines', models.JSONField(blank=True, null=True)),
                ('reason', models.CharField(max_length=500)),
                ('requested_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('rejection_reason', models.CharField(blank=True, max_length=500)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reversal_requests', to='purchases.goodsreceipt')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reversal', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='purchases.receiptreversal')),
            ],
            options={
                'verbose_name': 'request for a reversal',
                'verbose_name_plural': 'requests for reversals',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('rejection_reason', ''), ('reversal__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(models.Q(('rejection_reason', ''), ('reversal__isnull', False)), models.Q(('reversal__isnull', True), models.Q(('rejection_reason', ''), _negated=True)), _connector='OR')), _connector='OR'), name='purchases_reversalrequest_decision_agrees'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('requested_by')), _negated=True), _connector='OR'), name='purchases_reversalrequest_two_people'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='purchases_reversalrequest_says_why')],
            },
        ),
    ]
