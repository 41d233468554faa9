"""Reads of capital, by topic."""

from capital.selectors.accounts import (
    account_get,
    account_of,
    accounts_with_balances,
    liquid_account,
)
from capital.selectors.books import (
    CapitalSummary,
    PartyBalance,
    TrialBalance,
    TrialBalanceRow,
    capital_summary,
    commitments,
    committed_total,
    entries,
    entries_order,
    entry_find,
    entry_get,
    liquid_total,
    party_balance,
    payables,
    trial_balance,
)
from capital.selectors.check import balances_check
from capital.selectors.drawers import (
    SessionMovement,
    SessionReport,
    drawer_get,
    drawers,
    session_get,
    session_report,
    sessions,
)
from capital.selectors.parties import PartyEntry, party_balances, party_entries
from capital.selectors.periods import period_closed_on, period_get, periods
from capital.selectors.policies import expense_categories, limits, policy_get

__all__ = [
    "CapitalSummary",
    "PartyBalance",
    "PartyEntry",
    "SessionMovement",
    "SessionReport",
    "TrialBalance",
    "TrialBalanceRow",
    "account_get",
    "account_of",
    "accounts_with_balances",
    "balances_check",
    "capital_summary",
    "commitments",
    "committed_total",
    "drawer_get",
    "drawers",
    "entries",
    "entries_order",
    "entry_find",
    "entry_get",
    "expense_categories",
    "limits",
    "liquid_account",
    "liquid_total",
    "party_balance",
    "party_balances",
    "party_entries",
    "payables",
    "period_closed_on",
    "period_get",
    "periods",
    "policy_get",
    "session_get",
    "session_report",
    "sessions",
    "trial_balance",
]
