"""Trial balance: opening balance, turnover and closing balance of every account."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from capital.models import Account
from capital.reports.ledger import Scope, Turnover, turnovers
from capital.reports.tree import accounts_all

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """opening: debits minus credits before the period; turnover: those of the period.

    branch_balance: debits minus credits at the end, with all accounts below this one.
    """

    account: Account
    level: int
    opening: Decimal
    turnover: Turnover
    branch_balance: Decimal

    @property
    def balance(self) -> Decimal:
        """Debits minus credits at the end, of the account itself."""
        return self.opening + self.turnover.balance

    @property
    def debit_balance(self) -> Decimal:
        return max(self.balance, ZERO)

    @property
    def credit_balance(self) -> Decimal:
        return max(-self.balance, ZERO)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    scope: Scope
    rows: tuple[TrialBalanceRow, ...]

    @property
    def debit_turnover(self) -> Decimal:
        return sum((row.turnover.debit for row in self.rows), ZERO)

    @property
    def credit_turnover(self) -> Decimal:
        return sum((row.turnover.credit for row in self.rows), ZERO)

    @property
    def debit_total(self) -> Decimal:
        return sum((row.debit_balance for row in self.rows), ZERO)

    @property
    def credit_total(self) -> Decimal:
        return sum((row.credit_balance for row in self.rows), ZERO)


def trial_balance(scope: Scope) -> TrialBalance:
    """Every account of the chart by code. Three queries at most.

    debit_total = credit_total and debit_turnover = credit_turnover, always.
    """
    opening, moved = turnovers(scope.before), turnovers(scope)
    accounts = accounts_all()
    parents = {account.pk: account.parent_id for account in accounts}
    closing = {
        pk: opening.get(pk, Turnover()).balance + moved.get(pk, Turnover()).balance
        for pk in parents
    }
    branches = dict.fromkeys(parents, ZERO)
    levels: dict[int, int] = {}
    for pk in parents:
        above = _with_ancestors(pk, parents)
        levels[pk] = len(above) - 1
        for ancestor in above:
            branches[ancestor] += closing[pk]
    rows = tuple(
        TrialBalanceRow(
            account=account,
            level=levels[account.pk],
            opening=opening.get(account.pk, Turnover()).balance,
            turnover=moved.get(account.pk, Turnover()),
            branch_balance=branches[account.pk],
        )
        for account in accounts
    )
    return TrialBalance(scope=scope, rows=rows)


def _with_ancestors(pk: int, parents: dict[int, int | None]) -> list[int]:
    chain: list[int] = []
    current: int | None = pk
    while current is not None:
        chain.append(current)
        current = parents[current]
    return chain
