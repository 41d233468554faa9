"""What inventory refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleRefused, TooLarge


class ProductNotFound(NotFound):
    code = "product_not_found"
    title = _("There is no such product")


class PackagingNotFound(NotFound):
    code = "packaging_not_found"
    title = _("There is no such packaging")


class BarcodeNotFound(NotFound):
    code = "barcode_not_found"
    title = _("There is no such barcode")


class LocationNotFound(NotFound):
    code = "location_not_found"
    title = _("There is no such location")


class DocumentNotFound(NotFound):
    code = "document_not_found"
    title = _("There is no such stock document")


class InvalidProduct(RuleRefused):
    code = "invalid_product"
    title = _("The product's details do not fit together")


class ProductAlreadyExists(Conflict):
    code = "product_already_exists"
    title = _("There already is a product with this name, strength, form and manufacturer")


class NotComparable(RuleRefused):
    code = "not_comparable"
    title = _("Give the product its generics with their strengths, and its form, to compare it")


class ProductsJustMerged(Conflict):
    code = "products_just_merged"
    title = _("The product has just been merged with another one; try again")


class ProductNotSellable(RuleRefused):
    code = "product_not_sellable"
    title = _("Discontinued and archived products are not sold")


class MergeRefused(Conflict):
    code = "merge_refused"
    title = _("These products cannot be merged")


class LifecycleRefused(Conflict):
    code = "lifecycle_refused"
    title = _("The product cannot go into this state now")


class InvalidBarcode(RuleRefused):
    code = "invalid_barcode"
    title = _("The barcode is not valid")


class BarcodeTaken(Conflict):
    code = "barcode_taken"
    title = _("This barcode already belongs to a product")


class PackagingRefused(Conflict):
    code = "packaging_refused"
    title = _("The packaging conflicts with another one of the product")


class PackagingInUse(Conflict):
    code = "packaging_in_use"
    title = _("The packaging carries barcodes; remove them first")


class AliasNotFound(NotFound):
    code = "alias_not_found"
    title = _("The product has no such other name")


class AliasRefused(Conflict):
    code = "alias_refused"
    title = _("The product cannot be given this name")


class CategoryNotFound(NotFound):
    code = "category_not_found"
    title = _("There is no such category")


class CategoryRefused(Conflict):
    code = "category_refused"
    title = _("The category cannot be like this")


class CategoryInUse(Conflict):
    code = "category_in_use"
    title = _("The category has subcategories or products; move them first")


class TaxCategoryNotFound(NotFound):
    code = "tax_category_not_found"
    title = _("There is no such tax category")


class TaxCategoryRefused(Conflict):
    code = "tax_category_refused"
    title = _("The tax category cannot be like this")


class IngredientNotFound(NotFound):
    code = "ingredient_not_found"
    title = _("There is no such ingredient")


class IngredientRefused(Conflict):
    code = "ingredient_refused"
    title = _("The ingredient cannot be called so")


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"
    title = _("The product has no such attachment")


class AttachmentRefused(Conflict):
    code = "attachment_refused"
    title = _("The file cannot be attached")


class LocationRefused(Conflict):
    code = "location_refused"
    title = _("The location cannot be changed like this")


class UnknownProduct(RuleRefused):
    code = "unknown_product"
    title = _("A line names a product that does not exist")


class UnknownLocation(RuleRefused):
    code = "unknown_location"
    title = _("A line names a location that does not exist or is closed")


class UnknownBatch(RuleRefused):
    code = "unknown_batch"
    title = _("A line names a batch that does not exist")


class InvalidStockLine(RuleRefused):
    code = "invalid_stock_line"
    title = _("A line is not valid")


class InvalidReason(RuleRefused):
    code = "invalid_reason"
    title = _("This reason does not fit the operation")


class ProductNotReceivable(RuleRefused):
    code = "product_not_receivable"
    title = _("Discontinued products are not taken into stock")


class InsufficientStock(Conflict):
    code = "insufficient_stock"
    title = _("There is not enough stock")


class InvalidLimit(RuleRefused):
    code = "invalid_limit"
    title = _("The limits do not fit together")


class LimitNotFound(NotFound):
    code = "limit_not_found"
    title = _("No limits are set for this product there")


class BatchHeldBack(Conflict):
    code = "batch_held_back"
    title = _("The batch may not be handed out")


class AllocationOverrideRequired(RuleRefused):
    code = "allocation_override_required"
    title = _("Choosing this batch needs the permission to override, and a reason")


class StockReserved(Conflict):
    code = "stock_reserved"
    title = _("The goods are reserved for orders")


class ReservationNotFound(NotFound):
    code = "reservation_not_found"
    title = _("Nothing is reserved for this order")


class DuplicateReservation(Conflict):
    code = "duplicate_reservation"
    title = _("This order has already reserved its goods")


class InvalidReservation(RuleRefused):
    code = "invalid_reservation"
    title = _("The reservation is not valid")


class MovementNotFound(RuleRefused):
    code = "unknown_movement"
    title = _("A line names a movement that cannot be brought back")


class ReturnExceeded(Conflict):
    code = "return_exceeded"
    title = _("More would come back than went")


class ReversalRefused(Conflict):
    code = "reversal_refused"
    title = _("The movements can no longer be undone")


class TransferNotFound(NotFound):
    code = "transfer_not_found"
    title = _("There is no such transfer")


class TransferRefused(Conflict):
    code = "transfer_refused"
    title = _("This cannot be done with the transfer any more")


class InvalidTransfer(RuleRefused):
    code = "invalid_transfer"
    title = _("The transfer is not valid")


class InvalidRepack(RuleRefused):
    code = "invalid_repack"
    title = _("Goods cannot be repacked like this")


class WriteOffNotFound(NotFound):
    code = "write_off_not_found"
    title = _("There is no such write-off")


class WriteOffRefused(Conflict):
    code = "write_off_refused"
    title = _("This cannot be done with the write-off any more")


class WriteOffNeedsAnother(RuleRefused):
    code = "write_off_needs_another_person"
    title = _("Who asked for a write-off does not approve it")


class NothingToWriteOff(RuleRefused):
    code = "nothing_to_write_off"
    title = _("There is nothing to write off")


class BatchNotFound(NotFound):
    code = "batch_not_found"
    title = _("There is no such batch")


class BatchTransitionRefused(Conflict):
    code = "batch_transition_refused"
    title = _("The batch cannot go into this state now")


class BatchAlreadyExists(Conflict):
    code = "batch_already_exists"
    title = _("The product already has a batch with these details")


class InvalidBatchEvent(RuleRefused):
    code = "invalid_batch_event"
    title = _("This cannot be noted on the batch")


class RecallNotFound(NotFound):
    code = "recall_not_found"
    title = _("There is no such recall")


class NothingToRecall(RuleRefused):
    code = "nothing_to_recall"
    title = _("No batch answers this recall")


class DuplicateStockEffect(Conflict):
    code = "duplicate_stock_effect"
    title = _("This document has already moved stock")


class DuplicateIncoming(Conflict):
    code = "duplicate_incoming"
    title = _("These goods have already been announced")


class IncomingNotFound(NotFound):
    code = "incoming_not_found"
    title = _("No such goods have been announced")


class IncomingExceeded(Conflict):
    code = "incoming_exceeded"
    title = _("More arrived than was ordered")


class ImportFileUnreadable(InvalidInput):
    code = "import_file_unreadable"
    title = _("The file cannot be read as a table")


class ImportFileTooLarge(TooLarge):
    code = "import_file_too_large"
    title = _("The file is too large")


class OpeningRowsRefused(RuleRefused):
    code = "opening_rows_refused"
    title = _("Some rows of the opening balance are not valid; nothing was imported")


class OpeningAlreadyImported(Conflict):
    code = "opening_already_imported"
    title = _("This file has already been imported")


class CountNotFound(NotFound):
    code = "count_not_found"
    title = _("There is no such stock count")


class CountStateRefused(Conflict):
    code = "count_state_refused"
    title = _("The stock count is not in a state for this")


class InvalidCount(RuleRefused):
    code = "invalid_count"
    title = _("What is to be counted does not fit together")


class CountEmpty(RuleRefused):
    code = "count_empty"
    title = _("There is nothing in stock to count there")


class AlreadyBeingCounted(Conflict):
    code = "already_being_counted"
    title = _("Some of it is in another count that is not finished")


class CountLinesRefused(RuleRefused):
    code = "count_lines_refused"
    title = _("Some lines cannot be taken; nothing was written")


class LinesNotCounted(Conflict):
    code = "lines_not_counted"
    title = _("Some lines are still to be counted")


class ResultsHidden(Forbidden):
    code = "count_results_hidden"
    title = _("This count is blind: its figures are not shown to those who count")


class ApproverCounted(RuleRefused):
    code = "approver_counted"
    title = _("A count is approved by somebody who did not count in it")


class CountNotPostable(Conflict):
    code = "count_not_postable"
    title = _("Some differences cannot be posted; nothing was posted")


class CatalogueChanged(Conflict):
    code = "catalogue_changed"
    title = _("The catalogue was changed at the same moment; try again")


class ImportNotFound(NotFound):
    code = "import_not_found"
    title = _("There is no such import")


class ImportStateForbids(Conflict):
    code = "import_state_forbids"
    title = _("The import is not in a state that allows this")


class ImportAlreadyRunning(Conflict):
    code = "import_already_running"
    title = _("This file is being imported at the moment")


class ImportReportGone(NotFound):
    code = "import_report_gone"
    title = _("The rows of this import are no longer kept")


class PrescriptionRequired(RuleRefused):
    code = "prescription_required"
    title = _("Controlled products are handed out on prescription; give its details")


class SecondSignatureRequired(RuleRefused):
    code = "second_signature_required"
    title = _("Another person has to sign this for controlled products")


class SupplierRequired(RuleRefused):
    code = "supplier_required"
    title = _("The register of controlled products needs to know the supplier")


class SignatureNotFound(NotFound):
    code = "signature_request_not_found"
    title = _("Nothing of this kind waits for a signature")


class SignatureStateRefused(Conflict):
    code = "signature_state_refused"
    title = _("This request has been decided already")


class SignerIsRequester(RuleRefused):
    code = "signer_is_requester"
    title = _("The second signature is that of another person")


class NotTheRequester(Forbidden):
    code = "not_the_requester"
    title = _("Only who asked for it can take it back")


class RegisterNotFound(NotFound):
    code = "register_not_found"
    title = _("There is no register of this product: it was never controlled")
