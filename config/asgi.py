"""ASGI entry point, for servers that speak ASGI. The application itself is synchronous."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_SECONDS", "30")  # see wsgi.py

application = get_asgi_application()
