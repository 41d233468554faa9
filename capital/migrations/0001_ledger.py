"""Tables of the ledger and of commitments."""

import core.money
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('system_code', models.CharField(editable=False, max_length=40, null=True, verbose_name='system code')),
                ('name_en', models.CharField(max_length=120, verbose_name='English name')),
                ('name_ar', models.CharField(max_length=120, verbose_name='Arabic name')),
                ('type', models.CharField(choices=[('asset', 'Asset'), ('liability', 'Liability'), ('equity', 'Equity'), ('income', 'Income'), ('expense', 'Expense')], max_length=10, verbose_name='type')),
                ('normal_side', models.CharField(choices=[('debit', 'Debit'), ('credit', 'Credit')], max_length=6, verbose_name='normal side')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'ordering': ['code'],
                'constraints': [
                    models.UniqueConstraint(fields=('code',), name='capital_account_code_unique'),
                    models.UniqueConstraint(fields=('system_code',), name='capital_account_system_code_unique'),
                    models.CheckConstraint(condition=models.Q(('type__in', ['asset', 'liability', 'equity', 'income', 'expense'])), name='capital_account_type_known'),
                    models.CheckConstraint(condition=models.Q(('normal_side__in', ['debit', 'credit'])), name='capital_account_side_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name_en', ''), _negated=True), models.Q(('name_ar', ''), _negated=True)), name='capital_account_is_named'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_type', models.CharField(max_length=80, verbose_name='source type')),
                ('source_id', models.CharField(max_length=80, verbose_name='source')),
                ('amount', core.money.MoneyModelField(verbose_name='amount')),
                ('consumed', core.money.MoneyModelField(default=Decimal('0'), verbose_name='consumed')),
                ('released', core.money.MoneyModelField(default=Decimal('0'), verbose_name='released')),
                ('status', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=6, verbose_name='status')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
            ],
            options={
                'verbose_name': 'commitment',
                'verbose_name_plural': 'commitments',
                'ordering': ['-id'],
                'indexes': [
                    models.Index(condition=models.Q(('status', 'open')), fields=['id'], name='capital_commitment_open'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('source_type', 'source_id'), name='capital_commitment_source_unique'),
                    models.CheckConstraint(condition=models.Q(models.Q(('source_type', ''), _negated=True), models.Q(('source_id', ''), _negated=True)), name='capital_commitment_source_named'),
                    models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('consumed__gte', 0), ('released__gte', 0), ('amount__gte', django.db.models.expressions.CombinedExpression(models.F('consumed'), '+', models.F('released')))), name='capital_commitment_within_amount'),
                    models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', django.db.models.expressions.CombinedExpression(models.F('consumed'), '+', models.F('released'))), ('closed_at__isnull', True), ('status', 'open')), models.Q(('amount', django.db.models.expressions.CombinedExpression(models.F('consumed'), '+', models.F('released'))), ('closed_at__isnull', False), ('status', 'closed')), _connector='OR'), name='capital_commitment_status_agrees'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CommitmentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('created', 'Created'), ('consumed', 'Consumed'), ('released', 'Released')], max_length=10, verbose_name='kind')),
                ('amount', core.money.MoneyModelField(verbose_name='amount')),
                ('document_type', models.CharField(blank=True, default='', max_length=80, verbose_name='document type')),
                ('document_id', models.CharField(blank=True, default='', max_length=80, verbose_name='document')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('occurred_at', models.DateTimeField(verbose_name='occurred at')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('commitment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='capital.commitment')),
            ],
            options={
                'verbose_name': 'commitment change',
                'verbose_name_plural': 'commitment changes',
                'ordering': ['id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='capital_commitmentchange_amount_positive'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['created', 'consumed', 'released'])), name='capital_commitmentchange_kind_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('document_id', ''), ('document_type', '')), models.Q(models.Q(('document_type', ''), _negated=True), models.Q(('document_id', ''), _negated=True)), _connector='OR'), name='capital_commitmentchange_document_whole'),
                    models.UniqueConstraint(condition=models.Q(('kind', 'created')), fields=('commitment',), name='capital_commitmentchange_created_once'),
                    models.UniqueConstraint(condition=models.Q(('document_type', ''), _negated=True), fields=('commitment', 'kind', 'document_type', 'document_id'), name='capital_commitmentchange_document_unique'),
                ],
            },
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, verbose_name='number')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('source_type', models.CharField(max_length=80, verbose_name='source type')),
                ('source_id', models.CharField(max_length=80, verbose_name='source')),
                ('entry_date', models.DateField(verbose_name='date')),
                ('occurred_at', models.DateTimeField(verbose_name='occurred at')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('posted_in', models.BigIntegerField(db_default=0, editable=False)),
                ('total', core.money.MoneyModelField(verbose_name='total')),
                ('memo', models.TextField(blank=True, default='', verbose_name='memo')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='capital.journalentry', verbose_name='reverses')),
            ],
            options={
                'verbose_name': 'journal entry',
                'verbose_name_plural': 'journal entries',
                'ordering': ['-id'],
                'indexes': [
                    models.Index(fields=['entry_date', 'id'], name='capital_entry_by_date'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('number',), name='capital_entry_number_unique'),
                    models.UniqueConstraint(fields=('source_type', 'source_id', 'kind'), name='capital_entry_source_unique'),
                    models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='capital_entry_total_positive'),
                    models.CheckConstraint(condition=models.Q(models.Q(('source_type', ''), _negated=True), models.Q(('source_id', ''), _negated=True), models.Q(('kind', ''), _negated=True)), name='capital_entry_source_named'),
                    models.CheckConstraint(condition=models.Q(('reverses__isnull', True), models.Q(('reverses', models.F('id')), _negated=True), _connector='OR'), name='capital_entry_reverses_another'),
                ],
            },
        ),
        migrations.CreateModel(
            name='JournalLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('debit', core.money.MoneyModelField(default=Decimal('0'), verbose_name='debit')),
                ('credit', core.money.MoneyModelField(default=Decimal('0'), verbose_name='credit')),
                ('party_type', models.CharField(blank=True, default='', max_length=80, verbose_name='party type')),
                ('party_id', models.CharField(blank=True, default='', max_length=80, verbose_name='party')),
                ('memo', models.TextField(blank=True, default='', verbose_name='memo')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='capital.account', verbose_name='account')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='capital.journalentry')),
            ],
            options={
                'verbose_name': 'journal line',
                'verbose_name_plural': 'journal lines',
                'ordering': ['entry_id', 'line'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('credit', 0), ('debit__gt', 0)), models.Q(('credit__gt', 0), ('debit', 0)), _connector='OR'), name='capital_line_one_side'),
                    models.CheckConstraint(condition=models.Q(models.Q(('party_id', ''), ('party_type', '')), models.Q(models.Q(('party_type', ''), _negated=True), models.Q(('party_id', ''), _negated=True)), _connector='OR'), name='capital_line_party_whole'),
                    models.UniqueConstraint(fields=('entry', 'line'), name='capital_line_unique'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('party_type', ''), _negated=True), fields=['party_type', 'party_id', 'account'], name='capital_line_by_party'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AccountBalance',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='balance', serialize=False, to='capital.account')),
                ('debit_total', core.money.MoneyModelField(default=Decimal('0'), verbose_name='debited')),
                ('credit_total', core.money.MoneyModelField(default=Decimal('0'), verbose_name='credited')),
                ('never_negative', models.BooleanField(default=False, editable=False, verbose_name='never negative')),
            ],
            options={
                'verbose_name': 'account balance',
                'verbose_name_plural': 'account balances',
                'ordering': ['account_id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('debit_total__gte', 0), ('credit_total__gte', 0)), name='capital_balance_totals_not_negative'),
                    models.CheckConstraint(condition=models.Q(('never_negative', False), ('debit_total__gte', models.F('credit_total')), _connector='OR'), name='capital_balance_covered'),
                ],
            },
        ),
    ]
