"""Orders expire: what has not arrived by then is given up."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('purchases', '0003_receipts_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='purchaseorder',
            name='purchases_order_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='purchaseorder',
            name='purchases_order_closed_agrees',
        ),
        migrations.AddField(
            model_name='purchaseorder',
            name='expires_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='purchaseorder',
            name='state',
            field=models.CharField(choices=[('open', 'open'), ('partially_received', 'partially received'), ('received', 'received'), ('cancelled', 'cancelled'), ('expired', 'expired')], db_index=True, default='open', max_length=20),
        ),
        migrations.AddIndex(
            model_name='purchaseorder',
            index=models.Index(condition=models.Q(('expires_at__isnull', False), ('state__in', ['open', 'partially_received'])), fields=['expires_at'], name='purchases_order_to_expire'),
        ),
        migrations.AddConstraint(
            model_name='purchaseorder',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'partially_received', 'received', 'cancelled', 'expired'])), name='purchases_order_state_known'),
        ),
        migrations.AddConstraint(
            model_name='purchaseorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ['open', 'partially_received'])), models.Q(('closed_at__isnull', False), ('state__in', ['received', 'cancelled', 'expired'])), _connector='OR'), name='purchases_order_closed_agrees'),
        ),
    ]
