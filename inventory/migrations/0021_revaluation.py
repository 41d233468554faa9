"""Goods that are worth more or less without moving.

The register of controlled products is of goods that move: it has no rows for these.
"""

from django.conf import settings
from django.db import migrations, models


REGISTERED = """
DROP TRIGGER inventory_movement_registered ON inventory_stockmovement;
CREATE CONSTRAINT TRIGGER inventory_movement_registered AFTER INSERT ON inventory_stockmovement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.quantity <> 0)
    EXECUTE FUNCTION inventory_check_movement_registered();
"""
REVERSE = REGISTERED.replace(" WHEN (NEW.quantity <> 0)", "")


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0020_packaging_check_by_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='stockdocument',
            name='inventory_document_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='stockdocument',
            name='inventory_document_reason_known',
        ),
        migrations.RemoveConstraint(
            model_name='stockmovement',
            name='inventory_movement_signs_agree',
        ),
        migrations.RemoveConstraint(
            model_name='stockmovement',
            name='inventory_movement_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='stockmovement',
            name='inventory_movement_reason_known',
        ),
        migrations.RemoveConstraint(
            model_name='stockmovement',
            name='inventory_movement_direction',
        ),
        migrations.AlterField(
            model_name='signaturerequest',
            name='kind',
            field=models.CharField(choices=[('opening', 'Opening balance'), ('receipt', 'Receipt'), ('issue', 'Issue'), ('return_in', 'Return from a customer'), ('return_out', 'Return to a supplier'), ('transfer', 'Transfer'), ('adjustment', 'Adjustment'), ('write_off', 'Write-off'), ('repack', 'Repacking'), ('revaluation', 'Revaluation')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='signaturerequest',
            name='reason',
            field=models.CharField(choices=[('opening', 'Opening balance'), ('purchase', 'Purchase'), ('owner_contribution', 'Brought in by the owner'), ('gift', 'Received free of charge'), ('sale', 'Sale'), ('internal_use', 'Used in the pharmacy'), ('donation', 'Given away'), ('owner_withdrawal', 'Taken out by the owner'), ('damage', 'Damaged'), ('expiry', 'Expired'), ('theft', 'Stolen or lost'), ('sample', 'Used as a sample'), ('recall', 'Recalled'), ('count', 'Stock count'), ('customer_return', 'Brought back by a customer'), ('supplier_return', 'Sent back to the supplier'), ('relocation', 'Moved to another place'), ('repacking', 'Repacked or relabelled'), ('correction', 'Correction of a mistake'), ('landed_cost', 'Cost of getting it here')], max_length=20, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='stockdocument',
            name='kind',
            field=models.CharField(choices=[('opening', 'Opening balance'), ('receipt', 'Receipt'), ('issue', 'Issue'), ('return_in', 'Return from a customer'), ('return_out', 'Return to a supplier'), ('transfer', 'Transfer'), ('adjustment', 'Adjustment'), ('write_off', 'Write-off'), ('repack', 'Repacking'), ('revaluation', 'Revaluation')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='stockdocument',
            name='reason',
            field=models.CharField(choices=[('opening', 'Opening balance'), ('purchase', 'Purchase'), ('owner_contribution', 'Brought in by the owner'), ('gift', 'Received free of charge'), ('sale', 'Sale'), ('internal_use', 'Used in the pharmacy'), ('donation', 'Given away'), ('owner_withdrawal', 'Taken out by the owner'), ('damage', 'Damaged'), ('expiry', 'Expired'), ('theft', 'Stolen or lost'), ('sample', 'Used as a sample'), ('recall', 'Recalled'), ('count', 'Stock count'), ('customer_return', 'Brought back by a customer'), ('supplier_return', 'Sent back to the supplier'), ('relocation', 'Moved to another place'), ('repacking', 'Repacked or relabelled'), ('correction', 'Correction of a mistake'), ('landed_cost', 'Cost of getting it here')], max_length=20, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='kind',
            field=models.CharField(choices=[('opening', 'Opening balance'), ('receipt', 'Receipt'), ('issue', 'Issue'), ('return_in', 'Return from a customer'), ('return_out', 'Return to a supplier'), ('transfer', 'Transfer'), ('adjustment', 'Adjustment'), ('write_off', 'Write-off'), ('repack', 'Repacking'), ('revaluation', 'Revaluation')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='reason',
            field=models.CharField(choices=[('opening', 'Opening balance'), ('purchase', 'Purchase'), ('owner_contribution', 'Brought in by the owner'), ('gift', 'Received free of charge'), ('sale', 'Sale'), ('internal_use', 'Used in the pharmacy'), ('donation', 'Given away'), ('owner_withdrawal', 'Taken out by the owner'), ('damage', 'Damaged'), ('expiry', 'Expired'), ('theft', 'Stolen or lost'), ('sample', 'Used as a sample'), ('recall', 'Recalled'), ('count', 'Stock count'), ('customer_return', 'Brought back by a customer'), ('supplier_return', 'Sent back to the supplier'), ('relocation', 'Moved to another place'), ('repacking', 'Repacked or relabelled'), ('correction', 'Correction of a mistake'), ('landed_cost', 'Cost of getting it here')], max_length=20, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='writeoff',
            name='reason',
            field=models.CharField(choices=[('opening', 'Opening balance'), ('purchase', 'Purchase'), ('owner_contribution', 'Brought in by the owner'), ('gift', 'Received free of charge'), ('sale', 'Sale'), ('internal_use', 'Used in the pharmacy'), ('donation', 'Given away'), ('owner_withdrawal', 'Taken out by the owner'), ('damage', 'Damaged'), ('expiry', 'Expired'), ('theft', 'Stolen or lost'), ('sample', 'Used as a sample'), ('recall', 'Recalled'), ('count', 'Stock count'), ('customer_return', 'Brought back by a customer'), ('supplier_return', 'Sent back to the supplier'), ('relocation', 'Moved to another place'), ('repacking', 'Repacked or relabelled'), ('correction', 'Correction of a mistake'), ('landed_cost', 'Cost of getting it here')], max_length=20, verbose_name='reason'),
        ),
        migrations.AddConstraint(
            model_name='stockdocument',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opening', 'receipt', 'issue', 'return_in', 'return_out', 'transfer', 'adjustment', 'write_off', 'repack', 'revaluation'])), name='inventory_document_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='stockdocument',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['opening', 'purchase', 'owner_contribution', 'gift', 'sale', 'internal_use', 'donation', 'owner_withdrawal', 'damage', 'expiry', 'theft', 'sample', 'recall', 'count', 'customer_return', 'supplier_return', 'relocation', 'repacking', 'correction', 'landed_cost'])), name='inventory_document_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opening', 'receipt', 'issue', 'return_in', 'return_out', 'transfer', 'adjustment', 'write_off', 'repack', 'revaluation'])), name='inventory_movement_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['opening', 'purchase', 'owner_contribution', 'gift', 'sale', 'internal_use', 'donation', 'owner_withdrawal', 'damage', 'expiry', 'theft', 'sample', 'recall', 'count', 'customer_return', 'supplier_return', 'relocation', 'repacking', 'correction', 'landed_cost'])), name='inventory_movement_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind', 'revaluation'), _negated=True), models.Q(models.Q(('quantity__gt', 0), ('value__gte', 0)), models.Q(('quantity__lt', 0), ('value__lte', 0)), _connector='OR')), models.Q(('kind', 'revaluation'), ('quantity', 0), models.Q(('value', 0), _negated=True)), _connector='OR'), name='inventory_movement_signs_agree'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(('reverses__isnull', False), models.Q(('kind__in', ('opening', 'receipt', 'return_in')), ('quantity__gt', 0)), models.Q(('kind__in', ('issue', 'return_out', 'write_off')), ('quantity__lt', 0)), ('kind__in', ['transfer', 'repack', 'adjustment', 'revaluation']), _connector='OR'), name='inventory_movement_direction'),
        ),
        migrations.RunSQL(REGISTERED, REVERSE),
    ]
