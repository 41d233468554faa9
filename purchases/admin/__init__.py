"""Purchasing for administrators: looked at here, changed through the services only."""

from purchases.admin import invoices, needs, offers, orders, proposals, receipts, returns, suppliers

__all__ = [
    "invoices",
    "needs",
    "offers",
    "orders",
    "proposals",
    "receipts",
    "returns",
    "suppliers",
]
