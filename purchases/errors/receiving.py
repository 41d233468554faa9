"""What cannot be taken in, inspected, taken back or spread over received goods."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, RuleRefused


class ReceiptNotFound(NotFound):
    code = "goods_receipt_not_found"
    title = _("There is no such goods receipt")


class ReceiptRefused(RuleRefused):
    code = "goods_receipt_refused"
    title = _("The delivery cannot be received as stated; see errors")


class DeliveryNoteTaken(Conflict):
    code = "delivery_note_taken"
    title = _("This delivery note was received on this order already")


class ReceivingNotFound(NotFound):
    code = "receiving_not_found"
    title = _("There is no such receiving")


class ReceivingLineNotFound(NotFound):
    code = "receiving_line_not_found"
    title = _("This receiving has no such line")


class ReceivingScanNotFound(NotFound):
    code = "receiving_scan_not_found"
    title = _("This receiving has no such scan, or it was taken back")


class ReceivingStateRefused(Conflict):
    code = "receiving_state_refused"
    title = _("The receiving's present state does not allow this")


class ReceivingAlreadyOpen(Conflict):
    code = "receiving_already_open"
    title = _("Somebody is taking in goods of this order already")


class ReceivingRefused(RuleRefused):
    code = "receiving_refused"
    title = _("What was scanned or entered cannot be taken in; see errors")


class ReceivingLineTaken(Conflict):
    code = "receiving_line_taken"
    title = _("Another line has this batch at this place: add it up there")


class SerialJustScanned(Conflict):
    code = "serial_just_scanned"
    title = _("Somebody has just scanned a pack with this serial number")


class InspectionNotFound(NotFound):
    code = "inspection_not_found"
    title = _("There is no such inspection")


class InspectionStateRefused(Conflict):
    code = "inspection_state_refused"
    title = _("It was decided already, or its receipt was taken back")


class InspectionRefused(RuleRefused):
    code = "inspection_refused"
    title = _("The decision does not fit the goods; see errors")


class ReceiptLineNotFound(NotFound):
    code = "goods_receipt_line_not_found"
    title = _("This receipt has no such line")


class ReceiptAlreadyReversed(Conflict):
    code = "goods_receipt_already_reversed"
    title = _("It was taken back already")


class ReceiptNotReversible(Conflict):
    code = "goods_receipt_not_reversible"
    title = _("The receipt cannot be taken back any more; see errors")


class ReversalRequestNotFound(NotFound):
    code = "reversal_request_not_found"
    title = _("There is no such request")


class ReversalRequestDecided(Conflict):
    code = "reversal_request_decided"
    title = _("The request was decided already")


class ReversalRequestOwn(RuleRefused):
    code = "reversal_request_own"
    title = _("Somebody else than who asked has to decide")


class FreeGoodsNotOwed(RuleRefused):
    code = "free_goods_not_owed"
    title = _("Fewer free goods are owed")


class LandedCostNotFound(NotFound):
    code = "landed_cost_not_found"
    title = _("There is no such landed cost")


class LandedCostRefused(RuleRefused):
    code = "landed_cost_refused"
    title = _("The cost cannot be spread like this; see errors")


class LandedCostDocumentTaken(Conflict):
    code = "landed_cost_document_taken"
    title = _("This document of the supplier was entered already")


class LandedCostAlreadyReversed(Conflict):
    code = "landed_cost_already_reversed"
    title = _("It was taken back already")
