"""Sales, their lines and the batches they came from; written once."""

import core.money
from core.db import AppendOnly
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('inventory', '0002_guards_and_main_store'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Sale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, verbose_name='number')),
                ('sold_at', models.DateTimeField(verbose_name='sold at')),
                ('business_date', models.DateField(verbose_name='date')),
                ('payment_method', models.CharField(choices=[('cash', 'Cash')], default='cash', max_length=10, verbose_name='payment method')),
                ('total', core.money.MoneyModelField(verbose_name='total')),
                ('tendered', core.money.MoneyModelField(verbose_name='handed over')),
                ('change', core.money.MoneyModelField(verbose_name='change given')),
                ('cost', core.money.MoneyModelField(verbose_name='cost of goods')),
                ('cashier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cashier')),
            ],
            options={
                'verbose_name': 'sale',
                'verbose_name_plural': 'sales',
                'ordering': ['-id'],
                'indexes': [
                    models.Index(fields=['business_date', 'id'], name='sales_sale_by_date'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('number',), name='sales_sale_number_unique'),
                    models.CheckConstraint(condition=models.Q(('cost__gte', 0), ('total__gt', 0)), name='sales_sale_amounts_positive'),
                    models.CheckConstraint(condition=models.Q(('change__gte', 0), ('tendered', django.db.models.expressions.CombinedExpression(models.F('total'), '+', models.F('change')))), name='sales_sale_change_agrees'),
                    models.CheckConstraint(condition=models.Q(('payment_method__in', ['cash'])), name='sales_sale_payment_method_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SaleLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('product_name', models.CharField(max_length=400, verbose_name='product name')),
                ('packaging_name', models.CharField(blank=True, default='', max_length=60, verbose_name='packaging')),
                ('packaging_units', models.PositiveIntegerField(default=1, verbose_name='base units in a pack')),
                ('quantity', models.PositiveIntegerField(verbose_name='packs')),
                ('base_quantity', models.PositiveIntegerField(verbose_name='base units')),
                ('unit_price', core.money.MoneyModelField(verbose_name='price of a pack')),
                ('line_total', core.money.MoneyModelField(verbose_name='line total')),
                ('cost', core.money.MoneyModelField(verbose_name='cost of goods')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                ('sale', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='sales.sale')),
            ],
            options={
                'verbose_name': 'sale line',
                'verbose_name_plural': 'sale lines',
                'ordering': ['sale_id', 'line'],
                'constraints': [
                    models.UniqueConstraint(fields=('sale', 'line'), name='sales_line_unique'),
                    models.CheckConstraint(condition=models.Q(('packaging_units__gt', 0), ('quantity__gt', 0)), name='sales_line_quantity_positive'),
                    models.CheckConstraint(condition=models.Q(('base_quantity', django.db.models.expressions.CombinedExpression(models.F('quantity'), '*', models.F('packaging_units')))), name='sales_line_base_quantity_agrees'),
                    models.CheckConstraint(condition=models.Q(('cost__gte', 0), ('unit_price__gt', 0)), name='sales_line_amounts_positive'),
                    models.CheckConstraint(condition=models.Q(('line_total', django.db.models.expressions.CombinedExpression(models.F('unit_price'), '*', models.F('quantity')))), name='sales_line_total_agrees'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SaleAllocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch_number', models.CharField(blank=True, max_length=60, verbose_name='batch number')),
                ('expiry_date', models.DateField(null=True, verbose_name='expiry')),
                ('quantity', models.PositiveIntegerField(verbose_name='base units')),
                ('cost', core.money.MoneyModelField(verbose_name='cost of goods')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.batch', verbose_name='batch')),
                ('movement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.stockmovement')),
                ('sale_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='sales.saleline')),
            ],
            options={
                'verbose_name': 'sale allocation',
                'verbose_name_plural': 'sale allocations',
                'ordering': ['id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('cost__gte', 0), ('quantity__gt', 0)), name='sales_allocation_positive'),
                ],
            },
        ),
                                                                                                AppendOnly("sales_sale"),
        AppendOnly("sales_saleline"),
        AppendOnly("sales_saleallocation"),
    ]
