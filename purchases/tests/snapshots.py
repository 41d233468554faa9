"""The whole database as one comparable value, for proving that a refusal changed nothing."""

from __future__ import annotations

import hashlib

from django.apps import apps
from django.db import connection

_APPS = ("purchases", "inventory", "capital")
_KERNEL = ("core_outboxevent", "core_auditentry", "core_documentseries")


def everything() -> dict[str, str]:
    """table -> digest of its rows: all of purchasing, stock and money, events and audit."""
    tables = [
        model._meta.db_table for app in _APPS for model in apps.get_app_config(app).get_models()
    ]
    digests = {}
    with connection.cursor() as cursor:
        for table in [*tables, *_KERNEL]:
            cursor.execute(f"SELECT string_agg(t::text, '|' ORDER BY t::text) FROM {table} t")
            digests[table] = hashlib.sha256((cursor.fetchone()[0] or "").encode()).hexdigest()
    return digests
