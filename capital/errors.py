"""What the ledger refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, RuleRefused


class InvalidPosting(RuleRefused):
    code = "invalid_posting"
    title = _("A line of the journal entry is not valid")


class UnbalancedEntry(RuleRefused):
    code = "unbalanced_entry"
    title = _("Debits and credits of a journal entry must be equal")


class DuplicateEntry(Conflict):
    code = "duplicate_entry"
    title = _("This document has already been posted")


class PeriodClosed(Conflict):
    code = "period_closed"
    title = _("The books of that day are closed")


class EntryNotFound(NotFound):
    code = "entry_not_found"
    title = _("There is no such journal entry")


class EntryAlreadyReversed(Conflict):
    code = "entry_already_reversed"
    title = _("This journal entry has already been reversed")


class ReversalNotReversible(Conflict):
    code = "reversal_not_reversible"
    title = _("A reversal cannot be reversed; post the operation again instead")


class EntryBelongsToDocument(Conflict):
    code = "entry_belongs_to_document"
    title = _("This entry follows a document; reverse the document instead")


class InsufficientFunds(Conflict):
    code = "insufficient_funds"
    title = _("The account does not hold that much")


class InsufficientCapital(Conflict):
    code = "insufficient_capital"
    title = _("The available capital does not cover this amount")


class PaymentExceedsPayable(RuleRefused):
    code = "payment_exceeds_payable"
    title = _("The payment is more than is owed to this supplier")


class DuplicateCommitment(Conflict):
    code = "duplicate_commitment"
    title = _("Capital has already been committed for this document")


class CommitmentNotFound(NotFound):
    code = "commitment_not_found"
    title = _("No capital has been committed for this document")


class DuplicateConsumption(Conflict):
    code = "duplicate_consumption"
    title = _("This document has already used its part of the commitment")
