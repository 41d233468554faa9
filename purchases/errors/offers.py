"""What cannot be done with offers, their lines and the names learnt from them."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, RuleRefused


class OfferNotFound(NotFound):
    code = "offer_not_found"
    title = _("There is no such offer")


class OfferLineNotFound(NotFound):
    code = "offer_line_not_found"
    title = _("There is no such offer line")


class OfferDraftInvalid(RuleRefused):
    code = "offer_draft_invalid"
    title = _("The offer has lines that cannot be stored")


class OfferWithdrawn(Conflict):
    code = "offer_withdrawn"
    title = _("The offer was withdrawn")


class OfferLineStateRefused(Conflict):
    code = "offer_line_state_refused"
    title = _("The line's present status does not allow this")


class OfferLineInUse(Conflict):
    code = "offer_line_in_use"
    title = _("An open proposal rests on this line")


class LearntNameNotFound(NotFound):
    code = "learnt_name_not_found"
    title = _("There is no such learnt name")


class ProductNotSuggested(RuleRefused):
    code = "product_not_suggested"
    title = _("The product is not among the line's suggestions; correct the line instead")


class ProductUnknown(RuleRefused):
    code = "product_unknown"
    title = _("There is no such product")


class ProductNotFound(NotFound):
    code = "product_not_found"
    title = _("There is no such product")
