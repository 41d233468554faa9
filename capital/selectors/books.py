"""Reads of the ledger: capital summary, trial balance, what is owed to whom, the check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import (
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
)

from capital.chart import LIQUID_ACCOUNTS, Side, SystemAccount
from capital.errors import EntryNotFound
from capital.models import (
    Account,
    AccountBalance,
    Commitment,
    CommitmentStatus,
    EntryAttachment,
    JournalEntry,
    JournalLine,
)
from core.money import currency

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CapitalSummary:
    """The pharmacy's money now, in `currency`; all amounts in their natural sign.

    cash and bank count the own accounts below them; liquid = cash + bank;
    available = liquid - committed, what may still be promised;
    available_after_payables = available - payables, what would be left if all debts were paid.
    """

    currency: str
    cash: Decimal
    bank: Decimal
    liquid: Decimal
    stock_at_cost: Decimal
    payables: Decimal
    receivables: Decimal
    committed: Decimal
    available: Decimal
    available_after_payables: Decimal


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """An account's totals and its balance on the side it stands on; one of the two is zero."""

    account: Account
    debit_total: Decimal
    credit_total: Decimal

    @property
    def debit_balance(self) -> Decimal:
        return max(self.debit_total - self.credit_total, ZERO)

    @property
    def credit_balance(self) -> Decimal:
        return max(self.credit_total - self.debit_total, ZERO)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    as_of: date | None
    rows: tuple[TrialBalanceRow, ...]

    @property
    def debit_total(self) -> Decimal:
        return sum((row.debit_balance for row in self.rows), ZERO)

    @property
    def credit_total(self) -> Decimal:
        return sum((row.credit_balance for row in self.rows), ZERO)


@dataclass(frozen=True, slots=True)
class PartyBalance:
    """What is owed to a party (payables, > 0) or by it (receivables, > 0)."""

    party_type: str
    party_id: str
    balance: Decimal


def capital_summary() -> CapitalSummary:
    """Cash, bank, stock at cost, debts, promises and what is available. Two queries."""
    debit = _group_balances()
    cash, bank = debit[SystemAccount.CASH], debit[SystemAccount.BANK]
    payables = -debit[SystemAccount.PAYABLES]
    committed = committed_total()
    available = cash + bank - committed
    return CapitalSummary(
        currency=currency(),
        cash=cash,
        bank=bank,
        liquid=cash + bank,
        stock_at_cost=debit[SystemAccount.INVENTORY],
        payables=payables,
        receivables=debit[SystemAccount.RECEIVABLES],
        committed=committed,
        available=available,
        available_after_payables=available - payables,
    )


def liquid_total() -> Decimal:
    """What can be spent today: cash and bank with all drawers and accounts below them."""
    debit = _group_balances()
    return sum((debit[code] for code in LIQUID_ACCOUNTS), ZERO)


def _group_balances() -> dict[str, Decimal]:
    """Debits minus credits of every system account together with its own accounts. One query."""
    rows = (
        AccountBalance.objects.order_by()
        .values_list("account__system_group")
        .annotate(balance=Sum(F("debit_total") - F("credit_total")))
    )
    return dict(rows)


def committed_total() -> Decimal:
    """Money promised to documents and neither consumed nor released yet."""
    open_commitments = Commitment.objects.filter(status=CommitmentStatus.OPEN)
    total = open_commitments.aggregate(total=Sum(F("amount") - F("consumed") - F("released")))[
        "total"
    ]
    return total or ZERO


def trial_balance(*, as_of: date | None = None) -> TrialBalance:
    """Every account's balance after the last entry, or at the end of the day `as_of`.

    Computed from the ledger itself, not from the projection.
    """
    counted = Q() if as_of is None else Q(lines__entry__entry_date__lte=as_of)
    accounts = Account.objects.annotate(
        debited=Sum("lines__debit", filter=counted, default=ZERO),
        credited=Sum("lines__credit", filter=counted, default=ZERO),
    ).order_by("code")
    rows = tuple(
        TrialBalanceRow(account, debit_total=account.debited, credit_total=account.credited)
        for account in accounts
    )
    return TrialBalance(as_of=as_of, rows=rows)


def party_balance(account: SystemAccount, *, party_type: str, party_id: str) -> Decimal:
    """A party's balance on `account`, positive on the account's normal side. One query."""
    totals = JournalLine.objects.filter(
        account__system_group=account, party_type=party_type, party_id=party_id
    ).aggregate(
        debit=Sum("debit", default=ZERO),
        credit=Sum("credit", default=ZERO),
        side=Max("account__normal_side"),
    )
    debit_balance: Decimal = totals["debit"] - totals["credit"]
    return debit_balance if totals["side"] == Side.DEBIT else -debit_balance


def payables() -> list[PartyBalance]:
    """What is owed to each supplier, largest first; suppliers owed nothing are left out."""
    rows = (
        JournalLine.objects.filter(account__system_group=SystemAccount.PAYABLES)
        .exclude(party_type="")
        .order_by()
        .values("party_type", "party_id")
        .annotate(balance=Sum(F("credit") - F("debit")))
        .exclude(balance=0)
        .order_by("-balance", "party_type", "party_id")
    )
    return [PartyBalance(**row) for row in rows]


def entries(
    *,
    date_from: date | None = None,
    date_to: date | None = None,
    account: str = "",
    party_type: str = "",
    party_id: str = "",
    **exact: str,
) -> QuerySet[JournalEntry]:
    """Journal entries, newest first, with who made them and what they reverse.

    account: number or system code of an account some line touches. exact: fields of the entry
    (number, kind, source_type, source_id).
    """
    found = JournalEntry.objects.select_related("actor", "reverses", "reversed_by").filter(**exact)
    if date_from is not None:
        found = found.filter(entry_date__gte=date_from)
    if date_to is not None:
        found = found.filter(entry_date__lte=date_to)
    lines = JournalLine.objects.filter(entry=OuterRef("pk"))
    if account:
        # The account first: the planner then knows how many of the lines are its.
        of_account = Account.objects.filter(Q(code=account) | Q(system_code=account))
        account_ids = list(of_account.values_list("pk", flat=True))
        found = found.filter(Exists(lines.filter(account__in=account_ids)))
    if party_type or party_id:
        party = {"party_type": party_type, "party_id": party_id}
        found = found.filter(Exists(lines.filter(**{k: v for k, v in party.items() if v})))
    return found.order_by("-id")


def entries_order(
    date_from: date | None = None, date_to: date | None = None, **_: object
) -> tuple[str, ...]:
    """How `entries` is to be read with these filters: an index serves either order."""
    return ("-entry_date", "-id") if date_from or date_to else ("-id",)


def entry_find(*, source_type: str, source_id: str, kind: str) -> int | None:
    """The id of the entry posted for a cause, if there is one."""
    return (
        JournalEntry.objects.filter(source_type=source_type, source_id=source_id, kind=kind)
        .values_list("pk", flat=True)
        .first()
    )


def entry_get(entry_id: int) -> JournalEntry:
    """One entry with its lines, accounts and documents. Three queries. Raises EntryNotFound."""
    lines = JournalLine.objects.select_related("account").order_by("line")
    proofs = EntryAttachment.objects.select_related("file").order_by("id")
    found = (
        entries()
        .prefetch_related(Prefetch("lines", lines), Prefetch("attachments", proofs))
        .filter(pk=entry_id)
        .first()
    )
    if found is None:
        raise EntryNotFound
    return found


def commitments(**exact: str) -> QuerySet[Commitment]:
    """Commitments, newest first. exact: status, source_type, source_id."""
    return Commitment.objects.filter(**exact).order_by("-id")
