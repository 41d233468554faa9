"""A scan of a substitute counts for its order line by what it stands for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('purchases', '0018_controlled_returns_by_two'),
    ]

    operations = [
        migrations.AddField(
            model_name='receivingscan',
            name='counted_quantity',
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
    ]
