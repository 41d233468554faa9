

import django.core.validators
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(error_messages={'unique': 'This username is taken. Choose another.'}, max_length=150, unique=True, validators=[django.core.validators.RegexValidator('^[\\w.+-]+\\Z', 'Use letters, digits and . + - _ only; no spaces and no @.')], verbose_name='username')),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='e-mail address')),
                ('phone', models.CharField(blank=True, default='', max_length=32, verbose_name='phone')),
                ('full_name', models.CharField(blank=True, default='', max_length=150, verbose_name='full name')),
                ('language', models.CharField(choices=[('ar', 'Arabic'), ('en', 'English')], default='ar', max_length=2, verbose_name='language')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('is_superuser', models.BooleanField(default=False, verbose_name='superuser')),
                ('deactivated_at', models.DateTimeField(blank=True, null=True, verbose_name='deactivated at')),
                ('tokens_valid_after', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='users_user_username_unique_ci', violation_error_message='This username is taken. Choose another.'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='users_user_email_unique_ci', violation_error_message='This e-mail address belongs to another user.'), models.CheckConstraint(condition=models.Q(models.Q(('username', ''), _negated=True), models.Q(('username__contains', '@'), _negated=True)), name='users_user_username_is_no_email'), models.CheckConstraint(condition=models.Q(('email', ''), ('email__contains', '@'), _connector='OR'), name='users_user_email_has_at'), models.CheckConstraint(condition=models.Q(('language__in', ['ar', 'en'])), name='users_user_language_known'), models.CheckConstraint(condition=models.Q(('deactivated_at__isnull', True), ('is_active', False), _connector='OR'), name='users_user_deactivated_is_inactive')],
            },
        ),
    ]
