"""Supplier invoices: entering, matching three ways, posting; credit notes."""
