"""Supplier invoices, what settles them, returns to suppliers and credit notes."""

import core.money
import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from core.db import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('capital', '0010_reconciled_lines_are_not_emptied'),
        ('files', '0001_stored_files'),
        ('inventory', '0019_products_by_name'),
        ('purchases', '0008_need_policies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='InvoicedQuantity',
            fields=[
                ('receipt_line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='invoiced', serialize=False, to='purchases.goodsreceiptline')),
                ('received_quantity', models.PositiveIntegerField()),
                ('invoiced_quantity', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'invoiced quantity',
                'verbose_name_plural': 'invoiced quantities',
                'constraints': [models.CheckConstraint(condition=models.Q(('invoiced_quantity__gte', 0), ('invoiced_quantity__lte', models.F('received_quantity'))), name='purchases_invoicedquantity_within')],
            },
        ),
        migrations.CreateModel(
            name='PurchasingDigest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('invoices_due', 'invoices due'), ('returns_closing', 'return windows closing')], max_length=16)),
                ('day', models.DateField()),
                ('told_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'purchasing digest',
                'verbose_name_plural': 'purchasing digests',
                'constraints': [models.UniqueConstraint(fields=('kind', 'day'), name='purchases_digest_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='SupplierInvoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.CharField(max_length=30)),
                ('supplier_number', models.CharField(max_length=60)),
                ('number_key', models.CharField(editable=False, max_length=60)),
                ('invoice_date', models.DateField()),
                ('due_date', models.DateField()),
                ('state', models.CharField(choices=[('draft', 'draft'), ('matched', 'matched'), ('differences', 'differences'), ('approved', 'approved'), ('posted', 'posted'), ('cancelled', 'cancelled'), ('reversed', 'reversed')], db_index=True, default='draft', max_length=12)),
                ('goods', core.money.MoneyModelField()),
                ('discount', core.money.MoneyModelField(default=Decimal('0'))),
                ('charges', core.money.MoneyModelField(default=Decimal('0'))),
                ('charges_note', models.CharField(blank=True, max_length=200)),
                ('charges_tax', core.money.MoneyModelField(default=Decimal('0'))),
                ('tax', core.money.MoneyModelField(default=Decimal('0'))),
                ('rounding', core.money.MoneyModelField(default=Decimal('0'))),
                ('total', core.money.MoneyModelField()),
                ('payable', core.money.MoneyModelField(default=Decimal('0'))),
                ('disputed', core.money.MoneyModelField(default=Decimal('0'))),
                ('dispute_settled', core.money.MoneyModelField(default=Decimal('0'))),
                ('settled', core.money.MoneyModelField(default=Decimal('0'))),
                ('note', models.TextField(blank=True)),
                ('matched_at', models.DateTimeField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('approval_reason', models.TextField(blank=True)),
                ('posted_at', models.DateTimeField(blank=True, null=True)),
                ('entry_id', models.BigIntegerField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.TextField(blank=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('posted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receipts', models.ManyToManyField(blank=True, related_name='+', to='purchases.goodsreceipt')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='purchases.supplier')),
            ],
            options={
                'verbose_name': 'supplier invoice',
                'verbose_name_plural': 'supplier invoices',
            },
        ),
        migrations.CreateModel(
            name='CreditNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.CharField(max_length=30)),
                ('supplier_number', models.CharField(max_length=60)),
                ('number_key', models.CharField(editable=False, max_length=60)),
                ('note_date', models.DateField()),
                ('reason', models.CharField(choices=[('return', 'goods returned'), ('dispute', 'a disputed invoice'), ('allowance', 'a rebate or allowance')], max_length=10)),
                ('amount', core.money.MoneyModelField()),
                ('tax', core.money.MoneyModelField(default=Decimal('0'))),
                ('difference', core.money.MoneyModelField(default=Decimal('0'))),
                ('allocatable', core.money.MoneyModelField()),
                ('allocated', core.money.MoneyModelField(default=Decimal('0'))),
                ('entry_id', models.BigIntegerField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
                ('entered_at', models.DateTimeField()),
                ('reversed_at', models.DateTimeField(blank=True, null=True)),
                ('reversal_reason', models.TextField(blank=True)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reversed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='purchases.supplier')),
                ('invoice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='purchases.supplierinvoice')),
            ],
            options={
                'verbose_name': 'credit note',
                'verbose_name_plural': 'credit notes',
            },
        ),
        migrations.CreateModel(
            name='SupplierInvoiceFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, max_length=200)),
                ('attached_at', models.DateTimeField()),
                ('attached_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='purchases.supplierinvoice')),
            ],
            options={
                'verbose_name': 'file of a supplier invoice',
                'verbose_name_plural': 'files of supplier invoices',
            },
        ),
        migrations.CreateModel(
            name='SupplierInvoiceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('description', models.CharField(blank=True, max_length=300)),
                ('quantity', models.PositiveIntegerField()),
                ('free_quantity', models.PositiveIntegerField(default=0)),
                ('pack_units', models.PositiveIntegerField(default=1)),
                ('pack_price', core.money.MoneyModelField(blank=True, null=True)),
                ('discount', core.money.MoneyModelField(default=Decimal('0'))),
                ('amount', core.money.MoneyModelField()),
                ('tax', core.money.MoneyModelField(default=Decimal('0'))),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='purchases.supplierinvoice')),
                ('order_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='purchases.purchaseorderline')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product')),
                ('receipt_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='purchases.goodsreceiptline')),
            ],
            options={
                'verbose_name': 'supplier invoice line',
                'verbose_name_plural': 'supplier invoice lines',
            },
        ),
        migrations.CreateModel(
            name='InvoiceMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('received_amount', core.money.MoneyModelField()),
                ('ordered_amount', core.money.MoneyModelField()),
                ('owed_amount', core.money.MoneyModelField(blank=True, null=True)),
                ('receipt_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoice_matches', to='purchases.goodsreceiptline')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='purchases.supplierinvoiceline')),
            ],
            options={
                'verbose_name': 'invoice match',
                'verbose_name_plural': 'invoice matches',
            },
        ),
        migrations.CreateModel(
            name='InvoiceDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('price', 'another price than ordered'), ('quantity', 'more billed than received'), ('not_ordered', 'not ordered'), ('not_received', 'not received'), ('missing', 'received but not billed'), ('duplicate', 'billed already'), ('arithmetic', 'the line does not add up')], max_length=14)),
                ('expected', models.DecimalField(decimal_places=3, max_digits=20)),
                ('found', models.DecimalField(decimal_places=3, max_digits=20)),
                ('amount', core.money.MoneyModelField()),
                ('resolution', models.CharField(blank=True, choices=[('', 'undecided'), ('accept', 'accepted'), ('dispute', 'disputed')], max_length=8)),
                ('receipt_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='purchases.goodsreceiptline')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='purchases.supplierinvoice')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='purchases.supplierinvoiceline')),
            ],
            options={
                'verbose_name': 'invoice difference',
                'verbose_name_plural': 'invoice differences',
            },
        ),
        migrations.CreateModel(
            name='SupplierPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', core.money.MoneyModelField()),
                ('allocated', core.money.MoneyModelField(default=Decimal('0'))),
                ('paid_on', models.DateField()),
                ('reversed_at', models.DateTimeField(blank=True, null=True)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='capital.journalentry')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='purchases.supplier')),
            ],
            options={
                'verbose_name': 'supplier payment',
                'verbose_name_plural': 'supplier payments',
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('payment', 'payment'), ('credit_note', 'credit note'), ('discount', 'early payment discount')], max_length=12)),
                ('amount', core.money.MoneyModelField()),
                ('entry_id', models.BigIntegerField(blank=True, null=True)),
                ('settled_on', models.DateField()),
                ('settled_at', models.DateTimeField()),
                ('credit_note', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='purchases.creditnote')),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='purchases.settlement')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='purchases.supplierinvoice')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='purchases.supplierpayment')),
            ],
            options={
                'verbose_name': 'settlement',
                'verbose_name_plural': 'settlements',
            },
        ),
        migrations.CreateModel(
            name='SupplierReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.CharField(max_length=30)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('approved', 'approved'), ('dispatched', 'dispatched'), ('credited', 'credited'), ('closed', 'closed without credit'), ('cancelled', 'cancelled')], db_index=True, default='draft', max_length=10)),
                ('note', models.TextField(blank=True)),
                ('expected_credit', core.money.MoneyModelField(default=Decimal('0'))),
                ('credited', core.money.MoneyModelField(default=Decimal('0'))),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('approval_reason', models.TextField(blank=True)),
                ('dispatched_at', models.DateTimeField(blank=True, null=True)),
                ('dispatch_reference', models.CharField(blank=True, max_length=60)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.TextField(blank=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispatched_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='purchases.supplier')),
            ],
            options={
                'verbose_name': 'supplier return',
                'verbose_name_plural': 'supplier returns',
            },
        ),
        migrations.AddField(
            model_name='creditnote',
            name='supplier_return',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='purchases.supplierreturn'),
        ),
        migrations.CreateModel(
            name='SupplierReturnLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('location_id', models.BigIntegerField(blank=True, null=True)),
                ('quantity', models.PositiveIntegerField()),
                ('reason', models.CharField(choices=[('damaged', 'damaged'), ('expired', 'expired'), ('near_expiry', 'near expiry'), ('recall', 'recalled'), ('wrong_item', 'wrong item'), ('overstock', 'overstock'), ('rejected', 'rejected on inspection')], max_length=12)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('expected_credit', core.money.MoneyModelField()),
                ('last_day', models.DateField(blank=True, null=True)),
                ('outside_window', models.BooleanField(default=False)),
                ('cost', core.money.MoneyModelField(blank=True, null=True)),
                ('movement_id', models.BigIntegerField(blank=True, null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.batch')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product')),
                ('receipt_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='return_lines', to='purchases.goodsreceiptline')),
                ('supplier_return', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='purchases.supplierreturn')),
            ],
            options={
                'verbose_name': 'supplier return line',
                'verbose_name_plural': 'supplier return lines',
            },
        ),
        migrations.CreateModel(
            name='ReturnPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('reason', models.CharField(blank=True, choices=[('damaged', 'damaged'), ('expired', 'expired'), ('near_expiry', 'near expiry'), ('recall', 'recalled'), ('wrong_item', 'wrong item'), ('overstock', 'overstock'), ('rejected', 'rejected on inspection')], max_length=12)),
                ('accepted', models.BooleanField(default=True)),
                ('days_after_receipt', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('earliest_months_before_expiry', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('latest_months_before_expiry', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('latest_months_after_expiry', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('credit_percent', models.DecimalField(decimal_places=2, default=Decimal('100'), max_digits=5)),
                ('supplier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='return_policies', to='purchases.supplier')),
            ],
            options={
                'verbose_name': 'return policy',
                'verbose_name_plural': 'return policies',
                'constraints': [models.UniqueConstraint(fields=('supplier', 'reason'), name='purchases_returnpolicy_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('reason__in', ['', 'damaged', 'expired', 'near_expiry', 'recall', 'wrong_item', 'overstock', 'rejected'])), name='purchases_returnpolicy_reason_known'), models.CheckConstraint(condition=models.Q(('latest_months_before_expiry__isnull', True), ('latest_months_after_expiry__isnull', True), _connector='OR'), name='purchases_returnpolicy_one_last_month'), models.CheckConstraint(condition=models.Q(('credit_percent__gte', 0), ('credit_percent__lte', 100)), name='purchases_returnpolicy_percent_sane')],
            },
        ),
        migrations.AddIndex(
            model_name='supplierinvoice',
            index=models.Index(fields=['supplier', '-id'], name='purchases_invoice_of_supplier'),
        ),
        migrations.AddIndex(
            model_name='supplierinvoice',
            index=models.Index(condition=models.Q(('state', 'posted'), models.Q(('settled', models.F('payable')), _negated=True)), fields=['due_date'], name='purchases_invoice_to_pay'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.UniqueConstraint(fields=('number',), name='purchases_invoice_number_once'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['cancelled', 'reversed']), _negated=True), fields=('supplier', 'number_key'), name='purchases_invoice_supplier_number_once'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(('number_key', ''), _negated=True), name='purchases_invoice_number_readable'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'matched', 'differences', 'approved', 'posted', 'cancelled', 'reversed'])), name='purchases_invoice_state_known'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('goods'), '-', models.F('discount')), '+', models.F('charges')), '+', models.F('tax')), '+', models.F('rounding')))), name='purchases_invoice_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(('charges__gte', 0), ('charges_tax__gte', 0), ('discount__gte', 0), ('goods__gte', 0), ('tax__gte', models.F('charges_tax')), ('total__gt', 0), ('total__lte', 1000000000000000), ('goods__lte', 1000000000000000), ('tax__lte', 1000000000000000)), name='purchases_invoice_amounts_sane'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(('due_date__gte', models.F('invoice_date'))), name='purchases_invoice_due_after'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(('settled__gte', 0), ('settled__lte', models.F('payable'))), name='purchases_invoice_not_oversettled'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(('dispute_settled__gte', 0), ('dispute_settled__lte', models.F('disputed'))), name='purchases_invoice_dispute_within'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('state__in', ['approved', 'posted', 'reversed']), ('total', django.db.models.expressions.CombinedExpression(models.F('payable'), '+', models.F('disputed')))), models.Q(('disputed', 0), ('payable', 0), ('settled', 0), ('state__in', ['draft', 'matched', 'differences', 'cancelled'])), _connector='OR'), name='purchases_invoice_approved_agrees'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('posted_at__isnull', False), ('posted_by__isnull', False), ('state__in', ['posted', 'reversed'])), models.Q(models.Q(('state__in', ['posted', 'reversed']), _negated=True), ('entry_id__isnull', True), ('posted_at__isnull', True), ('posted_by__isnull', True), ('dispute_settled', 0), ('settled', 0)), _connector='OR'), name='purchases_invoice_posted_agrees'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['cancelled', 'reversed']), ('ended_by__isnull', False), ('settled', 0), models.Q(('end_reason', ''), _negated=True)), models.Q(models.Q(('state__in', ['cancelled', 'reversed']), _negated=True), ('end_reason', ''), ('ended_at__isnull', True), ('ended_by__isnull', True)), _connector='OR'), name='purchases_invoice_ended_agrees'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoicefile',
            constraint=models.UniqueConstraint(fields=('file',), name='purchases_invoicefile_once'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoiceline',
            constraint=models.UniqueConstraint(fields=('invoice', 'position'), name='purchases_invoiceline_position_once'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoiceline',
            constraint=models.CheckConstraint(condition=models.Q(('free_quantity__gte', 0), ('pack_units__gte', 1), ('quantity__gte', 0), models.Q(('quantity__gt', 0), ('free_quantity__gt', 0), _connector='OR')), name='purchases_invoiceline_quantity_positive'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoiceline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000), ('discount__gte', 0), ('discount__lte', 1000000000000000), ('tax__gte', 0), ('tax__lte', 1000000000000000), models.Q(('pack_price__isnull', True), models.Q(('pack_price__gte', 0), ('pack_price__lte', 1000000000000)), _connector='OR')), name='purchases_invoiceline_amounts_sane'),
        ),
        migrations.AddConstraint(
            model_name='supplierinvoiceline',
            constraint=models.CheckConstraint(condition=models.Q(('product__isnull', False), models.Q(('description', ''), _negated=True), _connector='OR'), name='purchases_invoiceline_named'),
        ),
        migrations.AddConstraint(
            model_name='invoicematch',
            constraint=models.UniqueConstraint(fields=('line', 'receipt_line'), name='purchases_invoicematch_once'),
        ),
        migrations.AddConstraint(
            model_name='invoicematch',
            constraint=models.CheckConstraint(condition=models.Q(('ordered_amount__gte', 0), ('quantity__gte', 1), ('received_amount__gte', 0), models.Q(('owed_amount__isnull', True), ('owed_amount__gte', 0), _connector='OR')), name='purchases_invoicematch_quantity_positive'),
        ),
        migrations.AddConstraint(
            model_name='invoicedifference',
            constraint=models.UniqueConstraint(fields=('invoice', 'line', 'receipt_line', 'kind'), name='purchases_invoicedifference_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='invoicedifference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'missing'), ('line__isnull', True), ('receipt_line__isnull', False)), models.Q(models.Q(('kind', 'missing'), _negated=True), ('line__isnull', False), ('receipt_line__isnull', True)), _connector='OR'), name='purchases_invoicedifference_subject_fits'),
        ),
        migrations.AddConstraint(
            model_name='invoicedifference',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['price', 'quantity', 'not_ordered', 'not_received', 'missing', 'duplicate', 'arithmetic']), ('resolution__in', ['', 'accept', 'dispute'])), name='purchases_invoicedifference_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='invoicedifference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolution', 'accept'), _negated=True), ('kind__in', ['price', 'missing', 'arithmetic']), _connector='OR'), name='purchases_invoicedifference_acceptable'),
        ),
        migrations.AddIndex(
            model_name='supplierpayment',
            index=models.Index(fields=['supplier', '-id'], name='purchases_payment_of_supplier'),
        ),
        migrations.AddConstraint(
            model_name='supplierpayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', 1000000000000000)), name='purchases_payment_amount_sane'),
        ),
        migrations.AddConstraint(
            model_name='supplierpayment',
            constraint=models.CheckConstraint(condition=models.Q(('allocated__gte', 0), ('allocated__lte', models.F('amount'))), name='purchases_payment_not_overallocated'),
        ),
        migrations.AddConstraint(
            model_name='supplierpayment',
            constraint=models.CheckConstraint(condition=models.Q(('reversed_at__isnull', True), ('allocated', 0), _connector='OR'), name='purchases_payment_reversed_is_free'),
        ),
        migrations.AddIndex(
            model_name='settlement',
            index=models.Index(fields=['invoice', 'settled_on'], name='purchases_settlement_by_day'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('reverses__isnull', True)), models.Q(('amount__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='purchases_settlement_sign_agrees'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit_note__isnull', True), ('kind__in', ['payment', 'discount']), ('payment__isnull', False)), models.Q(('credit_note__isnull', False), ('kind', 'credit_note'), ('payment__isnull', True)), _connector='OR'), name='purchases_settlement_source_agrees'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entry_id__isnull', False), ('kind', 'discount')), models.Q(models.Q(('kind', 'discount'), _negated=True), ('entry_id__isnull', True)), _connector='OR'), name='purchases_settlement_entry_agrees'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', -1000000000000000), ('amount__lte', 1000000000000000)), name='purchases_settlement_amount_sane'),
        ),
        migrations.AddIndex(
            model_name='supplierreturn',
            index=models.Index(fields=['supplier', '-id'], name='purchases_return_of_supplier'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturn',
            constraint=models.UniqueConstraint(fields=('number',), name='purchases_return_number_once'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturn',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'approved', 'dispatched', 'credited', 'closed', 'cancelled'])), name='purchases_return_state_known'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturn',
            constraint=models.CheckConstraint(condition=models.Q(('expected_credit__gte', 0), ('expected_credit__lte', 1000000000000000), ('credited__gte', 0), ('credited__lte', 1000000000000000)), name='purchases_return_credit_sane'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturn',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'cancelled']), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='purchases_return_approved_agrees'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturn',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dispatched_at__isnull', False), ('dispatched_by__isnull', False), ('state__in', ['dispatched', 'credited', 'closed'])), models.Q(('credited', 0), ('dispatched_at__isnull', True), ('dispatched_by__isnull', True), ('state__in', ['draft', 'approved', 'cancelled'])), _connector='OR'), name='purchases_return_dispatched_agrees'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturn',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['closed', 'cancelled']), ('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True)), models.Q(models.Q(('state__in', ['closed', 'cancelled']), _negated=True), ('end_reason', ''), ('ended_at__isnull', True), ('ended_by__isnull', True)), _connector='OR'), name='purchases_return_ended_agrees'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.UniqueConstraint(fields=('number',), name='purchases_creditnote_number_once'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.UniqueConstraint(condition=models.Q(('reversed_at__isnull', True)), fields=('supplier', 'number_key'), name='purchases_creditnote_supplier_number_once'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('number_key', ''), _negated=True), name='purchases_creditnote_number_readable'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('invoice__isnull', True), ('reason', 'return'), ('supplier_return__isnull', False)), models.Q(('invoice__isnull', False), ('reason', 'dispute'), ('supplier_return__isnull', True)), models.Q(('invoice__isnull', True), ('reason', 'allowance'), ('supplier_return__isnull', True)), _connector='OR'), name='purchases_creditnote_reason_agrees'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', 1000000000000000), ('tax__gte', 0), ('tax__lte', models.F('amount'))), name='purchases_creditnote_amount_sane'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('allocatable__gte', 0), ('allocatable__lte', models.F('amount')), ('allocated__gte', 0), ('allocated__lte', models.F('allocatable'))), name='purchases_creditnote_not_overallocated'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reversal_reason', ''), ('reversed_at__isnull', True), ('reversed_by__isnull', True)), models.Q(('allocated', 0), ('reversed_at__isnull', False), ('reversed_by__isnull', False), models.Q(('reversal_reason', ''), _negated=True)), _connector='OR'), name='purchases_creditnote_reversed_agrees'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturnline',
            constraint=models.UniqueConstraint(fields=('supplier_return', 'position'), name='purchases_returnline_position_once'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturnline',
            constraint=models.UniqueConstraint(fields=('movement_id',), name='purchases_returnline_movement_once'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturnline',
            constraint=models.CheckConstraint(condition=models.Q(('expected_credit__gte', 0), ('quantity__gte', 1), ('expected_credit__lte', 1000000000000000)), name='purchases_returnline_quantity_positive'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturnline',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['damaged', 'expired', 'near_expiry', 'recall', 'wrong_item', 'overstock', 'rejected'])), name='purchases_returnline_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='supplierreturnline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cost__isnull', True), ('movement_id__isnull', True)), models.Q(('cost__gte', 0), ('movement_id__isnull', False)), _connector='OR'), name='purchases_returnline_dispatched_agrees'),
        ),
        AppendOnly("purchases_settlement"),
        AppendOnly("purchases_supplierinvoicefile"),
    ]
