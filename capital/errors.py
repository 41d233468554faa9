"""What the ledger refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, NotFound, RuleRefused


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


class AccountNotFound(NotFound):
    code = "account_not_found"
    title = _("There is no such account")


class AccountRefused(RuleRefused):
    code = "account_refused"
    title = _("The account cannot be so")


class AccountProtected(Conflict):
    code = "account_protected"
    title = _("This account belongs to the system")


class AccountInUse(Conflict):
    code = "account_in_use"
    title = _("The account is in use")


class DuplicateAccountCode(Conflict):
    code = "duplicate_account_code"
    title = _("Another account has this number")


class PeriodNotFound(NotFound):
    code = "period_not_found"
    title = _("There is no such accounting period")


class PeriodRefused(RuleRefused):
    code = "period_refused"
    title = _("The accounting period cannot be so")


class PeriodOverlaps(Conflict):
    code = "period_overlaps"
    title = _("Another accounting period has some of these days")


class PeriodStateRefused(Conflict):
    code = "period_state_refused"
    title = _("The accounting period does not allow this now")


class PeriodNotOver(RuleRefused):
    code = "period_not_over"
    title = _("A period can be closed when its last day is over")


class ReasonMissing(RuleRefused):
    code = "reason_missing"
    title = _("Say why")


class DuplicateAttachment(Conflict):
    code = "duplicate_attachment"
    title = _("This document is already attached to the entry")


class PolicyRefused(RuleRefused):
    code = "policy_refused"
    title = _("The policy cannot be so")


class LimitNotFound(NotFound):
    code = "limit_not_found"
    title = _("There is no such limit")


class LimitRefused(RuleRefused):
    code = "limit_refused"
    title = _("The limit cannot be so")


class OperationLimitExceeded(RuleRefused):
    code = "operation_limit_exceeded"
    title = _("The amount is beyond the limit of your role")


class CategoryNotFound(NotFound):
    code = "expense_category_not_found"
    title = _("There is no such expense category")


class CategoryRefused(RuleRefused):
    code = "expense_category_refused"
    title = _("The expense category cannot be so")


class ReceiptExceedsReceivable(RuleRefused):
    code = "receipt_exceeds_receivable"
    title = _("The receipt is more than this customer owes")


class DrawerNotFound(NotFound):
    code = "drawer_not_found"
    title = _("There is no such cash drawer")


class DrawerRefused(RuleRefused):
    code = "drawer_refused"
    title = _("The cash drawer cannot be so")


class DrawerInUse(Conflict):
    code = "drawer_in_use"
    title = _("The cash drawer is in use")


class SessionNotFound(NotFound):
    code = "cash_session_not_found"
    title = _("There is no such cash session")


class SessionAlreadyOpen(Conflict):
    code = "cash_session_already_open"
    title = _("There is an open cash session already")


class SessionStateRefused(Conflict):
    code = "cash_session_state_refused"
    title = _("The cash session does not allow this now")


class SessionOfAnother(Forbidden):
    code = "cash_session_of_another"
    title = _("This is the cash session of somebody else")


class SessionRequired(Conflict):
    code = "cash_session_required"
    title = _("Open a cash session first")


class DifferenceUnexplained(RuleRefused):
    code = "cash_difference_unexplained"
    title = _("The cash difference needs an explanation")


class BankAccountNotFound(NotFound):
    code = "bank_account_not_found"
    title = _("There is no such bank account")


class StatementNotFound(NotFound):
    code = "statement_not_found"
    title = _("There is no such bank statement")


class StatementAlreadyImported(Conflict):
    code = "statement_already_imported"
    title = _("This bank statement has already been imported")


class BankLineNotFound(NotFound):
    code = "bank_line_not_found"
    title = _("There is no such line of the bank or of the journal")


class InvalidReconciliation(RuleRefused):
    code = "invalid_reconciliation"
    title = _("These lines cannot be the same money")


class AlreadyReconciled(Conflict):
    code = "already_reconciled"
    title = _("Some of these lines are reconciled already")


class ReconciliationNotFound(NotFound):
    code = "reconciliation_not_found"
    title = _("There is no such reconciliation")


class ReconciliationUndone(Conflict):
    code = "reconciliation_undone"
    title = _("This reconciliation has already been undone")


class ReportTooLong(RuleRefused):
    code = "report_too_long"
    title = _("The report would have too many rows")
