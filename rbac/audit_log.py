"""Reading the audit log: filters, and export as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.audit import Actor
from core.models import AuditEntry
from core.text import spreadsheet_safe
from users.public import user_get

EXPORT_COLUMNS = (
    "id",
    "occurred_at",
    "actor_id",
    "actor_label",
    "client_ip",
    "action",
    "subject_type",
    "subject_id",
    "changes",
    "reason",
    "correlation_id",
)
_BYTE_ORDER_MARK = "\ufeff"  # without it Excel misreads Arabic


def entries_filtered(
    *,
    actor_id: int | None = None,
    action: str = "",
    subject_type: str = "",
    subject_id: str = "",
    date_from: date | None = None,
    date_to: date | None = None,
    correlation_id: str = "",
) -> QuerySet[AuditEntry]:
    """Audit entries that meet every filter given.

    action: a prefix ("users." or "users.login"). Dates are days in the pharmacy's time zone,
    both included.
    """
    wanted: dict[str, Any] = {
        "actor_id": actor_id,
        "action__startswith": action,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "correlation_id": correlation_id,
        "occurred_at__gte": date_from and _local(date_from, time.min),
        "occurred_at__lte": date_to and _local(date_to, time.max),
    }
    return AuditEntry.objects.filter(**{lookup: value for lookup, value in wanted.items() if value})


def _local(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=ZoneInfo(settings.PHARMACY_TIME_ZONE))


@transaction.atomic
def audit_export(*, actor: Actor, now: datetime, filters: dict[str, Any]) -> Iterator[str]:
    """The chosen entries as lines of CSV, oldest first; that they were exported is audited.

    The lines are read from the database as they are consumed; entries written after this call
    are not among them.
    """
    entries = entries_filtered(**filters)
    newest = entries.order_by("-id").values_list("id", flat=True).first() or 0
    audit.record(
        actor=actor,
        action="rbac.audit_exported",
        subject=user_get(actor.id) if actor.id else AuditEntry(),
        changes={"filters": filters, "up_to_entry": newest},
        occurred_at=now,
    )
    return _lines(entries.filter(id__lte=newest).order_by("id"))


class _Echo:
    """A file whose writes come back as return values."""

    def write(self, text: str) -> str:
        return text


def _lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield _BYTE_ORDER_MARK + writer.writerow(EXPORT_COLUMNS)
    for row in entries.values_list(*EXPORT_COLUMNS).iterator(chunk_size=1000):
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(settings.PHARMACY_TIME_ZONE)).isoformat()
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return spreadsheet_safe(text)
