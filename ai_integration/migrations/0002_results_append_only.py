from django.db import migrations

from core.db import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("ai_integration", "0001_jobs_and_results")]

    operations = [AppendOnly("ai_integration_engineresult")]
