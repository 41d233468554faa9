"""Purchasing for administrators: looked at here, changed through the services only."""

from purchases.admin import needs, offers, orders, proposals, receipts, suppliers

__all__ = ["needs", "offers", "orders", "proposals", "receipts", "suppliers"]
