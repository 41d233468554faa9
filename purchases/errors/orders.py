"""What cannot be done with purchase orders."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, NotFound, RuleRefused


class OrderNotFound(NotFound):
    code = "purchase_order_not_found"
    title = _("There is no such purchase order")


class OrderStateRefused(Conflict):
    code = "purchase_order_state_refused"
    title = _("The order's present state does not allow this")


class OrderExpiryPast(RuleRefused):
    code = "order_expiry_past"
    title = _("An order cannot expire in the past")


class AmendmentRefused(RuleRefused):
    code = "order_amendment_refused"
    title = _("The order cannot be changed as stated; see errors")


class AmendmentNeedsApproval(Forbidden):
    code = "order_amendment_needs_approval"
    title = _("Only who may approve purchases lets an order grow")


class OrderPartRefused(RuleRefused):
    code = "order_part_refused"
    title = _("This part of the order cannot be cancelled; see errors")


class AcknowledgementRefused(RuleRefused):
    code = "order_acknowledgement_refused"
    title = _("The supplier's answer cannot be kept as stated; see errors")


class OrderAddressMissing(RuleRefused):
    code = "order_address_missing"
    title = _("There is no e-mail address to send the order to")


class DispatchPending(Conflict):
    code = "order_dispatch_pending"
    title = _("This order is on its way to this address already")


class ContactUnknown(RuleRefused):
    code = "supplier_contact_unknown"
    title = _("The supplier has no such contact")
