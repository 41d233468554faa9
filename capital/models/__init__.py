"""Tables of capital: accounts, the double-entry ledger, commitments, periods, cash drawers.

Entries, lines, commitment and period changes, counts and attachments are append-only; the
migrations hold the triggers.
"""

from capital.models.accounts import Account, AccountBalance
from capital.models.banking import (
    BankReconciliation,
    BankStatement,
    BankStatementLine,
    ReconciledBankLine,
    ReconciledJournalLine,
    RejectedMatch,
    StatementFormat,
)
from capital.models.commitments import (
    PROMISING,
    Commitment,
    CommitmentChange,
    CommitmentChangeKind,
    CommitmentStatus,
)
from capital.models.drawers import CashCount, CashDrawer, CashSession, DrawerKind, SessionStatus
from capital.models.journal import EntryAttachment, JournalEntry, JournalLine
from capital.models.periods import AccountingPeriod, PeriodChange, PeriodChangeKind, PeriodStatus
from capital.models.policies import (
    CapitalPolicy,
    CreditTerms,
    ExpenseCategory,
    OperationKind,
    OperationLimit,
)

__all__ = [
    "PROMISING",
    "Account",
    "AccountBalance",
    "AccountingPeriod",
    "BankReconciliation",
    "BankStatement",
    "BankStatementLine",
    "CapitalPolicy",
    "CashCount",
    "CashDrawer",
    "CashSession",
    "Commitment",
    "CommitmentChange",
    "CommitmentChangeKind",
    "CommitmentStatus",
    "CreditTerms",
    "DrawerKind",
    "EntryAttachment",
    "ExpenseCategory",
    "JournalEntry",
    "JournalLine",
    "OperationKind",
    "OperationLimit",
    "PeriodChange",
    "PeriodChangeKind",
    "PeriodStatus",
    "ReconciledBankLine",
    "ReconciledJournalLine",
    "RejectedMatch",
    "SessionStatus",
    "StatementFormat",
]
