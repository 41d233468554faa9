"""Purchasing for administrators: looked at here, changed through the services only."""

from purchases.admin import (
    approvals,
    invoices,
    needs,
    offers,
    orders,
    proposals,
    receipts,
    returns,
    suppliers,
)

__all__ = [
    "approvals",
    "invoices",
    "needs",
    "offers",
    "orders",
    "proposals",
    "receipts",
    "returns",
    "suppliers",
]
