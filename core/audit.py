"""Who did what, when, to which thing: an append-only log sealed into a hash chain.

``record`` writes a plain row. When the transaction commits, a deferred database trigger gives
the row its place in the chain (see migration ``0002``): the chain's lock is held only for the
commit itself, so that auditing neither serialises nor deadlocks the work around it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone

from core.correlation import current_correlation_id
from core.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``id``: the user's primary key, None for the system; ``ip``: client address."""

    id: int | None
    label: str
    ip: str = ""


SYSTEM = Actor(id=None, label="system")


def record(
    *,
    actor: Actor,
    action: str,
    subject: models.Model,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
) -> None:
    """Append one audit entry to the present transaction.

    action: ``<app>.<noun>_<verb in the past>``. changes: JSON values, by custom
    ``{"field": [before, after]}`` or plain facts; dates and decimals are written as text.
    """
    moment = occurred_at or timezone.now()
    _entry(actor, moment, action, subject, changes or {}, reason=reason).save(force_insert=True)


def record_all(
    *,
    actor: Actor,
    occurred_at: datetime,
    entries: Sequence[tuple[str, models.Model, Mapping[str, Any]]],
) -> None:
    """Append many entries (action, subject, changes) in a few queries; see `record`."""
    AuditEntry.objects.bulk_create(
        [_entry(actor, occurred_at, *entry) for entry in entries], batch_size=2000
    )


def _entry(
    actor: Actor,
    occurred_at: datetime,
    action: str,
    subject: models.Model,
    changes: Mapping[str, Any],
    *,
    reason: str = "",
) -> AuditEntry:
    return AuditEntry(
        occurred_at=occurred_at,
        actor_id=actor.id,
        actor_label=actor.label,
        client_ip=actor.ip,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        changes=json.loads(json.dumps(dict(changes), cls=DjangoJSONEncoder)),
        reason=reason,
        correlation_id=current_correlation_id(),
    )


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Outcome of ``verify``. ``faults`` name each break; ``entries`` counts sealed rows."""

    entries: int
    faults: tuple[str, ...]

    @property
    def intact(self) -> bool:
        return not self.faults


_VERIFY = """
WITH chain AS (
    SELECT s.sequence, s.digest, e.id,
           core_audit_digest(
               lag(s.digest, 1, '') OVER (ORDER BY s.sequence), e) AS expected,
           lag(s.sequence, 1, 0::bigint) OVER (ORDER BY s.sequence) AS previous
    FROM core_auditseal s LEFT JOIN core_auditentry e ON e.id = s.entry_id
)
SELECT 'entry ' || coalesce(id::text, '(deleted)') || ' at place ' || sequence
       || ' was changed after it was sealed'
  FROM chain WHERE id IS NULL OR digest <> expected
UNION ALL
SELECT 'places ' || previous + 1 || ' to ' || sequence - 1 || ' are missing'
  FROM chain WHERE sequence <> previous + 1
UNION ALL
SELECT 'entry ' || e.id || ' was never sealed'
  FROM core_auditentry e LEFT JOIN core_auditseal s ON s.entry_id = e.id
 WHERE s.sequence IS NULL
"""


def verify() -> ChainReport:
    """Recompute the whole chain inside the database and report every break.

    A cut of the newest entries together with their seals cannot be seen from the chain
    alone: note ``head()`` somewhere else from time to time and compare.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERIFY)
        faults = tuple(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT count(*) FROM core_auditseal")
        (entries,) = cursor.fetchone()
    return ChainReport(entries=entries, faults=faults)


def head() -> tuple[int, str]:
    """``(place, digest)`` of the newest seal; ``(0, "")`` for an empty chain."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, digest FROM core_auditseal ORDER BY sequence DESC LIMIT 1")
        return cursor.fetchone() or (0, "")
