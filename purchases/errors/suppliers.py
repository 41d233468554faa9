"""What cannot be done with suppliers, their people and their limits."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleRefused


class SupplierNotFound(NotFound):
    code = "supplier_not_found"
    title = _("There is no such supplier")


class SupplierNameTaken(Conflict):
    code = "supplier_name_taken"
    title = _("A supplier of this name exists already")


class SupplierCodeTaken(Conflict):
    code = "supplier_code_taken"
    title = _("A supplier with this code exists already")


class SupplierNameUnreadable(InvalidInput):
    code = "supplier_name_unreadable"
    title = _("A supplier's name needs at least one letter or digit")


class SupplierInactive(Conflict):
    code = "supplier_inactive"
    title = _("The supplier is not active")


class SupplierTermsRefused(RuleRefused):
    code = "supplier_terms_refused"
    title = _("The terms contradict each other; see errors")


class DivisionNotFound(NotFound):
    code = "supplier_division_not_found"
    title = _("There is no such division")


class DivisionUnknown(RuleRefused):
    code = "supplier_division_unknown"
    title = _("The supplier has no such division")


class DivisionNameTaken(Conflict):
    code = "supplier_division_name_taken"
    title = _("The supplier has a division of this name already")


class ContactNotFound(NotFound):
    code = "supplier_contact_not_found"
    title = _("There is no such contact")


class ContactEmpty(InvalidInput):
    code = "supplier_contact_empty"
    title = _("A contact needs a name or a way to reach them")


class SupplierMinimumNotMet(RuleRefused):
    code = "supplier_minimum_not_met"
    title = _("The supplier does not take orders this small")


class SupplierMaximumExceeded(RuleRefused):
    code = "supplier_maximum_exceeded"
    title = _("The supplier does not take orders this large")


class SupplierCreditExceeded(Conflict):
    code = "supplier_credit_exceeded"
    title = _("The supplier's credit limit does not allow this")


class CreditOverrideForbidden(Forbidden):
    code = "credit_override_forbidden"
    title = _("Only who may exceed credit limits goes beyond this one")
