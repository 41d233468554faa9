"""The moment a report is about, and what was known by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from core.models import local_date

# Movements `m` that had happened by `as_of`, of those recorded by `known_at`.
HAPPENED = """m.occurred_at <= %(as_of)s
        AND (%(known_at)s::timestamptz IS NULL OR m.recorded_at <= %(known_at)s)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """as_of: business moment. known_at: records up to then count; None takes all there are."""

    as_of: datetime
    known_at: datetime | None = None

    @property
    def today(self) -> date:
        """The pharmacy's local day of the report."""
        return local_date(self.as_of)

    def days_ago(self, days: int) -> datetime:
        """The moment `days` days (of 24 hours) before."""
        return self.as_of - timedelta(days=days)

    @property
    def params(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "known_at": self.known_at,
            "today": self.today,
            "zone": settings.PHARMACY_TIME_ZONE,
        }
