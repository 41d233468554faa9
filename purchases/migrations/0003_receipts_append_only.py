"""What was received stays as it was written down."""

from django.db import migrations

from core.db import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("purchases", "0002_offers_proposals_orders")]

    operations = [
        AppendOnly("purchases_goodsreceipt"),
        AppendOnly("purchases_goodsreceiptline"),
    ]
