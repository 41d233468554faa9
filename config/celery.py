"""The Celery application: workers and beat of this backend."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("pharmacio")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
