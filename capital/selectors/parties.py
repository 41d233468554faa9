"""Reads of what stands between the pharmacy and a party: its account, entry by entry."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from capital.chart import Side, SystemAccount
from capital.models import Account, JournalLine

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PartyEntry:
    """A journal entry that touches the party's account.

    amount: money by which it changes the balance, > 0 on the account's normal side (a debt to a
    supplier that grows). reverses_id: the entry it undoes; reversed: it was undone.
    """

    entry_id: int
    number: str
    kind: str
    source_type: str
    source_id: str
    day: date
    memo: str
    amount: Decimal
    reverses_id: int | None
    reversed: bool


def party_entries(
    account: SystemAccount,
    *,
    party_type: str,
    party_id: str,
    upto: date | None = None,
    kind: str = "",
) -> list[PartyEntry]:
    """The party's entries on `account` and below it, oldest first. Two queries.

    upto: entries dated after it are left out. kind: only of this kind.
    """
    lines = _lines(account, party_type, upto).filter(party_id=party_id)
    if kind:
        lines = lines.filter(entry__kind=kind)
    sign = _sign(account)
    rows = (
        lines.order_by("entry__entry_date", "entry_id")
        .values(
            "entry_id",
            "entry__number",
            "entry__kind",
            "entry__source_type",
            "entry__source_id",
            "entry__entry_date",
            "entry__memo",
            "entry__reverses_id",
            "entry__reversed_by",
        )
        .annotate(change=Sum(F("debit") - F("credit")))
    )
    return [
        PartyEntry(
            entry_id=row["entry_id"],
            number=row["entry__number"],
            kind=row["entry__kind"],
            source_type=row["entry__source_type"],
            source_id=row["entry__source_id"],
            day=row["entry__entry_date"],
            memo=row["entry__memo"],
            amount=sign * row["change"],
            reverses_id=row["entry__reverses_id"],
            reversed=row["entry__reversed_by"] is not None,
        )
        for row in rows
    ]


def party_balances(
    account: SystemAccount,
    *,
    party_type: str,
    party_ids: Collection[str] | None = None,
    upto: date | None = None,
) -> dict[str, Decimal]:
    """Balance of each party of the type, on the account's normal side; zero ones are left out.

    party_ids: only these, all if None. upto: at the end of that day. Two queries.
    """
    lines = _lines(account, party_type, upto)
    if party_ids is not None:
        lines = lines.filter(party_id__in=party_ids)
    sign = _sign(account)
    rows = lines.order_by().values_list("party_id").annotate(change=Sum(F("debit") - F("credit")))
    return {party_id: sign * change for party_id, change in rows if change}


def _lines(account: SystemAccount, party_type: str, upto: date | None) -> QuerySet[JournalLine]:
    lines = JournalLine.objects.filter(account__system_group=account, party_type=party_type)
    return lines if upto is None else lines.filter(entry__entry_date__lte=upto)


def _sign(account: SystemAccount) -> int:
    side = Account.objects.values_list("normal_side", flat=True).get(system_code=account)
    return 1 if side == Side.DEBIT else -1
