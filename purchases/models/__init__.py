"""Tables of purchasing, by topic."""

from purchases.models.suppliers import DealDirection, Supplier

__all__ = ["DealDirection", "Supplier"]
