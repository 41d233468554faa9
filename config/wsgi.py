"""WSGI entry point (gunicorn and `manage.py runserver`)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# A request that keeps the database busy this long is lost anyway; workers may take longer.
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_SECONDS", "30")

application = get_wsgi_application()
