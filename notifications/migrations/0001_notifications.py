"""Notifications, once per event and person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('offer_ready', 'Offer ready'), ('offer_failed', 'Offer could not be read'), ('proposal_waiting', 'Proposal waits for approval'), ('proposal_approved', 'Proposal approved'), ('proposal_rejected', 'Proposal rejected'), ('low_stock', 'Stock below its minimum'), ('opening_low_stock', 'Opening stock below its minimum')], max_length=30, verbose_name='kind')),
                ('event_id', models.BigIntegerField(verbose_name='event')),
                ('params', models.JSONField(default=dict, verbose_name='facts')),
                ('subject_type', models.CharField(max_length=80, verbose_name='subject type')),
                ('subject_id', models.CharField(max_length=80, verbose_name='subject')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'notification',
                'verbose_name_plural': 'notifications',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['recipient', '-id'], name='notifications_of_person'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['recipient', '-id'], name='notifications_unread_of_person')],
                'constraints': [models.UniqueConstraint(fields=('event_id', 'recipient'), name='notifications_once_per_event_and_person'), models.CheckConstraint(condition=models.Q(('kind__in', ['offer_ready', 'offer_failed', 'proposal_waiting', 'proposal_approved', 'proposal_rejected', 'low_stock', 'opening_low_stock'])), name='notifications_kind_known'), models.CheckConstraint(condition=models.Q(('read_at__isnull', True), ('read_at__gte', models.F('created_at')), _connector='OR'), name='notifications_read_after_created')],
            },
        ),
    ]
