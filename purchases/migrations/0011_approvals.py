"""Rules of approval, what a proposal rested on, every change of it; proposals close and expire."""

import core.money
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.db import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0019_products_by_name'),
        ('purchases', '0010_receiving'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalDelegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('amount', core.money.MoneyModelField(blank=True, null=True, verbose_name='up to')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='substitute')),
                ('delegator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='in whose stead')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
            ],
            options={
                'verbose_name': 'approval delegation',
                'verbose_name_plural': 'approval delegations',
                'ordering': ['-id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='purchases_approvaldelegation_has_a_period'),
                    models.CheckConstraint(condition=models.Q(('amount__isnull', True), models.Q(('amount__gt', 0), ('amount__lte', 1000000000000000)), _connector='OR'), name='purchases_approvaldelegation_amount_sane'),
                    models.CheckConstraint(condition=models.Q(('delegator', models.F('delegate')), _negated=True), name='purchases_approvaldelegation_not_to_oneself'),
                    models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='purchases_approvaldelegation_revoked_agrees'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('revoked_at__isnull', True)), fields=['delegate', 'ends_at'], name='purchases_delegation_in_force'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ApprovalLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role_code', models.CharField(max_length=50, verbose_name='role')),
                ('amount', core.money.MoneyModelField(verbose_name='up to')),
            ],
            options={
                'verbose_name': 'approval limit',
                'verbose_name_plural': 'approval limits',
                'ordering': ['role_code'],
                'constraints': [
                    models.UniqueConstraint(fields=('role_code',), name='purchases_approvallimit_once_per_role'),
                    models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000), models.Q(('role_code', ''), _negated=True)), name='purchases_approvallimit_sane'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ApprovalPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('is_active', models.BooleanField(default=True, verbose_name='in force')),
                ('min_amount', core.money.MoneyModelField(blank=True, null=True, verbose_name='from this total on')),
                ('max_amount', core.money.MoneyModelField(blank=True, null=True, verbose_name='below this total')),
                ('controlled_class', models.CharField(blank=True, choices=[('any', 'any controlled drug'), ('psychotropic', 'psychotropics'), ('narcotic', 'narcotics'), ('precursor', 'precursors')], max_length=12, verbose_name='controlled class')),
                ('approvers', models.PositiveSmallIntegerField(default=1, verbose_name='approvers')),
                ('first_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None, verbose_name='roles of the first approver')),
                ('second_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None, verbose_name='roles of the second approver')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.category', verbose_name='category')),
                ('supplier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='purchases.supplier', verbose_name='supplier')),
            ],
            options={
                'verbose_name': 'approval rule',
                'verbose_name_plural': 'approval rules',
                'ordering': ['id'],
                'constraints': [
                    models.UniqueConstraint(fields=('name',), name='purchases_approvalpolicy_name_once'),
                    models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='purchases_approvalpolicy_is_named'),
                    models.CheckConstraint(condition=models.Q(('approvers__in', [1, 2])), name='purchases_approvalpolicy_one_or_two'),
                    models.CheckConstraint(condition=models.Q(('approvers', 2), ('second_roles', []), _connector='OR'), name='purchases_approvalpolicy_second_roles_agree'),
                    models.CheckConstraint(condition=models.Q(('controlled_class__in', ['', 'any', 'psychotropic', 'narcotic', 'precursor'])), name='purchases_approvalpolicy_controlled_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('min_amount__isnull', True), ('min_amount__range', (0, 1000000000000000)), _connector='OR'), models.Q(('max_amount__isnull', True), models.Q(('max_amount__gt', 0), ('max_amount__lte', 1000000000000000)), _connector='OR'), models.Q(('min_amount__isnull', True), ('max_amount__isnull', True), ('max_amount__gt', models.F('min_amount')), _connector='OR')), name='purchases_approvalpolicy_amounts_sane'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ProposalChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('line_added', 'line added'), ('quantity_changed', 'quantity changed'), ('source_changed', 'source changed'), ('line_removed', 'line removed'), ('line_moved_out', 'line moved to another supplier'), ('line_moved_in', 'line moved from another supplier'), ('line_refreshed', 'line brought to present prices'), ('state_changed', 'state changed')], max_length=20)),
                ('position', models.PositiveIntegerField(blank=True, null=True)),
                ('before', models.JSONField(blank=True, null=True)),
                ('after', models.JSONField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='purchases.proposal')),
            ],
            options={
                'verbose_name': 'proposal change',
                'verbose_name_plural': 'proposal changes',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['line_added', 'quantity_changed', 'source_changed', 'line_removed', 'line_moved_out', 'line_moved_in', 'line_refreshed', 'state_changed'])), name='purchases_proposalchange_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['line_removed', 'line_moved_out']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='purchases_proposalchange_removal_has_reason'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'state_changed'), ('position__isnull', True)), models.Q(models.Q(('kind', 'state_changed'), _negated=True), ('position__isnull', False), ('product__isnull', False)), _connector='OR'), name='purchases_proposalchange_line_agrees'),
                ],
                'indexes': [
                    models.Index(fields=['proposal', '-id'], name='purchases_proposalchange_of'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ProposalSubmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('submitted_at', models.DateTimeField()),
                ('total', core.money.MoneyModelField()),
                ('capital_available', core.money.MoneyModelField()),
                ('lines', models.JSONField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='purchases.proposal')),
                ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'proposal submission',
                'verbose_name_plural': 'proposal submissions',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='purchases_submission_total_positive'),
                    models.UniqueConstraint(fields=('proposal', 'version'), name='purchases_submission_version_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ApprovalStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('role_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None, verbose_name='roles')),
                ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='purchases.approvalpolicy')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='purchases.proposalsubmission')),
            ],
            options={
                'verbose_name': 'approval step',
                'verbose_name_plural': 'approval steps',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('number__in', [1, 2])), name='purchases_approvalstep_one_or_two'),
                    models.UniqueConstraint(fields=('submission', 'number'), name='purchases_approvalstep_number_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ApprovalDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('approved', 'approved'), ('rejected', 'rejected'), ('changes_requested', 'changes requested')], max_length=20)),
                ('decided_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('remarks', models.JSONField(default=list)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('delegation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='purchases.approvaldelegation')),
                ('step', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='purchases.approvalstep')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='purchases.proposalsubmission')),
            ],
            options={
                'verbose_name': 'approval decision',
                'verbose_name_plural': 'approval decisions',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('decision__in', ['approved', 'rejected', 'changes_requested'])), name='purchases_approvaldecision_known'),
                    models.CheckConstraint(condition=models.Q(('decision', 'approved'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='purchases_approvaldecision_refusal_has_reason'),
                    models.UniqueConstraint(fields=('submission', 'decided_by'), name='purchases_approvaldecision_person_once'),
                    models.UniqueConstraint(fields=('submission', 'on_behalf_of'), name='purchases_approvaldecision_delegator_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_by', models.F('requested_by')), _negated=True), models.Q(('decided_by', models.F('submitted_by')), _negated=True)), name='purchases_approvaldecision_not_own'),
                    models.CheckConstraint(condition=models.Q(models.Q(('delegation__isnull', True), ('on_behalf_of__isnull', True)), models.Q(('delegation__isnull', False), ('on_behalf_of__isnull', False), models.Q(('on_behalf_of', models.F('decided_by')), _negated=True), models.Q(('on_behalf_of', models.F('requested_by')), _negated=True), models.Q(('on_behalf_of', models.F('submitted_by')), _negated=True)), _connector='OR'), name='purchases_approvaldecision_not_delegators_own'),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='purchases_proposal_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='purchases_proposal_total_positive_once_submitted',
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='purchases_proposal_submitted_agrees',
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='purchases_proposal_decided_agrees',
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='purchases_proposal_ordered_agrees',
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='purchases_proposal_rejection_has_reason',
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='purchases_proposal_only_decided_ones_stick',
        ),
        migrations.AddField(
            model_name='proposal',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='proposal',
            name='expired_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='proposal',
            name='expires_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='proposal',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('changes_requested', 'changes requested'), ('approved', 'approved'), ('ordered', 'ordered'), ('closed', 'closed'), ('rejected', 'rejected'), ('cancelled', 'cancelled'), ('expired', 'expired')], db_index=True, default='draft', max_length=20),
        ),
        # The new constraints hold for what is there already.
        migrations.RunSQL(
            sql="""
            UPDATE purchases_proposal SET reason = 'no reason was given'
                WHERE state = 'cancelled' AND reason = '';
            UPDATE purchases_proposal p SET state = 'closed', closed_at = o.closed_at
                FROM purchases_purchaseorder o
                WHERE o.proposal_id = p.id AND p.state = 'ordered' AND o.closed_at IS NOT NULL;
            -- What these rest on was never kept: they are submitted again.
            UPDATE purchases_proposal SET state = 'draft', submitted_by_id = NULL,
                submitted_at = NULL WHERE state = 'submitted';
            """,
            reverse_sql="""
            UPDATE purchases_proposal SET state = 'ordered' WHERE state = 'closed';
            """,
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(condition=models.Q(('state__in', ('draft', 'submitted', 'changes_requested'))), fields=['expires_at'], name='purchases_proposal_to_expire'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'changes_requested', 'approved', 'ordered', 'closed', 'rejected', 'cancelled', 'expired'])), name='purchases_proposal_state_known'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'changes_requested', 'cancelled', 'expired']), ('total__gt', 0), _connector='OR'), name='purchases_proposal_total_positive_once_submitted'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), ('submitted_at__isnull', True), ('submitted_by__isnull', True)), models.Q(('state__in', ['submitted', 'changes_requested', 'approved', 'ordered', 'closed', 'rejected']), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), ('state__in', ['cancelled', 'expired']), _connector='OR'), name='purchases_proposal_submitted_agrees'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['approved', 'ordered', 'closed', 'rejected'])), models.Q(models.Q(('state__in', ['approved', 'ordered', 'closed', 'rejected']), _negated=True), ('decided_at__isnull', True), ('decided_by__isnull', True)), _connector='OR'), name='purchases_proposal_decided_agrees'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ordered_at__isnull', False), ('state__in', ['ordered', 'closed'])), models.Q(models.Q(('state__in', ['ordered', 'closed']), _negated=True), ('ordered_at__isnull', True)), _connector='OR'), name='purchases_proposal_ordered_agrees'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='purchases_proposal_closed_agrees'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expired_at__isnull', False), ('state', 'expired')), models.Q(models.Q(('state', 'expired'), _negated=True), ('expired_at__isnull', True)), _connector='OR'), name='purchases_proposal_expired_agrees'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='purchases_proposal_version_counts'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['rejected', 'changes_requested', 'cancelled']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='purchases_proposal_refusal_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('apply_failures', 0), ('stuck_at__isnull', True)), ('state__in', ('approved', 'ordered', 'closed')), _connector='OR'), name='purchases_proposal_only_decided_ones_stick'),
        ),
        AppendOnly("purchases_proposalsubmission"),
        AppendOnly("purchases_approvalstep"),
        AppendOnly("purchases_approvaldecision"),
        AppendOnly("purchases_proposalchange"),
    ]
