"""Capital statement: every change of the owner's capital and of what may still be spent.

Each row names its document. Both parts begin with what stood before the period and end with what
stands after it: the owner's capital as in the balance sheet, the available capital as in the
capital summary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from capital.chart import AccountType
from capital.errors import ReportTooLong
from capital.models import PROMISING, CommitmentChange
from capital.references import names_of
from capital.reports.cash_flow import cash_at, entries_by_cash
from capital.reports.ledger import Scope, lines_in
from core.models import local_date

ZERO = Decimal(0)
MAX_ROWS = 20_000
PROFIT = "net_profit"
_OWN = (AccountType.EQUITY, AccountType.INCOME, AccountType.EXPENSE)
_EARNED = (AccountType.INCOME, AccountType.EXPENSE)


@dataclass(frozen=True, slots=True)
class CapitalChange:
    """One change and what stood after it.

    number: of the journal entry, "" for promises to orders, which are none. kind: of the entry or
    the promise; "net_profit" for what trade earned. source_type, source_id: the document;
    document: what it is called.
    """

    day: date
    occurred_at: datetime | None
    kind: str
    number: str
    source_type: str
    source_id: str
    memo: str
    amount: Decimal
    balance: Decimal = ZERO
    document: str = ""


@dataclass(frozen=True, slots=True)
class CapitalPart:
    """opening + every change = closing."""

    opening: Decimal
    changes: tuple[CapitalChange, ...]

    @property
    def closing(self) -> Decimal:
        return self.changes[-1].balance if self.changes else self.opening


@dataclass(frozen=True, slots=True)
class CapitalStatement:
    scope: Scope
    owner: CapitalPart
    available: CapitalPart


def capital_statement(scope: Scope) -> CapitalStatement:
    """Both parts for `scope`. Seven queries at most, and one per type of document for its names.

    Raises ReportTooLong beyond MAX_ROWS changes.
    """
    return CapitalStatement(
        scope=scope,
        owner=_part(_own_capital_before(scope), _owner_changes(scope)),
        available=_part(_available_before(scope), _available_changes(scope)),
    )


def available_at(scope: Scope | None) -> Decimal:
    """Cash and bank less what is promised to orders, at the end of `scope`. Two queries."""
    return ZERO if scope is None else cash_at(scope) - _committed_at(scope)


def _part(opening: Decimal, changes: Iterable[CapitalChange]) -> CapitalPart:
    balance = opening
    rows: list[CapitalChange] = []
    for change in changes:
        if len(rows) >= MAX_ROWS:
            raise ReportTooLong(
                _("The period has more than %(rows)d changes; choose a shorter one.")
                % {"rows": MAX_ROWS}
            )
        balance += change.amount
        rows.append(replace(change, balance=balance))
    return CapitalPart(opening=opening, changes=_with_documents(rows))


def _with_documents(changes: Sequence[CapitalChange]) -> tuple[CapitalChange, ...]:
    """With the names of the documents, from the apps that own them."""
    names = names_of((change.source_type, change.source_id) for change in changes)
    return tuple(
        replace(change, document=names[change.source_type, change.source_id]) for change in changes
    )


# --- The owner's capital ----------------------------------------------------------------------


def _own_capital_before(scope: Scope) -> Decimal:
    return _credited(scope.before, _OWN)


def _owner_changes(scope: Scope) -> Iterator[CapitalChange]:
    lines = (
        lines_in(scope)
        .filter(account__type=AccountType.EQUITY)
        .select_related("entry")
        .order_by("entry__entry_date", "entry_id", "line")[: MAX_ROWS + 1]
    )
    for line in lines:
        yield CapitalChange(
            day=line.entry.entry_date,
            occurred_at=line.entry.occurred_at,
            kind=line.entry.kind,
            number=line.entry.number,
            source_type=line.entry.source_type,
            source_id=line.entry.source_id,
            memo=line.memo or line.entry.memo,
            amount=line.credit - line.debit,
        )
    profit = _credited(scope, _EARNED)
    if profit:
        yield CapitalChange(scope.last, None, PROFIT, "", "", "", "", profit)


def _credited(scope: Scope | None, types: Iterable[AccountType]) -> Decimal:
    """Credits minus debits of the accounts of `types`."""
    if scope is None:
        return ZERO
    total = (
        lines_in(scope)
        .filter(account__type__in=types)
        .aggregate(total=Sum(F("credit") - F("debit"), default=ZERO))
    )
    return total["total"]


# --- What may still be spent ------------------------------------------------------------------


def _available_before(scope: Scope) -> Decimal:
    return available_at(scope.before)


def _committed_at(scope: Scope) -> Decimal:
    promising = Q(kind__in=PROMISING)
    totals = CommitmentChange.objects.filter(scope.of_moments()).aggregate(
        promised=Sum("amount", filter=promising, default=ZERO),
        ended=Sum("amount", filter=~promising, default=ZERO),
    )
    return totals["promised"] - totals["ended"]


def _available_changes(scope: Scope) -> list[CapitalChange]:
    changes = [*_cash_changes(scope), *_commitment_changes(scope)]
    return sorted(changes, key=lambda change: (change.day, change.occurred_at, change.number))


def _cash_changes(scope: Scope) -> Iterator[CapitalChange]:
    for entry in entries_by_cash(scope).order_by("entry_date", "id")[: MAX_ROWS + 1]:
        yield CapitalChange(
            day=entry.entry_date,
            occurred_at=entry.occurred_at,
            kind=entry.kind,
            number=entry.number,
            source_type=entry.source_type,
            source_id=entry.source_id,
            memo=entry.memo,
            amount=entry.cash,
        )


def _commitment_changes(scope: Scope) -> Iterator[CapitalChange]:
    found = (
        CommitmentChange.objects.filter(scope.of_moments())
        .select_related("commitment")
        .order_by("occurred_at", "id")[: MAX_ROWS + 1]
    )
    for change in found:
        promised = change.kind in PROMISING
        yield CapitalChange(
            day=local_date(change.occurred_at),
            occurred_at=change.occurred_at,
            kind=f"commitment_{change.kind}",
            number="",
            source_type=change.document_type or change.commitment.source_type,
            source_id=change.document_id or change.commitment.source_id,
            memo=change.reason,
            amount=-change.amount if promised else change.amount,
        )
