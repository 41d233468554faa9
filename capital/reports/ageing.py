"""Ageing: how old what is owed is, party by party.

Payments are taken against the oldest open invoices first (FIFO), since the ledger does not know
which invoice a payment was meant for. An entry and its reversal cancel each other before that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from capital.chart import SystemAccount
from capital.models import JournalLine
from capital.references import names_of
from capital.reports.ledger import Scope, lines_in

ZERO = Decimal(0)
DEFAULT_BUCKETS = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still open of one invoice. days: from its date to the report's."""

    number: str
    source_type: str
    source_id: str
    day: date
    days: int
    amount: Decimal
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """One party. balance = Σ buckets - unapplied, what was paid beyond all invoices.

    buckets: what is open by age, one amount per bucket, youngest first.
    """

    party_type: str
    party_id: str
    name: str
    buckets: tuple[Decimal, ...]
    unapplied: Decimal
    items: tuple[OpenItem, ...]

    @property
    def balance(self) -> Decimal:
        return sum(self.buckets, ZERO) - self.unapplied


@dataclass(frozen=True, slots=True)
class Ageing:
    """bounds: last day of each bucket but the last, which has no end (30, 60, 90)."""

    account: SystemAccount
    scope: Scope
    bounds: tuple[int, ...]
    rows: tuple[AgeingRow, ...]

    @property
    def bucket_totals(self) -> tuple[Decimal, ...]:
        return tuple(
            sum((row.buckets[position] for row in self.rows), ZERO)
            for position in range(len(self.bounds) + 1)
        )

    @property
    def unapplied(self) -> Decimal:
        return sum((row.unapplied for row in self.rows), ZERO)

    @property
    def balance(self) -> Decimal:
        """The balance of the account with all accounts below it, on its normal side."""
        return sum((row.balance for row in self.rows), ZERO)


def ageing(
    account: SystemAccount, *, scope: Scope, bounds: Sequence[int] = DEFAULT_BUCKETS
) -> Ageing:
    """Open items of `account` (payables or receivables) at the end of `scope`, largest debt first.

    One query, and one per type of party for the names.
    """
    parties: dict[tuple[str, str], list[JournalLine]] = defaultdict(list)
    for line in _standing(_lines(account, scope)):
        parties[line.party_type, line.party_id].append(line)
    names = names_of(parties)
    rows = [
        _row(
            party,
            names[party] or party[1],
            lines,
            account=account,
            as_of=scope.last,
            bounds=tuple(bounds),
        )
        for party, lines in parties.items()
    ]
    rows.sort(key=lambda row: (-row.balance, row.party_type, row.party_id))
    open_rows = tuple(row for row in rows if row.items or row.unapplied)
    return Ageing(account=account, scope=scope, bounds=tuple(bounds), rows=open_rows)


def _lines(account: SystemAccount, scope: Scope) -> Iterable[JournalLine]:
    return (
        lines_in(scope.upto)
        .filter(account__system_group=account)
        .select_related("entry")
        .order_by("entry__entry_date", "entry_id", "line")
    )


def _standing(lines: Iterable[JournalLine]) -> list[JournalLine]:
    """Without the entries that were reversed, and without their reversals."""
    everyone = list(lines)
    present = {line.entry_id for line in everyone}
    undone = {
        entry_id
        for line in everyone
        if line.entry.reverses_id in present
        for entry_id in (line.entry_id, line.entry.reverses_id)
    }
    return [line for line in everyone if line.entry_id not in undone]


def _row(
    party: tuple[str, str],
    name: str,
    lines: Sequence[JournalLine],
    *,
    account: SystemAccount,
    as_of: date,
    bounds: tuple[int, ...],
) -> AgeingRow:
    owed = [(line, _growth(line, account)) for line in lines]
    paid = -sum((amount for _line, amount in owed if amount < 0), ZERO)
    items = []
    for line, amount in owed:
        if amount <= 0:
            continue
        settled = min(paid, amount)
        paid -= settled
        if settled < amount:
            items.append(_item(line, amount, amount - settled, as_of))
    return AgeingRow(
        party_type=party[0],
        party_id=party[1],
        name=name,
        buckets=_buckets(items, bounds),
        unapplied=paid,
        items=tuple(items),
    )


def _growth(line: JournalLine, account: SystemAccount) -> Decimal:
    """What the line adds to the debt: credits to payables, debits to receivables."""
    change = line.credit - line.debit
    return change if account == SystemAccount.PAYABLES else -change


def _item(line: JournalLine, amount: Decimal, open_amount: Decimal, as_of: date) -> OpenItem:
    return OpenItem(
        number=line.entry.number,
        source_type=line.entry.source_type,
        source_id=line.entry.source_id,
        day=line.entry.entry_date,
        days=(as_of - line.entry.entry_date).days,
        amount=amount,
        open_amount=open_amount,
    )


def _buckets(items: Iterable[OpenItem], bounds: tuple[int, ...]) -> tuple[Decimal, ...]:
    amounts = [ZERO] * (len(bounds) + 1)
    for item in items:
        position = sum(item.days > bound for bound in bounds)
        amounts[position] += item.open_amount
    return tuple(amounts)
