"""Purchasing for administrators: looked at here, changed through the services only."""

from purchases.admin import offers, orders, proposals, receipts, suppliers

__all__ = ["offers", "orders", "proposals", "receipts", "suppliers"]
