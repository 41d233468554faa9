"""The only door of `capital` for other apps."""

from capital.chart import SystemAccount
from capital.errors import (
    CommitmentNotFound,
    DuplicateCommitment,
    DuplicateConsumption,
    DuplicateEntry,
    EntryAlreadyReversed,
    EntryNotFound,
    InsufficientCapital,
    InsufficientFunds,
    InvalidPosting,
    PeriodClosed,
    SessionRequired,
    SessionStateRefused,
    UnbalancedEntry,
)
from capital.references import names_of, names_register
from capital.selectors import (
    CapitalSummary,
    balances_check,
    capital_summary,
    entry_find,
    party_balance,
)
from capital.services.commitments import (
    commitment_consume,
    commitment_create,
    commitment_release,
    commitment_restore,
)
from capital.services.ledger import Posting, entry_post, entry_reverse
from capital.services.till import till_account

__all__ = [
    "CapitalSummary",
    "CommitmentNotFound",
    "DuplicateCommitment",
    "DuplicateConsumption",
    "DuplicateEntry",
    "EntryAlreadyReversed",
    "EntryNotFound",
    "InsufficientCapital",
    "InsufficientFunds",
    "InvalidPosting",
    "PeriodClosed",
    "Posting",
    "SessionRequired",
    "SessionStateRefused",
    "SystemAccount",
    "UnbalancedEntry",
    "balances_check",
    "capital_summary",
    "commitment_consume",
    "commitment_create",
    "commitment_release",
    "commitment_restore",
    "entry_find",
    "entry_post",
    "entry_reverse",
    "names_of",
    "names_register",
    "party_balance",
    "till_account",
]
