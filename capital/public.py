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
    PaymentExceedsPayable,
    PeriodClosed,
    SessionRequired,
    SessionStateRefused,
    UnbalancedEntry,
)
from capital.followers import Reversal, SupplierPaid, payment_follower, reversal_follower
from capital.models import OperationKind
from capital.references import names_of, names_register
from capital.selectors import (
    CapitalSummary,
    PartyEntry,
    balances_check,
    capital_summary,
    entry_find,
    party_balance,
    party_balances,
    party_entries,
)
from capital.services.commitments import (
    commitment_consume,
    commitment_create,
    commitment_foresee,
    commitment_raise,
    commitment_release,
    commitment_restore,
    refuse_beyond_capital,
)
from capital.services.ledger import Posting, entry_post, entry_reverse, ledger_lock
from capital.services.operations import SUPPLIER_PARTY, operation_reverse, supplier_payment_record
from capital.services.till import till_account

__all__ = [
    "SUPPLIER_PARTY",
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
    "OperationKind",
    "PartyEntry",
    "PaymentExceedsPayable",
    "PeriodClosed",
    "Posting",
    "Reversal",
    "SessionRequired",
    "SessionStateRefused",
    "SupplierPaid",
    "SystemAccount",
    "UnbalancedEntry",
    "balances_check",
    "capital_summary",
    "commitment_consume",
    "commitment_create",
    "commitment_foresee",
    "commitment_raise",
    "commitment_release",
    "commitment_restore",
    "entry_find",
    "entry_post",
    "entry_reverse",
    "ledger_lock",
    "names_of",
    "names_register",
    "operation_reverse",
    "party_balance",
    "party_balances",
    "party_entries",
    "payment_follower",
    "refuse_beyond_capital",
    "reversal_follower",
    "supplier_payment_record",
    "till_account",
]
