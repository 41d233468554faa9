"""Own accounts below the system's, periods, attachments, drawers, sessions, policy, limits."""

import capital.models.periods
import core.money
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('capital', '0002_chart_and_guards'),
        ('files', '0001_stored_files'),
        ('rbac', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountingPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('status', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=6, verbose_name='status')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
            ],
            options={
                'verbose_name': 'accounting period',
                'verbose_name_plural': 'accounting periods',
                'ordering': ['-starts_on'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='capital_period_days_in_order'),
                    models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('status', 'open')), models.Q(('closed_at__isnull', False), ('status', 'closed')), _connector='OR'), name='capital_period_status_agrees'),
                    django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(capital.models.periods.Days(models.F('starts_on'), models.F('ends_on'), django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='capital_period_no_overlap'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CapitalPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('credit_terms', models.CharField(choices=[('none', 'Only the available capital'), ('limited', 'Up to a limit beyond it'), ('unlimited', 'Without limit')], default='none', max_length=9, verbose_name='credit terms')),
                ('credit_limit', core.money.MoneyModelField(default=Decimal('0'), verbose_name='credit limit')),
                ('customer_credit_limit', core.money.MoneyModelField(default=Decimal('0'), verbose_name='customers may pay ahead')),
                ('session_required', models.BooleanField(default=False, verbose_name='the till needs an open cash session')),
                ('blind_close', models.BooleanField(default=False, verbose_name='cashiers count without seeing what is expected')),
                ('difference_tolerance', core.money.MoneyModelField(default=Decimal('0'), verbose_name='difference without explanation')),
                ('updated_at', models.DateTimeField(null=True, verbose_name='changed at')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
            ],
            options={
                'verbose_name': 'capital policy',
                'verbose_name_plural': 'capital policy',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('id', 1)), name='capital_policy_only_one'),
                    models.CheckConstraint(condition=models.Q(models.Q(('credit_limit__gt', 0), ('credit_terms', 'limited')), models.Q(('credit_limit', 0), ('credit_terms__in', ['none', 'unlimited'])), _connector='OR'), name='capital_policy_credit_limit_agrees'),
                    models.CheckConstraint(condition=models.Q(('customer_credit_limit__gte', 0), ('difference_tolerance__gte', 0)), name='capital_policy_amounts_not_negative'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CashDrawer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('kind', models.CharField(choices=[('till', 'Till drawer'), ('safe', 'Safe')], default='till', max_length=4, verbose_name='kind')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='drawer', to='capital.account', verbose_name='account')),
            ],
            options={
                'verbose_name': 'cash drawer',
                'verbose_name_plural': 'cash drawers',
                'ordering': ['id'],
                'constraints': [
                    models.UniqueConstraint(fields=('code',), name='capital_drawer_code_unique'),
                    models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='capital_drawer_one_default'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['till', 'safe'])), name='capital_drawer_kind_known'),
                    models.CheckConstraint(condition=models.Q(('is_default', False), models.Q(('is_active', True), ('kind', 'till')), _connector='OR'), name='capital_drawer_default_is_a_till'),
                    models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='capital_drawer_is_named'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CashSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, verbose_name='number')),
                ('status', models.CharField(choices=[('open', 'Open'), ('counted', 'Counted'), ('closed', 'Closed')], default='open', max_length=7, verbose_name='status')),
                ('blind', models.BooleanField(default=False, verbose_name='counted blind')),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('opening_float', core.money.MoneyModelField(verbose_name='float counted at opening')),
                ('opening_expected', core.money.MoneyModelField(verbose_name='float expected at opening')),
                ('opening_reason', models.TextField(blank=True, default='', verbose_name='reason of the opening difference')),
                ('opened_after', models.BigIntegerField(verbose_name='newest entry at opening')),
                ('counted_at', models.DateTimeField(null=True, verbose_name='counted at')),
                ('counted_amount', core.money.MoneyModelField(null=True, verbose_name='counted')),
                ('expected_amount', core.money.MoneyModelField(null=True, verbose_name='expected')),
                ('counted_upto', models.BigIntegerField(null=True, verbose_name='newest entry at the count')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                ('closing_reason', models.TextField(blank=True, default='', verbose_name='reason of the difference')),
                ('cashier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cashier')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('closing_entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='capital.journalentry', verbose_name='entry of the difference')),
                ('drawer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='capital.cashdrawer', verbose_name='drawer')),
                ('opening_entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='capital.journalentry', verbose_name='entry of the opening difference')),
            ],
            options={
                'verbose_name': 'cash session',
                'verbose_name_plural': 'cash sessions',
                'ordering': ['-id'],
                'constraints': [
                    models.UniqueConstraint(fields=('number',), name='capital_session_number_unique'),
                    models.CheckConstraint(condition=models.Q(('opening_expected__gte', 0), ('opening_float__gte', 0), models.Q(('counted_amount__isnull', True), ('counted_amount__gte', 0), _connector='OR'), models.Q(('expected_amount__isnull', True), ('expected_amount__gte', 0), _connector='OR')), name='capital_session_amounts_not_negative'),
                    models.CheckConstraint(condition=models.Q(models.Q(('counted_at__isnull', True), ('status', 'open')), models.Q(('counted_at__isnull', False), ('status__in', ['counted', 'closed'])), _connector='OR'), name='capital_session_counted_agrees'),
                    models.CheckConstraint(condition=models.Q(models.Q(('counted_amount__isnull', True), ('counted_at__isnull', True), ('counted_upto__isnull', True), ('expected_amount__isnull', True)), models.Q(('counted_amount__isnull', False), ('counted_at__isnull', False), ('counted_upto__isnull', False), ('expected_amount__isnull', False)), _connector='OR'), name='capital_session_count_whole'),
                    models.UniqueConstraint(condition=models.Q(('status', 'closed'), _negated=True), fields=('drawer',), name='capital_session_one_per_drawer'),
                    models.UniqueConstraint(condition=models.Q(('status', 'closed'), _negated=True), fields=('cashier',), name='capital_session_one_per_cashier'),
                    models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at__isnull', True), ('closing_entry__isnull', True)), _connector='OR'), name='capital_session_closed_agrees'),
                    models.CheckConstraint(condition=models.Q(models.Q(('opening_entry__isnull', True), ('opening_float', models.F('opening_expected'))), models.Q(models.Q(('opening_float', models.F('opening_expected')), _negated=True), ('opening_entry__isnull', False)), _connector='OR'), name='capital_session_opening_difference_posted'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), models.Q(('closing_entry__isnull', True), ('counted_amount', models.F('expected_amount'))), models.Q(models.Q(('counted_amount', models.F('expected_amount')), _negated=True), ('closing_entry__isnull', False)), _connector='OR'), name='capital_session_closing_difference_posted'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CashCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted_at', models.DateTimeField(verbose_name='counted at')),
                ('counted_amount', core.money.MoneyModelField(verbose_name='counted')),
                ('expected_amount', core.money.MoneyModelField(verbose_name='expected')),
                ('denominations', models.JSONField(blank=True, default=dict, verbose_name='denominations')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counts', to='capital.cashsession', verbose_name='session')),
            ],
            options={
                'verbose_name': 'cash count',
                'verbose_name_plural': 'cash counts',
                'ordering': ['id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('counted_amount__gte', 0), ('expected_amount__gte', 0)), name='capital_count_amounts_not_negative'),
                ],
            },
        ),
        migrations.CreateModel(
            name='EntryAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('attached_at', models.DateTimeField(verbose_name='attached at')),
                ('attached_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='capital.journalentry', verbose_name='journal entry')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='file')),
            ],
            options={
                'verbose_name': 'attachment of an entry',
                'verbose_name_plural': 'attachments of entries',
                'ordering': ['entry_id', 'id'],
                'constraints': [
                    models.UniqueConstraint(fields=('file',), name='capital_attachment_file_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ExpenseCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_en', models.CharField(max_length=120, verbose_name='English name')),
                ('name_ar', models.CharField(max_length=120, verbose_name='Arabic name')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='capital.account', verbose_name='account')),
            ],
            options={
                'verbose_name': 'expense category',
                'verbose_name_plural': 'expense categories',
                'ordering': ['id'],
                'constraints': [
                    models.UniqueConstraint(fields=('name_en',), name='capital_category_name_en_unique'),
                    models.UniqueConstraint(fields=('name_ar',), name='capital_category_name_ar_unique'),
                    models.CheckConstraint(condition=models.Q(models.Q(('name_en', ''), _negated=True), models.Q(('name_ar', ''), _negated=True)), name='capital_category_is_named'),
                ],
            },
        ),
        migrations.CreateModel(
            name='OperationLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('operation', models.CharField(choices=[('owner_contribution', 'Owner puts money in'), ('owner_withdrawal', 'Owner takes money out'), ('expense', 'Expense'), ('transfer', 'Transfer between drawers and bank'), ('supplier_payment', 'Payment to a supplier'), ('customer_receipt', 'Receipt from a customer')], max_length=20, verbose_name='operation')),
                ('per_operation', core.money.MoneyModelField(blank=True, null=True, verbose_name='per operation')),
                ('per_day', core.money.MoneyModelField(blank=True, null=True, verbose_name='per day')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rbac.role', verbose_name='role')),
            ],
            options={
                'verbose_name': 'limit of operations',
                'verbose_name_plural': 'limits of operations',
                'ordering': ['role_id', 'operation'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('operation__in', ['owner_contribution', 'owner_withdrawal', 'expense', 'transfer', 'supplier_payment', 'customer_receipt'])), name='capital_limit_operation_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('per_operation__isnull', True), ('per_operation__gte', 0), _connector='OR'), models.Q(('per_day__isnull', True), ('per_day__gte', 0), _connector='OR'), models.Q(('per_operation__isnull', False), ('per_day__isnull', False), _connector='OR')), name='capital_limit_amounts_sane'),
                    models.UniqueConstraint(fields=('role', 'operation'), name='capital_limit_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PeriodChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('closed', 'Closed'), ('reopened', 'Reopened')], max_length=8, verbose_name='kind')),
                ('reason', models.TextField(verbose_name='reason')),
                ('occurred_at', models.DateTimeField(verbose_name='occurred at')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='capital.accountingperiod', verbose_name='accounting period')),
            ],
            options={
                'verbose_name': 'change of an accounting period',
                'verbose_name_plural': 'changes of accounting periods',
                'ordering': ['id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['closed', 'reopened'])), name='capital_periodchange_kind_known'),
                    models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='capital_periodchange_has_a_reason'),
                ],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='is_active',
            field=models.BooleanField(default=True, verbose_name='active'),
        ),
        migrations.AddField(
            model_name='account',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='capital.account', verbose_name='below'),
        ),
        migrations.AddField(
            model_name='account',
            name='system_group',
            field=models.CharField(default='', editable=False, max_length=40, verbose_name='system group'),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE capital_account SET system_group = system_code", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(fields=['system_group'], name='capital_account_by_group'),
        ),
        migrations.AddIndex(
            model_name='journalentry',
            index=models.Index(condition=models.Q(('source_type', 'capital.operation')), fields=['actor', 'kind', 'recorded_at'], name='capital_entry_by_actor'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_active', True), ('parent__isnull', True), ('system_code__isnull', False), ('system_group', models.F('system_code'))), models.Q(('parent__isnull', False), ('system_code__isnull', True)), _connector='OR'), name='capital_account_own_below_system'),
        ),
    ]
