"""What cannot be done with invoices of suppliers."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, RuleRefused


class SupplierInvoiceNotFound(NotFound):
    code = "supplier_invoice_not_found"
    title = _("There is no such supplier invoice")


class SupplierInvoiceStateRefused(Conflict):
    code = "supplier_invoice_state_refused"
    title = _("The invoice's present state does not allow this")


class SupplierInvoiceInvalid(RuleRefused):
    code = "supplier_invoice_invalid"
    title = _("The invoice cannot be as stated; see errors")


class SupplierInvoiceNumberTaken(Conflict):
    code = "supplier_invoice_number_taken"
    title = _("An invoice of this supplier with this number was entered already")


class SupplierInvoiceFileTaken(Conflict):
    code = "supplier_invoice_file_taken"
    title = _("This file is attached to the invoice already")


class InvoiceMatchStale(Conflict):
    code = "invoice_match_stale"
    title = _("Receipts or other invoices changed since the match; match again")


class ResolutionRefused(RuleRefused):
    code = "invoice_resolution_refused"
    title = _("The differences cannot be decided like this; see errors")


class InvoiceNothingOwed(RuleRefused):
    code = "invoice_nothing_owed"
    title = _("Nothing of the invoice would be owed; cancel it instead")


class InvoiceSettled(Conflict):
    code = "invoice_settled"
    title = _("Payments or credit notes settle this invoice; undo that first")
