"""Deliveries taken in box by box, inspected, taken back, and what it cost to get them here."""

import core.money
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from core.db import AppendOnly

# Receipts there are already fulfilled their order lines unit by unit.
EXISTING = """
ALTER TABLE purchases_goodsreceiptline DISABLE TRIGGER purchases_goodsreceiptline_append_only;
UPDATE purchases_goodsreceiptline r
   SET counted_quantity = r.quantity, batch_id = m.batch_id
  FROM inventory_stockmovement m WHERE m.id = r.movement_id;
ALTER TABLE purchases_goodsreceiptline ENABLE TRIGGER purchases_goodsreceiptline_append_only;
UPDATE purchases_purchaseorderline o
   SET received_amount = r.amount
  FROM (SELECT order_line_id, sum(ordered_amount) AS amount
          FROM purchases_goodsreceiptline GROUP BY order_line_id) r
 WHERE r.order_line_id = o.id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0021_revaluation'),
        ('purchases', '0009_supplier_invoices_and_returns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FreeGoodsSettlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=500)),
                ('settled_at', models.DateTimeField()),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='free_goods_settlements', to='purchases.purchaseorderline')),
                ('settled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'settlement of free goods',
                'verbose_name_plural': 'settlements of free goods',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('quantity__gte', 1), models.Q(('reason', ''), _negated=True)), name='purchases_freegoodssettlement_says_why'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('temperature_celsius', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('packaging_intact', models.BooleanField(blank=True, null=True)),
                ('seals_intact', models.BooleanField(blank=True, null=True)),
                ('leaflet_readable', models.BooleanField(blank=True, null=True)),
                ('state', models.CharField(choices=[('pending', 'pending'), ('decided', 'decided'), ('reversed', 'receipt reversed')], db_index=True, default='pending', max_length=8)),
                ('because', models.JSONField(default=list)),
                ('quantity', models.PositiveIntegerField()),
                ('accepted_quantity', models.PositiveIntegerField(default=0)),
                ('rejected_quantity', models.PositiveIntegerField(default=0)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location')),
                ('quarantine', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location')),
                ('receipt_line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='inspection', to='purchases.goodsreceiptline')),
            ],
            options={
                'verbose_name': 'inspection',
                'verbose_name_plural': 'inspections',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('accepted_quantity', 0), ('decided_at__isnull', True), ('decided_by__isnull', True), ('rejected_quantity', 0), ('state', 'pending')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('quantity', django.db.models.expressions.CombinedExpression(models.F('accepted_quantity'), '+', models.F('rejected_quantity'))), ('state', 'decided'), models.Q(('rejected_quantity', 0), models.Q(('note', ''), _negated=True), _connector='OR')), ('state', 'reversed'), _connector='OR'), name='purchases_inspection_state_agrees'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LandedCost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30)),
                ('kind', models.CharField(choices=[('freight', 'freight'), ('customs', 'customs'), ('handling', 'handling'), ('insurance', 'insurance'), ('other', 'other')], max_length=10)),
                ('spread', models.CharField(choices=[('value', 'by value'), ('quantity', 'by quantity')], max_length=8)),
                ('amount', core.money.MoneyModelField()),
                ('paid_from', models.CharField(blank=True, choices=[('cash', 'cash'), ('bank', 'bank')], max_length=4)),
                ('document_number', models.CharField(blank=True, max_length=60)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('posted_at', models.DateTimeField()),
                ('reversed_at', models.DateTimeField(blank=True, null=True)),
                ('reversal_reason', models.CharField(blank=True, max_length=500)),
                ('posted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reversed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supplier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='landed_costs', to='purchases.supplier')),
            ],
            options={
                'verbose_name': 'landed cost',
                'verbose_name_plural': 'landed costs',
                'constraints': [
                    models.UniqueConstraint(fields=('number',), name='purchases_landedcost_number_once'),
                    models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', 1000000000000000)), name='purchases_landedcost_amount_positive'),
                    models.UniqueConstraint(condition=models.Q(models.Q(('document_number', ''), _negated=True), ('reversed_at__isnull', True)), fields=('supplier', 'document_number'), name='purchases_landedcost_document_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('paid_from', ''), ('supplier__isnull', False)), models.Q(('paid_from__in', ['cash', 'bank']), ('supplier__isnull', True)), _connector='OR'), name='purchases_landedcost_owed_or_paid'),
                    models.CheckConstraint(condition=models.Q(models.Q(('reversal_reason', ''), ('reversed_at__isnull', True), ('reversed_by__isnull', True)), models.Q(('reversed_at__isnull', False), ('reversed_by__isnull', False), models.Q(('reversal_reason', ''), _negated=True)), _connector='OR'), name='purchases_landedcost_reversal_agrees'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LandedCostLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', core.money.MoneyModelField()),
                ('on_hand_quantity', models.PositiveIntegerField()),
                ('on_hand_amount', core.money.MoneyModelField()),
                ('gone_amount', core.money.MoneyModelField()),
                ('cost', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='purchases.landedcost')),
                ('receipt_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='landed_costs', to='purchases.goodsreceiptline')),
            ],
            options={
                'verbose_name': 'share of a landed cost',
                'verbose_name_plural': 'shares of landed costs',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount', django.db.models.expressions.CombinedExpression(models.F('on_hand_amount'), '+', models.F('gone_amount'))), ('gone_amount__gte', 0), ('on_hand_amount__gte', 0)), name='purchases_landedcostline_adds_up'),
                    models.UniqueConstraint(fields=('cost', 'receipt_line'), name='purchases_landedcostline_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReceiptClosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('amount', core.money.MoneyModelField()),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closures', to='purchases.purchaseorderline')),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closures', to='purchases.goodsreceipt')),
            ],
            options={
                'verbose_name': 'closing of an order line',
                'verbose_name_plural': 'closings of order lines',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('quantity__gte', 1)), name='purchases_receiptclosure_positive'),
                    models.UniqueConstraint(fields=('receipt', 'order_line'), name='purchases_receiptclosure_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReceiptReversal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30)),
                ('reason', models.CharField(max_length=500)),
                ('total', core.money.MoneyModelField()),
                ('reversed_at', models.DateTimeField()),
                ('cosigner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='purchases.goodsreceipt')),
                ('reversed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'reversal of a goods receipt',
                'verbose_name_plural': 'reversals of goods receipts',
                'constraints': [
                    models.UniqueConstraint(fields=('number',), name='purchases_reversal_number_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), ('total__gte', 0)), name='purchases_reversal_says_why'),
                    models.CheckConstraint(condition=models.Q(('cosigner__isnull', True), models.Q(('cosigner', models.F('reversed_by')), _negated=True), _connector='OR'), name='purchases_reversal_two_people'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReceiptReversalLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('movement_id', models.BigIntegerField()),
                ('receipt_line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reversal_line', to='purchases.goodsreceiptline')),
                ('reversal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='purchases.receiptreversal')),
            ],
            options={
                'verbose_name': 'line of a reversal',
                'verbose_name_plural': 'lines of reversals',
                'constraints': [
                    models.UniqueConstraint(fields=('movement_id',), name='purchases_reversalline_movement_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Receiving',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.CharField(max_length=30)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('inspecting', 'being inspected'), ('posted', 'posted'), ('cancelled', 'cancelled')], db_index=True, default='draft', max_length=12)),
                ('delivery_note', models.CharField(blank=True, max_length=60)),
                ('started_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=500)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receivings', to='purchases.purchaseorder')),
                ('receipt', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receiving', to='purchases.goodsreceipt')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'receiving',
                'verbose_name_plural': 'receivings',
                'constraints': [
                    models.UniqueConstraint(fields=('number',), name='purchases_receiving_number_once'),
                    models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'inspecting'])), fields=('order',), name='purchases_receiving_one_open'),
                    models.CheckConstraint(condition=models.Q(models.Q(('cancel_reason', ''), ('closed_at__isnull', True), ('closed_by__isnull', True), ('receipt__isnull', True), ('state__in', ['draft', 'inspecting'])), models.Q(('cancel_reason', ''), ('closed_at__isnull', False), ('closed_by__isnull', False), ('receipt__isnull', False), ('state', 'posted')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('receipt__isnull', True), ('state', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='purchases_receiving_state_agrees'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReceivingLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('temperature_celsius', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('packaging_intact', models.BooleanField(blank=True, null=True)),
                ('seals_intact', models.BooleanField(blank=True, null=True)),
                ('leaflet_readable', models.BooleanField(blank=True, null=True)),
                ('line', models.PositiveIntegerField()),
                ('batch_number', models.CharField(blank=True, max_length=60)),
                ('expiry_date', models.DateField(blank=True, null=True)),
                ('quantity', models.PositiveIntegerField()),
                ('counted_quantity', models.PositiveIntegerField(blank=True, null=True)),
                ('quarantine', models.BooleanField(default=False)),
                ('substitution_reason', models.CharField(blank=True, max_length=500)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('location', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location')),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='purchases.purchaseorderline')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product')),
                ('receipt_line', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receiving_line', to='purchases.goodsreceiptline')),
                ('receiving', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='purchases.receiving')),
            ],
            options={
                'verbose_name': 'line of a receiving',
                'verbose_name_plural': 'lines of receivings',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='purchases_receivingline_quantity_positive'),
                    models.UniqueConstraint(fields=('receiving', 'line'), name='purchases_receivingline_line_once'),
                    models.UniqueConstraint(fields=('receiving', 'order_line', 'product', 'batch_number', 'expiry_date', 'location'), name='purchases_receivingline_batch_once', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReceivingPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('over_percent', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ('under_percent', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ('price_percent', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ('price_strict', models.BooleanField(default=False)),
                ('short_dated_days', models.PositiveIntegerField(default=0)),
                ('min_shelf_days', models.PositiveIntegerField(default=0)),
                ('inspect_all', models.BooleanField(default=False)),
                ('temperature_required', models.BooleanField(default=True)),
                ('supplier', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receiving_policy', to='purchases.supplier')),
            ],
            options={
                'verbose_name': 'receiving policy',
                'verbose_name_plural': 'receiving policies',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('over_percent__range', (0, 100)), ('under_percent__range', (0, 100)), ('price_percent__range', (0, 100))), name='purchases_receivingpolicy_percents'),
                    models.CheckConstraint(condition=models.Q(('min_shelf_days__lte', 3650), ('short_dated_days__lte', 3650)), name='purchases_receivingpolicy_days'),
                    models.UniqueConstraint(fields=('supplier',), name='purchases_receivingpolicy_once', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReceivingScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, max_length=300)),
                ('serial', models.CharField(blank=True, max_length=40)),
                ('quantity', models.PositiveIntegerField()),
                ('scanned_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='scans', to='purchases.receivingline')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product')),
                ('receiving', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='purchases.receiving')),
                ('scanned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'scan of a receiving',
                'verbose_name_plural': 'scans of receivings',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='purchases_receivingscan_quantity_positive'),
                    models.UniqueConstraint(condition=models.Q(models.Q(('serial', ''), _negated=True), ('undone_at__isnull', True)), fields=('product', 'serial'), name='purchases_receivingscan_serial_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReceivingTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invoice_price', core.money.MoneyModelField(blank=True, null=True)),
                ('invoice_amount', core.money.MoneyModelField(blank=True, null=True)),
                ('close_rest', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='purchases.purchaseorderline')),
                ('receiving', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='purchases.receiving')),
            ],
            options={
                'verbose_name': 'terms of a receiving',
                'verbose_name_plural': 'terms of receivings',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('invoice_price__isnull', True), ('invoice_amount__isnull', True), _connector='OR'), name='purchases_receivingterms_price_or_amount'),
                    models.UniqueConstraint(fields=('receiving', 'order_line'), name='purchases_receivingterms_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ShelfLifeMinimum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('min_days', models.PositiveIntegerField()),
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product')),
            ],
            options={
                'verbose_name': 'minimum shelf life',
                'verbose_name_plural': 'minimum shelf lives',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('min_days__lte', 3650)), name='purchases_shelflifeminimum_days'),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name='purchaseorderline',
            name='purchases_orderline_not_over_delivered',
        ),
        migrations.AddField(
            model_name='goodsreceiptline',
            name='accepted_because',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='goodsreceiptline',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.batch'),
        ),
        migrations.AddField(
            model_name='goodsreceiptline',
            name='counted_quantity',
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='goodsreceiptline',
            name='over_quantity',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='goodsreceiptline',
            name='replaced_product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product'),
        ),
        migrations.AddField(
            model_name='goodsreceiptline',
            name='substitution_reason',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='goodsreceiptline',
            name='temperature_celsius',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name='purchaseorderline',
            name='cancelled_quantity',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='purchaseorderline',
            name='over_quantity',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='purchaseorderline',
            name='received_amount',
            field=core.money.MoneyModelField(default=0),
        ),
        migrations.RunSQL(EXISTING, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='goodsreceiptline',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.batch'),
        ),
        migrations.AddConstraint(
            model_name='goodsreceiptline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('replaced_product__isnull', False), models.Q(('substitution_reason', ''), _negated=True)), models.Q(('replaced_product__isnull', True), ('substitution_reason', ''), ('quantity', django.db.models.expressions.CombinedExpression(models.F('counted_quantity'), '+', models.F('over_quantity')))), _connector='OR'), name='purchases_receiptline_substitution_says_why'),
        ),
        migrations.AddConstraint(
            model_name='purchaseorderline',
            constraint=models.CheckConstraint(condition=models.Q(('received_quantity__gte', 0), ('received_quantity__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('bought_quantity'), '+', models.F('free_quantity')), '-', models.F('cancelled_quantity')))), name='purchases_orderline_not_over_delivered'),
        ),
        migrations.AddConstraint(
            model_name='purchaseorderline',
            constraint=models.CheckConstraint(condition=models.Q(('received_amount__gte', 0), ('received_amount__lte', models.F('amount'))), name='purchases_orderline_received_within_amount'),
        ),
        AppendOnly("purchases_receiptclosure"),
        AppendOnly("purchases_receiptreversal"),
        AppendOnly("purchases_receiptreversalline"),
        AppendOnly("purchases_freegoodssettlement"),
        AppendOnly("purchases_landedcostline"),
    ]
