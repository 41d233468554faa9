"""The part of the journal a report is about, and sums over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from capital.models import JournalLine

ZERO = Decimal(0)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """Entries dated from `first` (from the beginning if None) to `last`, both included.

    known_at: only what had been recorded by this moment; everything if None.
    """

    last: date
    first: date | None = None
    known_at: datetime | None = None

    @property
    def before(self) -> Scope | None:
        """All that was before it; None where it goes back to the beginning."""
        return None if self.first is None else Scope(self.first - _ONE_DAY, None, self.known_at)

    @property
    def upto(self) -> Scope:
        """From the beginning to its last day."""
        return Scope(self.last, None, self.known_at)

    def of_entries(self, path: str = "") -> Q:
        """The condition on journal entries; path: leads from the rows filtered to the entry."""
        condition = Q(**{f"{path}entry_date__lte": self.last})
        if self.first is not None:
            condition &= Q(**{f"{path}entry_date__gte": self.first})
        if self.known_at is not None:
            condition &= Q(**{f"{path}recorded_at__lte": self.known_at})
        return condition

    def of_moments(self) -> Q:
        """The condition on rows that carry `occurred_at` and `recorded_at` themselves."""
        condition = Q(occurred_at__lt=_start_of(self.last + _ONE_DAY))
        if self.first is not None:
            condition &= Q(occurred_at__gte=_start_of(self.first))
        if self.known_at is not None:
            condition &= Q(recorded_at__lte=self.known_at)
        return condition


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.PHARMACY_TIME_ZONE))


@dataclass(frozen=True, slots=True)
class Turnover:
    """What was debited and credited to an account."""

    debit: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def balance(self) -> Decimal:
        """Debits minus credits."""
        return self.debit - self.credit


def lines_in(scope: Scope | None) -> QuerySet[JournalLine]:
    """The journal lines of `scope`; none for None."""
    if scope is None:
        return JournalLine.objects.none()
    return JournalLine.objects.filter(scope.of_entries("entry__"))


def turnovers(scope: Scope | None) -> dict[int, Turnover]:
    """Debits and credits of every account that `scope` touches, by account id. One query."""
    rows = (
        lines_in(scope)
        .order_by()
        .values_list("account_id")
        .annotate(debited=Sum("debit"), credited=Sum("credit"))
    )
    return {account_id: Turnover(debit, credit) for account_id, debit, credit in rows}
