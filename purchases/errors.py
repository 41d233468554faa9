"""What purchasing refuses to do."""

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


class ProposalNotFound(NotFound):
    code = "proposal_not_found"
    title = _("There is no such proposal")


class ProposalBuildNotFound(NotFound):
    code = "proposal_build_not_found"
    title = _("There is no such build of proposals")


class ProposalLineNotFound(NotFound):
    code = "proposal_line_not_found"
    title = _("There is no such line in this proposal")


class ProposalStateRefused(Conflict):
    code = "proposal_state_refused"
    title = _("The proposal's present state does not allow this")


class ProposalEmpty(RuleRefused):
    code = "proposal_empty"
    title = _("A proposal without lines cannot be submitted")


class NothingToPropose(RuleRefused):
    code = "nothing_to_propose"
    title = _("Nothing that is short can be bought from the present offers")


class ProposalBasisChanged(Conflict):
    code = "proposal_basis_changed"
    title = _("Offers, terms or the money changed while proposals were built; build again")


class ApproverIsRequester(RuleRefused):
    code = "approver_is_requester"
    title = _("A proposal is decided by somebody who neither built, changed nor submitted it")


class ReasonRequired(InvalidInput):
    code = "reason_required"
    title = _("Say why")


class QuantityOutOfRange(RuleRefused):
    code = "quantity_out_of_range"
    title = _("The quantity is out of range")


class ProductNotPurchasable(Conflict):
    code = "product_not_purchasable"
    title = _("A product of the proposal may no longer be bought")


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


class ReceiptNotFound(NotFound):
    code = "goods_receipt_not_found"
    title = _("There is no such goods receipt")


class ReceiptRefused(RuleRefused):
    code = "goods_receipt_refused"
    title = _("The delivery cannot be received as stated; see errors")


class DeliveryNoteTaken(Conflict):
    code = "delivery_note_taken"
    title = _("This delivery note was received on this order already")


# --- Need ---------------------------------------------------------------------------------------


class PriceUnknown(RuleRefused):
    code = "price_unknown"
    title = _("The line does not say what a pack costs")


class LineNotMixed(RuleRefused):
    code = "line_not_mixed"
    title = _("The line earns its free goods alone: no other strength counts with it")


class MixLinesRefused(RuleRefused):
    code = "mix_lines_refused"
    title = _("The lines asked for are not lines of one mix, each once")


class FreePacksRefused(RuleRefused):
    code = "free_packs_refused"
    title = _("So many free packs are not earned")


class NeedPolicyUnknown(NotFound):
    code = "need_policy_unknown"
    title = _("There is no such class of products")


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


# --- Taking deliveries in ---


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


# --- Approval -----------------------------------------------------------------------------------


class ProposalStale(Conflict):
    code = "proposal_stale"
    title = _("What the proposal rests on has changed")


class ProposalVersionOutdated(Conflict):
    code = "proposal_version_outdated"
    title = _("The proposal has changed since it was looked at")


class ApprovalRulesStricter(Conflict):
    code = "approval_rules_stricter"
    title = _("The rules of approval have become stricter: ask for it to be submitted again")


class ApproverDecidedAlready(RuleRefused):
    code = "approver_decided_already"
    title = _("The other approval must come from another person")


class ApproverRoleRefused(RuleRefused):
    code = "approver_role_refused"
    title = _("This approval is given by somebody of another role")


class ApprovalLimitExceeded(RuleRefused):
    code = "approval_limit_exceeded"
    title = _("The total is beyond what your role may approve")


class AmendmentNeedsTwo(RuleRefused):
    code = "amendment_needs_two"
    title = _("An order grown so large needs two approvals: propose the rest anew")


class RemarkRefused(RuleRefused):
    code = "remark_refused"
    title = _("A remark names a line the proposal does not have")


class ProductProposedAlready(Conflict):
    code = "product_proposed_already"
    title = _("The product is in the proposal already")


class SourceNotUsable(RuleRefused):
    code = "source_not_usable"
    title = _("This offer line is no source the line could be bought from now")


class ApprovalPolicyNotFound(NotFound):
    code = "approval_policy_not_found"
    title = _("There is no such rule of approval")


class ApprovalPolicyNameTaken(Conflict):
    code = "approval_policy_name_taken"
    title = _("A rule of this name exists already")


class ApprovalPolicyRefused(RuleRefused):
    code = "approval_policy_refused"
    title = _("The rule cannot be so; see errors")


class ApprovalLimitNotFound(NotFound):
    code = "approval_limit_not_found"
    title = _("There is no such limit of approval")


class DelegationNotFound(NotFound):
    code = "approval_delegation_not_found"
    title = _("There is no such delegation")


class DelegationRefused(RuleRefused):
    code = "approval_delegation_refused"
    title = _("Approving cannot be delegated so; see errors")


class DelegationStateRefused(Conflict):
    code = "approval_delegation_state_refused"
    title = _("The delegation is over or was taken back already")


# --- Limits of suppliers ------------------------------------------------------------------------


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


class ReturnNeedsTwo(RuleRefused):
    code = "return_needs_two"
    title = _("Controlled products go back, or come back, by the word of another person")


class ReturnSignatureForbidden(Forbidden):
    code = "return_signature_forbidden"
    title = _("Only who may sign for controlled products takes their dispatch back")
