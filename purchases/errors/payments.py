"""What cannot be settled with payments and credit notes."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, RuleRefused


class SettlementRefused(RuleRefused):
    code = "settlement_refused"
    title = _("The money cannot be allocated like this; see errors")


class NothingToSettle(Conflict):
    code = "nothing_to_settle"
    title = _("There is nothing to allocate, or nothing to allocate it to")


class SettlementNotFound(NotFound):
    code = "settlement_not_found"
    title = _("There is no such settlement")


class SettlementUndone(Conflict):
    code = "settlement_undone"
    title = _("The settlement was undone already")


class SupplierPaymentNotFound(NotFound):
    code = "supplier_payment_not_found"
    title = _("There is no such payment to a supplier")


class SupplierPaymentReversed(Conflict):
    code = "supplier_payment_reversed"
    title = _("The payment was reversed")


class CreditNoteNotFound(NotFound):
    code = "credit_note_not_found"
    title = _("There is no such credit note")


class CreditNoteNumberTaken(Conflict):
    code = "credit_note_number_taken"
    title = _("A credit note of this supplier with this number was entered already")


class CreditNoteInvalid(RuleRefused):
    code = "credit_note_invalid"
    title = _("The credit note cannot be as stated; see errors")


class CreditNoteReversed(Conflict):
    code = "credit_note_reversed"
    title = _("The credit note was taken back already")


class CreditNoteAllocated(Conflict):
    code = "credit_note_allocated"
    title = _("The credit note settles invoices; undo that first")
