"""Tax summary: what was charged, what may be deducted and what was paid, as the books know it.

A rate is an own account below `tax_payable` or `tax_receivable`; the summary has a row per account
and kind of entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import Coalesce

from capital.chart import SystemAccount
from capital.models import Account
from capital.reports.ledger import Scope, Turnover, lines_in, turnovers

ZERO = Decimal(0)
TAX_ACCOUNTS = (SystemAccount.TAX_PAYABLE, SystemAccount.TAX_RECEIVABLE)


@dataclass(frozen=True, slots=True)
class TaxCause:
    """Tax of one kind of entry. A reversal counts with what it reverses."""

    kind: str
    turnover: Turnover


@dataclass(frozen=True, slots=True)
class TaxAccount:
    """Amounts count what is owed to the tax office as positive, what it owes as negative."""

    account: Account
    opening: Decimal
    causes: tuple[TaxCause, ...]

    @property
    def charged(self) -> Decimal:
        """Credits: tax on sales, or deductions given back."""
        return sum((cause.turnover.credit for cause in self.causes), ZERO)

    @property
    def deducted(self) -> Decimal:
        """Debits: tax on purchases, returns and payments to the tax office."""
        return sum((cause.turnover.debit for cause in self.causes), ZERO)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.charged - self.deducted


@dataclass(frozen=True, slots=True)
class TaxSummary:
    """due: owed to the tax office at the end; negative where it owes the pharmacy."""

    scope: Scope
    accounts: tuple[TaxAccount, ...]

    @property
    def opening(self) -> Decimal:
        return sum((row.opening for row in self.accounts), ZERO)

    @property
    def charged(self) -> Decimal:
        return sum((row.charged for row in self.accounts), ZERO)

    @property
    def deducted(self) -> Decimal:
        return sum((row.deducted for row in self.accounts), ZERO)

    @property
    def due(self) -> Decimal:
        return sum((row.closing for row in self.accounts), ZERO)


def tax_summary(scope: Scope) -> TaxSummary:
    """Every tax account with what moved it in `scope`. Three queries."""
    accounts = list(Account.objects.filter(system_group__in=TAX_ACCOUNTS).order_by("code"))
    opening = turnovers(scope.before)
    causes: dict[int, list[TaxCause]] = {account.pk: [] for account in accounts}
    rows = (
        lines_in(scope)
        .filter(account__system_group__in=TAX_ACCOUNTS)
        .order_by()
        .annotate(cause=Coalesce("entry__reverses__kind", "entry__kind"))
        .values_list("account_id", "cause")
        .annotate(debited=Sum("debit"), credited=Sum("credit"))
        .order_by("account_id", "cause")
    )
    for account_id, kind, debit, credit in rows:
        causes[account_id].append(TaxCause(kind, Turnover(debit, credit)))
    return TaxSummary(
        scope=scope,
        accounts=tuple(
            TaxAccount(
                account=account,
                opening=-opening.get(account.pk, Turnover()).balance,
                causes=tuple(causes[account.pk]),
            )
            for account in accounts
        ),
    )
