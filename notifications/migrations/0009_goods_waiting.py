"""The kind of message that tells of goods waiting for their inspection."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0008_receipts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notification',
            name='notifications_kind_known',
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('offer_ready', 'Offer ready'), ('offer_failed', 'Offer could not be read'), ('proposal_waiting', 'Proposal waits for approval'), ('proposal_approved', 'Proposal approved'), ('proposal_rejected', 'Proposal rejected'), ('proposal_second_waiting', 'Proposal waits for a second approval'), ('proposal_changes_requested', 'Proposal to be changed'), ('proposal_expired', 'Proposal was not decided in time'), ('approval_delegated', 'Approving was delegated to you'), ('proposal_stuck', 'Approved proposal is not ordered'), ('order_not_sent', 'Order could not be sent'), ('order_answered', 'Order confirmed otherwise than ordered'), ('low_stock', 'Stock below its minimum'), ('opening_low_stock', 'Opening stock below its minimum'), ('out_of_stock', 'Out of stock'), ('negative_margin', 'Priced below its cost'), ('expiry_digest', 'Batches close to their expiry'), ('idle_stock_digest', 'Too much, or not asked for'), ('import_done', 'Import done'), ('import_refused', 'Import refused'), ('import_failed', 'Import failed'), ('invoice_differs', 'Supplier invoice does not agree'), ('invoices_due', 'Supplier invoices to pay'), ('return_windows', 'Goods that can soon go back no more'), ('goods_waiting', 'Goods that wait for their inspection'), ('goods_rejected', 'Goods rejected on inspection'), ('receipt_reversed', 'Goods receipt taken back'), ('ledgers_differ', 'The books do not agree')], max_length=30, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['offer_ready', 'offer_failed', 'proposal_waiting', 'proposal_approved', 'proposal_rejected', 'proposal_second_waiting', 'proposal_changes_requested', 'proposal_expired', 'approval_delegated', 'proposal_stuck', 'order_not_sent', 'order_answered', 'low_stock', 'opening_low_stock', 'out_of_stock', 'negative_margin', 'expiry_digest', 'idle_stock_digest', 'import_done', 'import_refused', 'import_failed', 'invoice_differs', 'invoices_due', 'return_windows', 'goods_waiting', 'goods_rejected', 'receipt_reversed', 'ledgers_differ'])), name='notifications_kind_known'),
        ),
    ]
