"""What cannot be done with returns to suppliers."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, NotFound, RuleRefused


class SupplierReturnNotFound(NotFound):
    code = "supplier_return_not_found"
    title = _("There is no such return to a supplier")


class SupplierReturnStateRefused(Conflict):
    code = "supplier_return_state_refused"
    title = _("The return's present state does not allow this")


class SupplierReturnInvalid(RuleRefused):
    code = "supplier_return_invalid"
    title = _("The return cannot be as stated; see errors")


class ReturnPolicyNotFound(NotFound):
    code = "return_policy_not_found"
    title = _("There is no such return policy")


class ReturnPolicyTaken(Conflict):
    code = "return_policy_taken"
    title = _("This supplier has a policy for this reason already")


class ReturnNeedsTwo(RuleRefused):
    code = "return_needs_two"
    title = _("Controlled products go back, or come back, by the word of another person")


class ReturnSignatureForbidden(Forbidden):
    code = "return_signature_forbidden"
    title = _("Only who may sign for controlled products takes their dispatch back")
