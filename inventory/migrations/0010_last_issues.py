"""When products were last handed out, from the movements already in the ledger."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inventory", "0009_alerts_and_list_orders")]

    operations = [
        migrations.RunSQL(
            sql="""
            UPDATE inventory_productstock p SET last_issued_at = m.last_issued_at
              FROM (SELECT b.product_id, max(s.occurred_at) AS last_issued_at
                      FROM inventory_stockmovement s JOIN inventory_batch b ON b.id = s.batch_id
                     WHERE s.kind = 'issue' AND s.quantity < 0
                     GROUP BY b.product_id) m
             WHERE m.product_id = p.product_id
            """,
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
