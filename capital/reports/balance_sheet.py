"""Balance sheet: what the pharmacy has, what it owes, and what of it is the owner's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings

from capital.chart import AccountType
from capital.models import Account
from capital.reports.ledger import Scope, turnovers
from capital.reports.tree import (
    AccountLine,
    Amounts,
    accounts_all,
    lines_total,
    statement_lines,
)
from core.numbering import fiscal_year

ZERO = Decimal(0)
_EARNING = (AccountType.INCOME, AccountType.EXPENSE)


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """At the end of each of `days`; every tuple of amounts has one amount per day.

    retained_earnings: profit of the fiscal years before the day's; current_earnings: of the
    day's own year so far. assets_total = liabilities_total + equity_total, to the last digit.
    """

    days: tuple[date, ...]
    known_at: datetime | None
    assets: tuple[AccountLine, ...]
    liabilities: tuple[AccountLine, ...]
    equity: tuple[AccountLine, ...]
    retained_earnings: Amounts
    current_earnings: Amounts

    @property
    def assets_total(self) -> Amounts:
        return lines_total(self.assets, compared=len(self.days))

    @property
    def liabilities_total(self) -> Amounts:
        return lines_total(self.liabilities, compared=len(self.days))

    @property
    def equity_total(self) -> Amounts:
        posted = lines_total(self.equity, compared=len(self.days))
        return _added(posted, self.retained_earnings, self.current_earnings)

    @property
    def claims_total(self) -> Amounts:
        """Liabilities and equity."""
        return _added(self.liabilities_total, self.equity_total)

    @property
    def is_balanced(self) -> bool:
        return self.assets_total == self.claims_total


def balance_sheet(
    *, as_of: date, compare_to: date | None = None, known_at: datetime | None = None
) -> BalanceSheet:
    """The balance sheet at the end of `as_of` and, beside it, of `compare_to`.

    Three queries for one day, five for two.
    """
    days = (as_of,) if compare_to is None else (as_of, compare_to)
    accounts = accounts_all()
    balances = [_balances(Scope(day, None, known_at)) for day in days]
    earlier = [_balances(Scope(_day_before_year(day), None, known_at)) for day in days]
    retained = tuple(_earned(accounts, balance) for balance in earlier)
    earned = tuple(_earned(accounts, balance) for balance in balances)

    def lines(kind: AccountType) -> tuple[AccountLine, ...]:
        return tuple(statement_lines([a for a in accounts if a.type == kind], balances))

    return BalanceSheet(
        days=days,
        known_at=known_at,
        assets=lines(AccountType.ASSET),
        liabilities=lines(AccountType.LIABILITY),
        equity=lines(AccountType.EQUITY),
        retained_earnings=retained,
        current_earnings=tuple(
            all_ - before for all_, before in zip(earned, retained, strict=True)
        ),
    )


def fiscal_year_start(day: date) -> date:
    """The first day of the fiscal year that `day` falls in."""
    return date(fiscal_year(day), settings.FISCAL_YEAR_START_MONTH, 1)


def _day_before_year(day: date) -> date:
    return fiscal_year_start(day) - timedelta(days=1)


def _balances(scope: Scope) -> dict[int, Decimal]:
    return {account_id: moved.balance for account_id, moved in turnovers(scope).items()}


def _earned(accounts: list[Account], balances: Mapping[int, Decimal]) -> Decimal:
    """Income minus expenses: credits minus debits of their accounts."""
    return -sum(
        (balances.get(account.pk, ZERO) for account in accounts if account.type in _EARNING), ZERO
    )


def _added(*amounts: Amounts) -> Amounts:
    return tuple(sum(column, ZERO) for column in zip(*amounts, strict=True))
