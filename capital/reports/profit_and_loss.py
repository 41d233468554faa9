"""Profit and loss of a period, with another beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from capital.chart import AccountType, SystemAccount
from capital.models import Account
from capital.reports.ledger import Scope, turnovers
from capital.reports.tree import (
    AccountLine,
    Amounts,
    accounts_all,
    lines_total,
    statement_lines,
)

_REVENUE = frozenset({SystemAccount.SALES_REVENUE.value})
_COST_OF_SALES = frozenset(
    {SystemAccount.COST_OF_GOODS_SOLD.value, SystemAccount.PURCHASE_PRICE_DIFFERENCE.value}
)


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    """Each of `periods` has one amount in every tuple of amounts. Expenses are positive.

    gross_profit = revenue - cost of sales; net_profit = gross_profit + other income - expenses.
    """

    periods: tuple[Scope, ...]
    revenue: tuple[AccountLine, ...]
    cost_of_sales: tuple[AccountLine, ...]
    other_income: tuple[AccountLine, ...]
    expenses: tuple[AccountLine, ...]

    def total_of(self, lines: tuple[AccountLine, ...]) -> Amounts:
        return lines_total(lines, compared=len(self.periods))

    @property
    def revenue_total(self) -> Amounts:
        return self.total_of(self.revenue)

    @property
    def cost_of_sales_total(self) -> Amounts:
        return self.total_of(self.cost_of_sales)

    @property
    def gross_profit(self) -> Amounts:
        return _minus(self.revenue_total, self.cost_of_sales_total)

    @property
    def other_income_total(self) -> Amounts:
        return self.total_of(self.other_income)

    @property
    def expenses_total(self) -> Amounts:
        return self.total_of(self.expenses)

    @property
    def net_profit(self) -> Amounts:
        other = _minus(self.other_income_total, self.expenses_total)
        return tuple(gross + more for gross, more in zip(self.gross_profit, other, strict=True))

    @property
    def gross_margin_percent(self) -> tuple[Decimal | None, ...]:
        """Gross profit in hundredths of the revenue, two places; None without revenue."""
        return tuple(
            (gross * 100 / revenue).quantize(Decimal("0.01")) if revenue else None
            for gross, revenue in zip(self.gross_profit, self.revenue_total, strict=True)
        )


def profit_and_loss(period: Scope, *, compared: Scope | None = None) -> ProfitAndLoss:
    """Income and expenses of `period` and of the `compared` one. Two queries, three with it."""
    periods = (period,) if compared is None else (period, compared)
    accounts = accounts_all()
    balances = [
        {account_id: moved.balance for account_id, moved in turnovers(scope).items()}
        for scope in periods
    ]

    def lines(chosen: Callable[[Account], bool]) -> tuple[AccountLine, ...]:
        return tuple(statement_lines(filter(chosen, accounts), balances))

    return ProfitAndLoss(
        periods=periods,
        revenue=lines(lambda account: account.system_group in _REVENUE),
        cost_of_sales=lines(lambda account: account.system_group in _COST_OF_SALES),
        other_income=lines(
            lambda account: (
                account.type == AccountType.INCOME and account.system_group not in _REVENUE
            )
        ),
        expenses=lines(
            lambda account: (
                account.type == AccountType.EXPENSE and account.system_group not in _COST_OF_SALES
            )
        ),
    )


def _minus(first: Amounts, second: Amounts) -> Amounts:
    return tuple(one - other for one, other in zip(first, second, strict=True))
