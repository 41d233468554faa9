"""Reads of accounting periods."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, QuerySet

from capital.errors import PeriodNotFound
from capital.models import AccountingPeriod, PeriodChange, PeriodStatus


def periods() -> QuerySet[AccountingPeriod]:
    """All periods, newest first, with the trace of their closings. Two queries."""
    trace = PeriodChange.objects.select_related("actor").order_by("id")
    return (
        AccountingPeriod.objects.select_related("closed_by")
        .prefetch_related(Prefetch("changes", trace))
        .order_by("-starts_on")
    )


def period_get(period_id: int) -> AccountingPeriod:
    """Raises PeriodNotFound."""
    found = periods().filter(pk=period_id).first()
    if found is None:
        raise PeriodNotFound
    return found


def period_closed_on(day: date) -> AccountingPeriod | None:
    """The closed period that `day` falls in, if any. One query."""
    return AccountingPeriod.objects.filter(
        status=PeriodStatus.CLOSED, starts_on__lte=day, ends_on__gte=day
    ).first()
