"""The door of purchasing for the apps above it."""

from purchases.drafts import OfferDraft, OfferLineDraft
from purchases.models import DealDirection
from purchases.selectors.suppliers import supplier_exists, supplier_id_by_name, supplier_name
from purchases.selectors.targets import target_items
from purchases.services.offers.offers import offer_create

__all__ = [
    "DealDirection",
    "OfferDraft",
    "OfferLineDraft",
    "offer_create",
    "supplier_exists",
    "supplier_id_by_name",
    "supplier_name",
    "target_items",
]
